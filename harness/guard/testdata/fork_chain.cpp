// Forks and exits, link after link, faster than anybody can look: what a guardian must catch.
// fork_chain group|session: each link stays in the first one's group, or makes its own session.
// Ends by itself after two minutes, should nobody catch it.
#include <unistd.h>

#include <cstring>
#include <ctime>

int main(int argc, char** argv) {
  constexpr std::time_t kLongest = 120;
  const bool own_session = argc > 1 && std::strcmp(argv[1], "session") == 0;
  constexpr int kLinksBeforeSaying = 100;
  const std::time_t start = std::time(nullptr);
  for (int link = 0; std::time(nullptr) - start < kLongest; ++link) {
    if (link == kLinksBeforeSaying && write(STDOUT_FILENO, "running\n", 8) != 8) return 1;
    const pid_t child = fork();
    if (child < 0) return 1;
    if (child > 0) _exit(0);
    if (own_session) setsid();
  }
  return 0;
}
