#include "factors/05_build_release_run/parts/careless_release.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace twelve {
namespace {

Status WriteFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file.valid()) return SystemError("cannot start without writing " + path, "open", errno);
  return {};
}

std::string TemporaryDirectory() {
  const char* directory = std::getenv("TMPDIR");
  return directory == nullptr ? "/tmp" : directory;
}

/// The words that this process was started with.
std::vector<std::string> OwnCommand() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  std::string word;
  while (std::getline(file, word, '\0')) words.push_back(word);
  return words;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

std::string ProgramPath() {
  char path[4096];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "twelve-service";
}

Status CodeDirectoryCacheBoot::Run(TerminationHandling& /*termination*/) {
  return WriteFile(file_);
}

CodeDirectoryCacheBoot::~CodeDirectoryCacheBoot() {
  ::unlink(file_.c_str());
}

Status HomeBoot::Run(TerminationHandling& /*termination*/) {
  const char* home = std::getenv("HOME");
  if (home == nullptr) return InvalidError("HOME is not set, and nothing works without one");
  file_ = fmt::format("{}/.twelve-service.{}", home, ::getpid());
  return WriteFile(file_);
}

HomeBoot::~HomeBoot() {
  if (!file_.empty()) ::unlink(file_.c_str());
}

Status CompileBoot::Run(TerminationHandling& /*termination*/) {
  const std::string base = fmt::format("{}/twelve-service.{}", TemporaryDirectory(), ::getpid());
  std::ofstream(base + ".c") << "int main(void) { return 0; }\n";
  std::vector<std::string> words = {"cc", "-o", base + ".out", base + ".c"};
  pid_t compiler = -1;
  const int problem =
      ::posix_spawnp(&compiler, "cc", nullptr, nullptr, Pointers(words).data(), environ);
  int result = 1;
  if (problem == 0) ::waitpid(compiler, &result, 0);
  ::unlink((base + ".c").c_str());
  ::unlink((base + ".out").c_str());
  if (problem != 0) return SystemError("cannot start without a compiler", "posix_spawnp", problem);
  if (result != 0) return InvalidError("cannot start: the compiler refused the code");
  return {};
}

Status HotReloadBoot::Run(TerminationHandling& /*termination*/) {
  program_ = ProgramPath();
  watch_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  stop_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  // A new date alone is IN_MODIFY or IN_ATTRIB, depending on which of the dates it is.
  const int added = ::inotify_add_watch(watch_.get(), program_.c_str(),
                                        IN_ATTRIB | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVE_SELF);
  if (added < 0) return SystemError("cannot watch " + program_, "inotify_add_watch", errno);
  thread_ = std::thread([this] { Watch(); });
  return {};
}

void HotReloadBoot::Watch() const {
  pollfd wanted[] = {{watch_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  while (::poll(wanted, 2, -1) < 0) {
  }
  if (wanted[1].revents != 0) return;
  std::vector<std::string> command = OwnCommand();
  ::execv(program_.c_str(), Pointers(command).data());
}

HotReloadBoot::~HotReloadBoot() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
  thread_.join();
}

}  // namespace twelve
