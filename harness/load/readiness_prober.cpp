#include "harness/load/readiness_prober.h"

#include <fmt/format.h>

#include <vector>

#include "harness/net/endpoint.h"

namespace twelve {

ReadinessProber::ReadinessProber(EventLoop& loop, SocketHost& sockets, std::span<char> buffer,
                                 std::string path, Duration period, OnResult on_result)
    : loop_(loop),
      sockets_(sockets),
      buffer_(buffer),
      path_(std::move(path)),
      period_(period),
      on_result_(std::move(on_result)) {}

ReadinessProber::~ReadinessProber() {
  Stop();
}

void ReadinessProber::Stop() {
  if (timer_ != 0) loop_.Cancel(timer_);
  timer_ = 0;
  // Not cleared: this may run within a call back of one of these connections.
  for (auto& [index, probe] : probes_) probe.connection->Close();
}

void ReadinessProber::SetTargets(const std::map<std::uint16_t, LoadTarget>& target_by_index) {
  std::erase_if(probes_, [&](const auto& entry) { return !target_by_index.contains(entry.first); });
  for (const auto& [index, target] : target_by_index) {
    Probe& probe = probes_[index];
    if (probe.connection) continue;
    probe.target = target;
    probe.request = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: twelve\r\nConnection: close\r\n\r\n", path_,
        EndpointText({target.address, target.port}));
    Listener& self = *this;
    probe.connection = std::make_unique<LoadConnection>(loop_, sockets_, self, buffer_);
  }
  if (timer_ != 0) loop_.Cancel(timer_);
  Round();
}

void ReadinessProber::Round() {
  timer_ = loop_.After(period_, [this] { Round(); });
  const TimePoint now = loop_.clock().Now();
  std::vector<std::uint16_t> late;
  for (auto& [index, probe] : probes_) {
    if (!probe.connection->busy()) {
      Begin(index, probe);
    } else if (now - probe.began >= kTimeout) {
      late.push_back(index);
    }
  }
  for (const std::uint16_t index : late) {
    LoadConnection& connection = *probes_[index].connection;
    const bool unreachable = connection.connecting();
    connection.Close();
    on_result_(index, unreachable ? ProbeResult::kUnreachable : ProbeResult::kNotReady);
  }
}

void ReadinessProber::Begin(std::uint16_t index, Probe& probe) {
  probe.connection->Close();
  probe.began = loop_.clock().Now();
  const TimePoint now = probe.began;
  probe.connection->Assign({.intended = now, .sent = now, .attempt = now}, index);
  probe.connection->Send(probe.target, probe.request, /*to_head=*/false);
}

void ReadinessProber::OnAnswer(LoadConnection& connection) {
  const int status = connection.answer().status();
  const bool ready = status >= 200 && status < 300;
  const std::uint16_t index = connection.target();
  connection.Close();
  on_result_(index, ready ? ProbeResult::kReady : ProbeResult::kNotReady);
}

void ReadinessProber::OnFailure(LoadConnection& connection, Outcome outcome) {
  const bool unreachable = outcome == Outcome::kRefused || outcome == Outcome::kConnectTimeout;
  on_result_(connection.target(), unreachable ? ProbeResult::kUnreachable : ProbeResult::kNotReady);
}

void ReadinessProber::OnIdleEnd(LoadConnection& /*connection*/) {}

}  // namespace twelve
