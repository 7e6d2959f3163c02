#pragma once

#include <string_view>

#include "app/desktop/draw.h"

namespace twelve {

/// A framed area with a draw list of its own, so that a change in it repaints nothing else.
/// Begins with construction, ends with destruction; everything drawn while it lives belongs to it.
/// It paints no background: the frame was cleared with the panel colour (Shell paints the gutters).
class Pane {
 public:
  struct Look {
    bool scroll = false;  // content is placed by ImGui's cursor and may be higher than the panel
    bool frame = true;
    float padding_x = 12, padding_y = 10;  // of inner(), at scale 1
  };
  Pane(Ui& ui, std::string_view name, const ImRect& rect, const Look& look);
  Pane(Ui& ui, std::string_view name, const ImRect& rect) : Pane(ui, name, rect, Look()) {}
  ~Pane();
  Pane(const Pane&) = delete;
  Pane& operator=(const Pane&) = delete;

  /// The rectangle less the padding.
  const ImRect& inner() const { return inner_; }
  ImDrawList* list() const { return list_; }

 private:
  Ui& ui_;
  ImRect outer_panel_;
  ImRect inner_;
  ImDrawList* list_;
  Registry::Scope scope_;
};

}  // namespace twelve
