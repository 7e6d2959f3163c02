#include "harness/process/formation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace twelve {
namespace {

constexpr int kPortsPerType = 100;
constexpr int kMostInstances = 1000;

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Result<std::pair<std::string, int>> ParsePart(std::string_view part) {
  const std::size_t equals = part.find('=');
  const std::string_view type = Trim(part.substr(0, std::min(equals, part.size())));
  const std::string_view number =
      equals == std::string_view::npos ? std::string_view() : Trim(part.substr(equals + 1));
  int count = -1;
  const char* end = number.data() + number.size();
  const auto [stopped, error] = std::from_chars(number.data(), end, count);
  if (type.empty() || number.empty() || error != std::errc() || stopped != end || count < 0 ||
      count > kMostInstances) {
    return InvalidError(
        fmt::format("\"{}\" is no part of a formation; write TYPE=NUMBER, such as "
                    "web=3,worker=2, with at most {} of a type",
                    Trim(part), kMostInstances));
  }
  return std::pair(std::string(type), count);
}

std::string KnownTypes(const Procfile& procfile) {
  std::string names;
  for (const ProcfileEntry& entry : procfile.entries) {
    names += (names.empty() ? "" : ", ") + entry.type;
  }
  return names;
}

}  // namespace

int Formation::CountOf(std::string_view type) const {
  // The last word counts: "web=1,web=2" is two.
  for (auto count = counts.rbegin(); count != counts.rend(); ++count) {
    if (count->first == type) return count->second;
  }
  return others;
}

Result<Formation> ParseFormation(std::string_view text) {
  Formation formation;
  if (Trim(text).empty()) {
    formation.counts.emplace_back("release", 0);
    return formation;
  }
  formation.others = 0;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    Result<std::pair<std::string, int>> part = ParsePart(text.substr(0, comma));
    if (!part) return part.error();
    if (part->first == "all") {
      formation.others = part->second;
    } else {
      formation.counts.push_back(std::move(part).value());
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return formation;
}

Result<std::vector<FormationRow>> PlanFormation(const Procfile& procfile,
                                                const Formation& formation, std::uint16_t base,
                                                const std::function<bool(std::uint16_t)>& is_free) {
  for (const auto& [type, count] : formation.counts) {
    if (count > 0 && procfile.Find(type) == nullptr) {
      return InvalidError(fmt::format("the Procfile has no process type \"{}\"; it has {}", type,
                                      KnownTypes(procfile)));
    }
  }
  std::vector<FormationRow> rows;
  std::set<int> given;
  int first = base;
  for (const ProcfileEntry& entry : procfile.entries) {
    int port = first;
    for (int instance = 1; instance <= formation.CountOf(entry.type); ++instance) {
      const auto usable = [&](int candidate) {
        return given.count(candidate) == 0 && is_free(static_cast<std::uint16_t>(candidate));
      };
      while (port <= UINT16_MAX && !usable(port)) ++port;
      if (port > UINT16_MAX) {
        return Error{ErrorCode::kBusy,
                     fmt::format("there is no free port left for {}.{}; choose a lower first port "
                                 "than {}",
                                 entry.type, instance, base),
                     {},
                     0};
      }
      given.insert(port);
      rows.push_back({fmt::format("{}.{}", entry.type, instance), entry.type,
                      static_cast<std::uint16_t>(port), entry.command});
      ++port;
    }
    first += kPortsPerType;
  }
  return rows;
}

}  // namespace twelve
