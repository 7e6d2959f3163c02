#pragma once

#include <deque>

namespace twelve {

/// A key as the window means it, whatever the platform calls it. Printable keys come as kChar with
/// their character, so that "?" and "/" are where the user's keyboard has them.
enum class Key {
  kChar,
  kTab,
  kEnter,
  kEscape,
  kLeft,
  kRight,
  kUp,
  kDown,
  kHome,
  kEnd,
  kPageUp,
  kPageDown,
  kBackspace,
  kDelete,
  kF12,
};

struct KeyPress {
  Key key = Key::kChar;
  char32_t character = 0;  // lower case when `ctrl`
  bool ctrl = false;
  bool shift = false;
};

/// Hands keys to ImGui before 1.87, which looks at the state of keys once a frame: a press and its
/// release that fall into one frame would be lost. At most one event of each key per frame.
template <typename Event>
class KeyTrickle {
 public:
  void Push(int key, Event event) { events_.push_back({key, std::move(event)}); }
  bool empty() const { return events_.empty(); }

  /// Calls `deliver` with the events of this frame, in order.
  template <typename Deliver>
  void Pump(Deliver&& deliver) {
    std::deque<int> seen;
    while (!events_.empty()) {
      const int key = events_.front().key;
      if (key >= 0) {
        for (const int other : seen) {
          if (other == key) {
            return;
          }
        }
        seen.push_back(key);
      }
      deliver(events_.front().event);
      events_.pop_front();
    }
  }

 private:
  struct Entry {
    int key;  // negative: not a key, such as a character; never held back
    Event event;
  };
  std::deque<Entry> events_;
};

}  // namespace twelve
