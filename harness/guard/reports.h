#pragma once

#include <cstddef>

#include "harness/guard/protocol.h"

namespace twelve::guard {

/// What is to be said to the host, kept while the host does not read. A guardian never waits for
/// its host, except for the last words.
class Reports {
 public:
  explicit Reports(int fd) : fd_(fd) {}
  Reports(const Reports&) = delete;
  Reports& operator=(const Reports&) = delete;

  void Add(const Report& report);
  /// Sends what the socket takes now.
  void Flush();
  bool waiting() const { return first_ < count_; }
  /// Sends everything, or finds that the host is gone.
  void FlushAll();

 private:
  int fd_;
  Report* reports_ = nullptr;
  std::size_t first_ = 0;  // next to send
  std::size_t count_ = 0;  // end of those that are kept
  std::size_t capacity_ = 0;
  std::size_t sent_bytes_ = 0;  // of the first one
};

}  // namespace twelve::guard
