#include "tests/support/fake_process_host.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace twelve {
namespace {

constexpr int kPipeBytes = 1 << 20;
constexpr pid_t kFirstGuardian = 9000;

// A test that has no descriptors left cannot go on.
void MakePipe(UniqueFd& read, UniqueFd& write) {
  std::array<int, 2> ends = {};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
  fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);
  read = UniqueFd(ends[0]);
  write = UniqueFd(ends[1]);
}

void WriteAll(int fd, std::string_view bytes) {
  if (::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
}

}  // namespace

FakeChild::FakeChild(SpawnRequest spawn_request) : request_(std::move(spawn_request)) {
  MakePipe(control_read_, control_write_);
  MakePipe(out_read_, out_write_);
  MakePipe(err_read_, err_write_);
}

void FakeChild::Tell(GuardEvent event) {
  if (const auto* started = std::get_if<Started>(&event)) leader_ = started->pid;
  events_.push_back(std::move(event));
  WriteAll(control_write_.get(), "!");
}

void FakeChild::FailToStart(Error error) {
  Tell(StartFailed{std::move(error)});
  Gone();
}

void FakeChild::Print(std::string_view bytes) {
  WriteAll(out_write_.get(), bytes);
}

void FakeChild::PrintError(std::string_view bytes) {
  WriteAll(err_write_.get(), bytes);
}

void FakeChild::CloseOutput() {
  out_write_.Reset();
  err_write_.Reset();
}

void FakeChild::Gone() {
  CloseOutput();
  Tell(AllGone{});
}

void FakeChild::ExitAndGone(ExitStatus status) {
  Exit(status);
  Gone();
}

void FakeChild::LoseGuardian() {
  CloseOutput();
  Tell(GuardianLost{});
}

class FakeGuardedProcess final : public GuardedProcess {
 public:
  FakeGuardedProcess(std::shared_ptr<FakeChild> child, pid_t guardian)
      : child_(std::move(child)), guardian_(guardian) {}
  ~FakeGuardedProcess() override { child_->destroyed_ = true; }

  int control_fd() const override { return child_->control_read_.get(); }
  int stdout_fd() const override { return child_->out_read_.get(); }
  int stderr_fd() const override { return child_->err_read_.get(); }
  int stdin_fd() const override { return -1; }
  pid_t guardian_pid() const override { return guardian_; }

  std::vector<GuardEvent> Events() override {
    std::array<char, 256> buffer;
    while (::read(control_fd(), buffer.data(), buffer.size()) > 0) {
    }
    return std::exchange(child_->events_, {});
  }
  Status Signal(SignalTarget target, int signal) override {
    child_->signals_.emplace_back(target, signal);
    return {};
  }
  Status KillAll() override {
    child_->killed_all_ = true;
    return {};
  }

 private:
  std::shared_ptr<FakeChild> child_;
  pid_t guardian_;
};

Result<std::unique_ptr<GuardedProcess>> FakeProcessHost::Spawn(const SpawnRequest& request) {
  if (fail_) return *std::exchange(fail_, std::nullopt);
  children_.push_back(std::make_shared<FakeChild>(request));
  return std::unique_ptr<GuardedProcess>(std::make_unique<FakeGuardedProcess>(
      children_.back(), kFirstGuardian + static_cast<pid_t>(children_.size())));
}

}  // namespace twelve
