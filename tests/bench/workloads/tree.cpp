// bench-tree NAME: a child with a child of its own, and one more in a session of its own. All wait
// for a signal and ignore none.
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/workloads/mark.h"

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const pid_t child = fork();
  if (child == 0) {
    const pid_t far = fork();
    if (far == 0) setsid();
    Mark(far == 0 ? "far" : "near");
    while (true) pause();
  }
  Mark(argv[1]);
  while (true) pause();
}
