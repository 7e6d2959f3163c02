#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/desktop/imgui_compat.h"

namespace twelve {

/// Finds what differs between two frames, by hashing ImGui's draw lists: building a frame costs a
/// fraction of a millisecond, painting it in software thirty. Nobody keeps dirty flags.
///
/// Threads: one.
class DrawChanges {
 public:
  /// The areas to paint anew; empty when the frame looks as the one before.
  const std::vector<ImRect>& Find(const ImDrawData& data);
  /// The next frame is new as a whole: after a resize, another theme or font.
  void Forget() { lists_.clear(); }

 private:
  struct List {
    std::uint64_t hash = 0;
    ImRect area;
  };
  void Add(const ImRect& area);

  std::map<std::string, List> lists_;
  std::vector<ImRect> areas_;
};

}  // namespace twelve
