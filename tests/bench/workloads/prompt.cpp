// bench-prompt ask: writes "Name? " and ends the line two seconds later.
// bench-prompt tick: writes a line every 50 ms.
#include <unistd.h>

#include <string_view>

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  if (std::string_view(argv[1]) == "ask") {
    usleep(500'000);
    if (write(STDOUT_FILENO, "Name? ", 6) != 6) return 1;
    usleep(2'000'000);
    if (write(STDOUT_FILENO, "answered\n", 9) != 9) return 1;
    while (true) pause();
  }
  while (true) {
    if (write(STDOUT_FILENO, "tick\n", 5) != 5) return 1;
    usleep(50'000);
  }
}
