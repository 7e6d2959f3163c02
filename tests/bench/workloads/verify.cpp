// bench-verify LINES NAME,… FILE…: counts the numbered lines in files, whatever a runner put before
// them. Prints "lost N cut N reordered N end N": lines that are not there, lines that hold bytes of
// a numbered line but not a whole one at their end, and unterminated ends.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/workloads/numbered_line.h"

namespace {

struct Seen {
  std::vector<bool> lines;
  long last = -1;
};

struct Tally {
  unsigned long cut = 0, reordered = 0, ends = 0;
};

// Only payload has a letter twelve times in a row.
bool HoldsPayload(std::string_view line) {
  std::size_t run = 1;
  for (std::size_t i = 1; i < line.size(); ++i) {
    run = line[i] == line[i - 1] && line[i] >= 'a' && line[i] <= 'z' ? run + 1 : 1;
    if (run >= 12) return true;
  }
  return false;
}

void Count(std::string_view line, std::map<std::string, Seen, std::less<>>& seen, Tally& tally) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.find("the unterminated end") != std::string_view::npos) ++tally.ends;
  const std::string_view end =
      line.size() < kLineBytes - 1 ? line : line.substr(line.size() - (kLineBytes - 1));
  const long number = NumberOfLine(end);
  const auto found = number < 0 ? seen.end() : seen.find(end.substr(0, 2));
  if (found == seen.end() || static_cast<std::size_t>(number) >= found->second.lines.size()) {
    if (HoldsPayload(line)) ++tally.cut;
    return;
  }
  Seen& of = found->second;
  if (number <= of.last) ++tally.reordered;
  of.last = number;
  of.lines[static_cast<std::size_t>(number)] = true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  std::map<std::string, Seen, std::less<>> seen;
  const std::string names = argv[2];
  for (std::size_t at = 0; at < names.size(); at += 3) {
    seen[names.substr(at, 2)].lines.resize(std::strtoul(argv[1], nullptr, 10));
  }
  Tally tally;
  for (int i = 3; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::string line;
    while (std::getline(file, line)) Count(line, seen, tally);
  }
  unsigned long lost = 0;
  for (const auto& [name, of] : seen) {
    lost += static_cast<unsigned long>(std::count(of.lines.begin(), of.lines.end(), false));
  }
  std::printf("lost %lu cut %lu reordered %lu end %lu\n", lost, tally.cut, tally.reordered,
              tally.ends);
}
