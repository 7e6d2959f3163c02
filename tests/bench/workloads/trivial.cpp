// bench-trivial NAME: says that it runs and waits for a signal.
#include <unistd.h>

#include "tests/bench/workloads/mark.h"

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  Mark(argv[1]);
  while (true) pause();
}
