#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace twelve {

/// Bytes that come in at the back and go out at the front. Threads: one.
class ByteQueue {
 public:
  bool empty() const { return begin_ == bytes_.size(); }
  std::size_t size() const { return bytes_.size() - begin_; }
  /// Valid until the next change.
  std::string_view view() const { return std::string_view(bytes_).substr(begin_); }

  /// To append to in place.
  std::string& back() {
    if (empty()) {
      bytes_.clear();
      begin_ = 0;
    } else if (begin_ >= kShiftAfter) {
      bytes_.erase(0, begin_);
      begin_ = 0;
    }
    return bytes_;
  }
  void Append(std::string_view bytes) { back().append(bytes); }
  void Drop(std::size_t count) { begin_ += count; }

 private:
  static constexpr std::size_t kShiftAfter = std::size_t{64} << 10;

  std::string bytes_;
  std::size_t begin_ = 0;
};

}  // namespace twelve
