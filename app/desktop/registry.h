#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/desktop/imgui_compat.h"

namespace twelve {

/// What was drawn in this frame, by name: items that can be clicked or focused, values that were
/// shown, and where each text went. Keyboard focus walks over the items; tests click them by path
/// and read the values.
///
/// Threads: the window's.
class Registry {
 public:
  struct Item {
    std::string path;  // "stage/web.2/kill"
    ImGuiID id = 0;
    ImRect rect;
    bool text_field = false;
    bool focusable = true;
    bool popup = false;
  };
  /// A text as it was placed, and the panel that must hold it.
  struct Text {
    std::string text;
    ImRect rect, panel;
    std::string path;
  };

  void BeginFrame();
  /// Texts and values are noted only when asked for; items always are.
  void set_recording(bool on) { recording_ = on; }
  bool recording() const { return recording_; }

  /// Notes ImGui's last item as PATH OF SCOPES/label.
  void Last(std::string_view label, bool text_field = false, bool focusable = true);
  void Value(std::string_view label, std::string_view value);
  void NoteText(std::string_view text, const ImRect& rect, const ImRect& panel);

  const Item* Find(std::string_view path) const;
  std::optional<std::string> FindValue(std::string_view path) const;
  const std::vector<Item>& items() const { return items_; }
  const std::map<std::string, std::string>& values() const { return values_; }
  const std::vector<Text>& texts() const { return texts_; }

  /// Puts a name in front of everything noted while it lives.
  class Scope {
   public:
    Scope(Registry& registry, std::string_view name);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Registry& registry_;
    std::size_t length_;
  };

 private:
  std::string Path(std::string_view label) const;

  bool recording_ = false;
  std::string prefix_;
  std::vector<Item> items_;
  std::map<std::string, std::string> values_;
  std::vector<Text> texts_;
};

}  // namespace twelve
