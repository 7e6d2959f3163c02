#include "app/desktop/draw_changes.h"

#include <cstring>

namespace twelve {
namespace {

/// Fast and good enough to tell frames apart; four lanes so that the multiplications overlap.
std::uint64_t Hash(const void* data, std::size_t size, std::uint64_t seed) {
  constexpr std::uint64_t kFactor = 0x9FB21C651E98DF25ULL;
  std::uint64_t lanes[4] = {seed ^ 0x9E3779B97F4A7C15ULL, seed * 31 + 7, ~seed, seed + 3};
  const auto* bytes = static_cast<const unsigned char*>(data);
  std::size_t at = 0;
  for (; at + 32 <= size; at += 32) {
    for (std::size_t lane = 0; lane < 4; lane++) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + at + lane * 8, 8);
      lanes[lane] = (lanes[lane] ^ word) * kFactor;
      lanes[lane] ^= lanes[lane] >> 32;
    }
  }
  for (; at < size; at++) {
    lanes[0] = (lanes[0] ^ bytes[at]) * 0x100000001B3ULL;
  }
  return lanes[0] ^ (lanes[1] << 1) ^ (lanes[2] << 2) ^ (lanes[3] << 3) ^ (lanes[0] >> 29);
}

}  // namespace

void DrawChanges::Add(const ImRect& area) {
  for (ImRect& other : areas_) {
    if (other.Overlaps(area)) {
      other.Add(area);
      return;
    }
  }
  areas_.push_back(area);
}

const std::vector<ImRect>& DrawChanges::Find(const ImDrawData& data) {
  areas_.clear();
  std::map<std::string, List> now;
  const ImRect screen(data.DisplayPos, {data.DisplayPos.x + data.DisplaySize.x,
                                        data.DisplayPos.y + data.DisplaySize.y});
  for (int i = 0; i < data.CmdListsCount; i++) {
    const ImDrawList& list = *data.CmdLists[i];
    List entry;
    entry.hash =
        Hash(list.VtxBuffer.Data, static_cast<std::size_t>(list.VtxBuffer.size_in_bytes()), 1);
    entry.hash = Hash(list.IdxBuffer.Data, static_cast<std::size_t>(list.IdxBuffer.size_in_bytes()),
                      entry.hash);
    entry.area = ImRect(FLT_MAX, FLT_MAX, -FLT_MAX, -FLT_MAX);
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.ElemCount > 0) {
        entry.hash = Hash(&command.ClipRect, sizeof command.ClipRect, entry.hash);
        entry.area.Add(ImRect(command.ClipRect));
      }
    }
    if (entry.area.Min.x > entry.area.Max.x) {
      continue;
    }
    entry.area.ClipWith(screen);
    const std::string key =
        (list._OwnerName == nullptr ? std::string() : list._OwnerName) + std::to_string(i);
    const auto before = lists_.find(key);
    if (before == lists_.end()) {
      Add(entry.area);
    } else if (before->second.hash != entry.hash) {
      Add(entry.area);
      Add(before->second.area);
    }
    now[key] = entry;
  }
  for (const auto& [key, entry] : lists_) {
    if (now.find(key) == now.end()) {
      Add(entry.area);
    }
  }
  lists_ = std::move(now);
  return areas_;
}

}  // namespace twelve
