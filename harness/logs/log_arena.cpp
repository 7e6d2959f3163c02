#include "harness/logs/log_arena.h"

#include <utility>

namespace twelve {

LogArena::Place LogArena::PlaceFor(std::size_t size, std::size_t alignment) const {
  std::uint64_t begin = (end_ + alignment - 1) / alignment * alignment;
  if (begin % kBlock + size > kBlock) begin = (begin / kBlock + 1) * kBlock;
  return {begin, begin + size};
}

std::byte* LogArena::Put(Place place) {
  end_ = place.end;
  if (blocks_.empty()) first_block_ = place.begin / kBlock;
  while (place.begin / kBlock >= first_block_ + blocks_.size()) {
    blocks_.push_back(spare_ ? std::move(spare_)
                             : std::make_unique_for_overwrite<std::byte[]>(kBlock));
  }
  return blocks_[place.begin / kBlock - first_block_].get() + place.begin % kBlock;
}

void LogArena::ReleaseBefore(std::uint64_t position) {
  while (!blocks_.empty() && (first_block_ + 1) * kBlock <= position) {
    spare_ = std::move(blocks_.front());
    blocks_.pop_front();
    ++first_block_;
  }
}

}  // namespace twelve
