#include "harness/guard/reports.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>

namespace twelve::guard {
namespace {

constexpr std::size_t kFirstCapacity = 64;
// About orphans, beyond this many unread reports, nothing more is said: a service that makes
// orphans without end must not fill the memory. The leader's end is always told.
constexpr std::size_t kMostAboutOrphans = 100'000;

bool IsAboutOrphan(const Report& report) {
  return report.kind == ReportKind::kAdopted ||
         (report.kind == ReportKind::kExited && report.detail == 0);
}

}  // namespace

void Reports::Add(const Report& report) {
  if (first_ == count_) first_ = count_ = 0;
  if (count_ - first_ >= kMostAboutOrphans && IsAboutOrphan(report)) return;
  if (count_ == capacity_) {
    const std::size_t larger = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
    void* moved = std::realloc(reports_, larger * sizeof(Report));
    if (moved == nullptr) return;
    reports_ = static_cast<Report*>(moved);
    capacity_ = larger;
  }
  reports_[count_++] = report;
}

void Reports::Flush() {
  while (first_ < count_) {
    const char* bytes = reinterpret_cast<const char*>(reports_ + first_) + sent_bytes_;
    const std::size_t left = (count_ - first_) * sizeof(Report) - sent_bytes_;
    const ssize_t sent = send(fd_, bytes, left, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) {
      first_ = count_;  // nobody is there to read
      return;
    }
    sent_bytes_ += static_cast<std::size_t>(sent);
    first_ += sent_bytes_ / sizeof(Report);
    sent_bytes_ %= sizeof(Report);
  }
}

void Reports::FlushAll() {
  for (Flush(); waiting(); Flush()) {
    pollfd writable = {fd_, POLLOUT, 0};
    poll(&writable, 1, -1);
  }
}

}  // namespace twelve::guard
