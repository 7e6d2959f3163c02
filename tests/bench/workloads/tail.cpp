// bench-tail NAME LINES [on-term]: writes LINES numbered lines and an unterminated one in a single
// burst, at once or in its SIGTERM handler, and exits 0 in the next instant.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "tests/bench/workloads/mark.h"
#include "tests/bench/workloads/numbered_line.h"

namespace {

std::string last_words;

void Say() {
  for (std::size_t done = 0; done < last_words.size();) {
    const ssize_t n = write(STDOUT_FILENO, last_words.data() + done, last_words.size() - done);
    if (n < 0) _exit(1);
    done += static_cast<std::size_t>(n);
  }
}

void OnTerm(int /*signal*/) {
  Say();
  _exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const unsigned long lines = std::strtoul(argv[2], nullptr, 10);
  for (unsigned i = 0; i < lines; ++i) AppendNumberedLine(argv[1], i, last_words);
  last_words += "the unterminated end";
  if (argc > 3) {
    std::signal(SIGTERM, OnTerm);
    std::signal(SIGINT, OnTerm);
    Mark(argv[1]);
    while (true) pause();
  }
  Mark(argv[1]);
  Say();
  _exit(0);
}
