// bench-flood NAME LINES [line] [stay]: writes LINES numbered lines as fast as they are taken, by
// 64 KiB or with one write a line; with "stay" it then waits for a signal.
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tests/bench/workloads/mark.h"
#include "tests/bench/workloads/numbered_line.h"

namespace {

bool WriteAll(const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = write(STDOUT_FILENO, bytes.data() + done, bytes.size() - done);
    if (n < 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const std::string name = argv[1];
  const unsigned long lines = std::strtoul(argv[2], nullptr, 10);
  bool by_line = false;
  bool stay = false;
  for (int i = 3; i < argc; ++i) {
    by_line = by_line || std::string(argv[i]) == "line";
    stay = stay || std::string(argv[i]) == "stay";
  }
  Mark(name);
  std::string buffer;
  for (unsigned i = 0; i < lines; ++i) {
    AppendNumberedLine(name, i, buffer);
    if (!by_line && buffer.size() < 65536 && i + 1 < lines) continue;
    if (!WriteAll(buffer)) return 1;
    buffer.clear();
  }
  if (stay) pause();
  return 0;
}
