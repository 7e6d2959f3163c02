#include "harness/guard/children.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace twelve::guard {

bool Children::Reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG | __WALL);
    if (pid > 0) {
      Ended(pid, status);
    } else if (pid == 0) {
      return true;
    } else if (errno != EINTR) {
      return false;  // ECHILD
    }
  }
}

void Children::Ended(pid_t pid, int status) {
  Report report;
  report.kind = ReportKind::kExited;
  report.pid = pid;
  report.value = status;
  if (pid == leader_) {
    leader_ = 0;
    report.detail = 1;
    reports_.Add(report);
    return;
  }
  if (!IsKnown(pid)) {
    if (killing_) return;
    Adopt(pid);  // it came and went between two looks
  }
  reports_.Add(report);
  for (std::size_t i = 0; i < orphan_count_; ++i) {
    if (orphans_[i] == pid) orphans_[i--] = orphans_[--orphan_count_];
  }
}

bool Children::IsKnown(pid_t pid) const {
  for (std::size_t i = 0; i < orphan_count_; ++i) {
    if (orphans_[i] == pid) return true;
  }
  return false;
}

void Children::Adopt(pid_t pid) {
  constexpr std::size_t kFirstCapacity = 16;
  if (orphan_count_ == orphan_capacity_) {
    const std::size_t larger = orphan_capacity_ == 0 ? kFirstCapacity : orphan_capacity_ * 2;
    void* moved = std::realloc(orphans_, larger * sizeof(pid_t));
    if (moved == nullptr) return;
    orphans_ = static_cast<pid_t*>(moved);
    orphan_capacity_ = larger;
  }
  orphans_[orphan_count_++] = pid;
  Report report;
  report.kind = ReportKind::kAdopted;
  report.pid = pid;
  reports_.Add(report);
}

void Children::LookForOrphans() {
  if (killing_) return;
  const auto look = [](pid_t pid, void* context) {
    auto* self = static_cast<Children*>(context);
    Stat stat;
    if (pid == self->leader_ || !self->descendants_.IsOurs(pid, &stat)) return;
    if (stat.parent == getpid() && !self->IsKnown(pid)) self->Adopt(pid);
  };
  descendants_.ForEachCandidate(look, this);
}

}  // namespace twelve::guard
