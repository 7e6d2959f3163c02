#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace twelve {

/// Bytes that are written at one end and released at the other, each known by a position that only
/// grows. Takes memory in blocks as it grows and keeps one spare; a record never lies in two
/// blocks.
///
/// Threads: one at a time.
class LogArena {
 public:
  static constexpr std::size_t kBlock = std::size_t{256} << 10;

  /// Where a record of `size` bytes would be put, and where it would end.
  struct Place {
    std::uint64_t begin = 0, end = 0;
  };
  /// REQUIRES: size <= kBlock; alignment is a power of two, at most 16.
  Place PlaceFor(std::size_t size, std::size_t alignment) const;
  /// REQUIRES: `place` is what PlaceFor gave, and nothing was put since.
  std::byte* Put(Place place);
  const std::byte* At(std::uint64_t position) const {
    return blocks_[position / kBlock - first_block_].get() + position % kBlock;
  }
  /// Nobody will ask for bytes before `position` any more.
  void ReleaseBefore(std::uint64_t position);

 private:
  std::deque<std::unique_ptr<std::byte[]>> blocks_;
  std::uint64_t first_block_ = 0;  // number of blocks_.front()
  std::unique_ptr<std::byte[]> spare_;
  std::uint64_t end_ = 0;
};

}  // namespace twelve
