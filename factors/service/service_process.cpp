#include "factors/service/service_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

namespace twelve {
namespace {

constexpr std::chrono::seconds kPatience(30);

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// The inodes of the sockets that a process has open.
std::set<std::string> SocketInodes(pid_t pid) {
  std::set<std::string> inodes;
  std::error_code ignored;
  const std::string directory = "/proc/" + std::to_string(pid) + "/fd";
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string target = std::filesystem::read_symlink(entry, ignored).string();
    if (target.starts_with("socket:[")) inodes.insert(target.substr(8, target.size() - 9));
  }
  return inodes;
}

std::uint16_t ListeningPort(pid_t pid) {
  const std::set<std::string> inodes = SocketInodes(pid);
  std::ifstream table("/proc/" + std::to_string(pid) + "/net/tcp");
  std::string line;
  while (std::getline(table, line)) {
    char inode[32] = "";
    unsigned port = 0, state = 0;
    // sl local_address rem_address st queues timer retransmits uid timeout inode
    if (std::sscanf(line.c_str(), " %*d: %*8x:%4x %*8x:%*4x %2x %*s %*s %*s %*s %*s %31s", &port,
                    &state, inode) == 3 &&
        state == 0x0A && inodes.count(inode) > 0) {
      return static_cast<std::uint16_t>(port);
    }
  }
  return 0;
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "twelve-service-test.XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) std::abort();
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ServiceProcess::ServiceProcess(const ScratchDirectory& directory, Options options) {
  // A service whose shell has died comes to us, so that it can be reaped.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  int out[2], err[2];
  const int made = options.stdout_keeps_writes
                       ? ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, out)
                       : ::pipe2(out, O_CLOEXEC);
  if (made != 0 || ::pipe2(err, O_CLOEXEC) != 0) std::abort();
  stdout_ = UniqueFd(out[0]);
  stderr_ = UniqueFd(err[0]);
  const UniqueFd out_end(out[1]);
  const UniqueFd err_end(err[1]);
  if (options.close_stdout) stdout_.Reset();
  options.environment.insert({{"HOST", "127.0.0.1"}, {"TMPDIR", directory.path()}});
  if (options.set_port) options.environment.emplace("PORT", "0");
  Start(directory, options, out_end.get(), err_end.get());
  readers_.emplace_back([this] { Read(stderr_.get(), &ServiceProcess::err_); });
  if (options.read_stdout && !options.close_stdout) ReadStdout();
}

void ServiceProcess::Start(const ScratchDirectory& directory, const Options& options, int out,
                           int err) {
  const char* bin = std::getenv("TWELVE_BIN");
  const std::string program = options.program.empty()
                                  ? std::string(bin == nullptr ? "bin" : bin) + "/twelve-service"
                                  : options.program;
  std::vector<std::string> words = {program};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  ::posix_spawn_file_actions_addchdir_np(&actions, directory.path().c_str());
  const int failed = ::posix_spawn(&pid_, std::filesystem::absolute(program).c_str(), &actions,
                                   nullptr, Pointers(words).data(), Pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    pid_ = -1;
    ADD_FAILURE() << "cannot start " << program << ": " << std::strerror(failed)
                  << "; is TWELVE_BIN set?";
    return;
  }
  process_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

ServiceProcess::~ServiceProcess() {
  if (!exit_code_ && pid_ > 0) {
    Signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  // A service behind a shell has come to this process with the end of the shell. While it is our
  // child its number cannot be anybody else's.
  const pid_t service = ServicePid();
  if (service > 0 && service != pid_ && ::waitpid(service, nullptr, WNOHANG) == 0) {
    ::kill(service, SIGKILL);
    ::waitpid(service, nullptr, 0);
  }
  for (std::thread& reader : readers_) reader.join();
}

void ServiceProcess::Signal(int signal) const {
  // To kill, -1 is every process that there is.
  if (pid_ > 0) ::kill(pid_, signal);
}

pid_t ServiceProcess::ServicePid() {
  MutexLock lock(mutex_);
  const auto event = nlohmann::json::parse(out_.substr(0, out_.find('\n')), nullptr, false);
  if (!event.is_object() || event["event_type"] != "starting") return -1;
  return event["data"]["pid"].get<pid_t>();
}

void ServiceProcess::ReadStdout() {
  readers_.emplace_back([this] { Read(stdout_.get(), &ServiceProcess::out_); });
}

void ServiceProcess::Read(int fd, std::string ServiceProcess::*into) {
  char bytes[16384];
  for (;;) {
    const ssize_t got = ::read(fd, bytes, sizeof bytes);
    if (got <= 0) break;
    MutexLock lock(mutex_);
    (this->*into).append(bytes, static_cast<std::size_t>(got));
    if (into == &ServiceProcess::out_) ++writes_;
    more_came_.NotifyAll();
  }
}

std::optional<nlohmann::json> ServiceProcess::WaitForEvent(const std::string& type, int which) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::size_t from = 0;
  MutexLock lock(mutex_);
  for (;;) {
    for (std::size_t end = 0; (end = out_.find('\n', from)) != out_.npos; from = end + 1) {
      const auto event = nlohmann::json::parse(out_.substr(from, end - from), nullptr, false);
      if (!event.is_object() || event["event_type"] != type) continue;
      if (--which == 0) return event["data"];
    }
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    more_came_.WaitUntil(mutex_, deadline);
  }
}

std::uint16_t ServiceProcess::WaitForPort() {
  const auto listening = WaitForEvent("listening");
  return listening ? (*listening)["port"].get<std::uint16_t>() : std::uint16_t{0};
}

std::uint16_t ServiceProcess::FindPort() const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::uint16_t port = 0;
  while ((port = ListeningPort(pid_)) == 0 && std::chrono::steady_clock::now() < deadline) {
    ::poll(nullptr, 0, 5);
  }
  return port;
}

int ServiceProcess::WaitForExit() {
  const int exit_code = WaitForLaunched();
  if (exit_code < 0) return -1;
  for (std::thread& reader : readers_) reader.join();
  readers_.clear();
  return exit_code;
}

int ServiceProcess::WaitForLaunched() {
  if (exit_code_) return *exit_code_;
  if (pid_ <= 0) return -1;
  pollfd ended{process_.get(), POLLIN, 0};
  if (::poll(&ended, 1, 30'000) != 1) return -1;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return *exit_code_;
}

std::string ServiceProcess::Stdout() {
  MutexLock lock(mutex_);
  return out_;
}

int ServiceProcess::Writes() {
  MutexLock lock(mutex_);
  return writes_;
}

std::string ServiceProcess::Stderr() {
  MutexLock lock(mutex_);
  return err_;
}

}  // namespace twelve
