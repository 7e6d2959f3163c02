#include "harness/backing/backing_instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include "harness/backing/postgres_instance.h"
#include "harness/backing/redis_instance.h"

namespace twelve {
namespace {

constexpr Duration kPauseLimit = std::chrono::seconds(10);
constexpr Duration kOneTry = std::chrono::seconds(2);
constexpr Duration kBetweenTries = std::chrono::milliseconds(20);

bool IsOpen(Connection::State state) {
  return state == Connection::State::kConnecting || state == Connection::State::kOpen;
}

}  // namespace

std::string_view ToString(BackingServer server) {
  switch (server) {
    case BackingServer::kPostgres:
      return "postgres";
    case BackingServer::kRedis:
      return "redis";
  }
  return "";
}

Result<BackingServer> ParseBackingServer(std::string_view text) {
  for (const BackingServer server : {BackingServer::kPostgres, BackingServer::kRedis}) {
    if (text == ToString(server)) return server;
  }
  return InvalidError(
      fmt::format("\"{}\" is no backing service that can be started here; these are: postgres, "
                  "redis.",
                  text));
}

BackingInstance::BackingInstance(Rig& rig, BackingServer server, BackingPlace place)
    : rig_(rig), server_(server), place_(std::move(place)) {}

BackingInstance::~BackingInstance() {
  instance_.reset();
  std::error_code ignored;  // the rig's guardian removes what could not be removed here
  std::filesystem::remove_all(place_.directory, ignored);
}

ProcessStatus BackingInstance::Snapshot() const {
  return instance_ == nullptr ? ProcessStatus{} : instance_->Snapshot();
}

std::vector<ProcessInfo> BackingInstance::Tree() const {
  return instance_ == nullptr ? std::vector<ProcessInfo>{} : instance_->Tree();
}

Status BackingInstance::Start() {
  if (instance_ != nullptr && !instance_->Snapshot().over()) return {};
  instance_.reset();
  auto spec = MakeSpec();
  if (!spec) return spec.error();
  spec->name = place_.name;
  spec->type = std::string(ToString(server_));
  spec->port = place_.port;
  auto launched = rig_.Launch(std::move(spec).value());
  if (!launched) return launched.error();
  instance_ = std::move(launched).value();
  return {};
}

Status BackingInstance::AwaitReady(Deadline deadline) {
  const auto ended = [this] { return instance_ == nullptr || instance_->Snapshot().over(); };
  rig_.WaitUntil([&] { return ended() || instance_->Snapshot().ready.has_value(); }, deadline);
  while (!ended()) {
    const Deadline one_try = Deadline::After(rig_.clock(), kOneTry);
    if (Answers(one_try.at() < deadline.at() ? one_try : deadline)) return OnReady();
    if (deadline.Passed(rig_.clock()) || rig_.cancelled()) {
      return Error{ErrorCode::kTimeout, place_.name + " did not answer in time.", {}, 0};
    }
    rig_.WaitUntil(ended, Deadline::After(rig_.clock(), kBetweenTries));
  }
  return WhyItEnded();
}

bool BackingInstance::Answers(Deadline deadline) {
  auto connection = rig_.Connect(place_.port);
  if (!connection) return false;
  (*connection)->Send(Greeting());
  bool accepted = false;
  rig_.WaitUntil(
      [&] {
        const bool open = IsOpen((*connection)->state());
        accepted = Accepts((*connection)->Received());
        return accepted || !open;
      },
      deadline);
  return accepted;
}

Error BackingInstance::WhyItEnded() const {
  if (instance_ == nullptr) return {ErrorCode::kClosed, place_.name + " was not started.", {}, 0};
  const ProcessStatus status = instance_->Snapshot();
  if (status.start_error) return *status.start_error;
  std::string last;
  bool is_error = false;
  for (const LogLine& line : instance_->Logs(100)) {
    if (line.stream == LogStream::kTwelve || (is_error && line.level != LogLevel::kError)) continue;
    last = line.text;
    is_error = line.level == LogLevel::kError;
  }
  return {ErrorCode::kClosed,
          fmt::format("{} ended before it was ready ({}){}{}", place_.name, status.reason,
                      last.empty() ? "." : "; it said last: ", last),
          {},
          0};
}

void BackingInstance::Stop(std::string because) {
  if (instance_ != nullptr) instance_->Stop(std::move(because));
}

void BackingInstance::Kill(std::string because) {
  if (instance_ != nullptr) instance_->Kill(std::move(because));
}

bool BackingInstance::AwaitGone(Deadline deadline) {
  return rig_.WaitUntil([this] { return instance_ == nullptr || instance_->Snapshot().over(); },
                        deadline);
}

Status BackingInstance::Pause(std::string because) {
  if (instance_ == nullptr) return WhyItEnded();
  const auto all_stopped = [this] {
    const std::vector<ProcessInfo> tree = instance_->Tree();
    return std::all_of(tree.begin(), tree.end(), [](const ProcessInfo& process) {
      return process.state == 'T' || process.state == 'Z';
    });
  };
  const Deadline deadline = Deadline::After(rig_.clock(), kPauseLimit);
  while (!deadline.Passed(rig_.clock()) && !rig_.cancelled()) {
    // Again for what was forked while the signals went out.
    const Status sent = instance_->Signal(SignalTarget::kTree, SIGSTOP, because);
    if (!sent) return sent;
    if (rig_.WaitUntil(all_stopped, Deadline::After(rig_.clock(), kOneTry))) return {};
  }
  return Error{ErrorCode::kTimeout, place_.name + " did not come to a halt in time.", {}, 0};
}

Status BackingInstance::Continue(std::string because) {
  if (instance_ == nullptr) return WhyItEnded();
  return instance_->Signal(SignalTarget::kTree, SIGCONT, std::move(because));
}

Status BackingInstance::Restart(std::string because, Deadline deadline) {
  if (instance_ != nullptr && !instance_->Snapshot().over()) {
    Stop(std::move(because));
    if (!AwaitGone(deadline)) {
      return Error{ErrorCode::kTimeout, place_.name + " did not end in time.", {}, 0};
    }
  }
  if (const Status started = Start(); !started) return started;
  return AwaitReady(deadline);
}

Result<std::unique_ptr<BackingInstance>> LaunchBacking(Rig& rig, BackingServer server,
                                                       const BackingOptions& options) {
  const Deadline deadline = Deadline::After(rig.clock(), options.start_limit);
  auto made = server == BackingServer::kPostgres ? PostgresInstance::Prepare(rig, options, deadline)
                                                 : RedisInstance::Prepare(rig, options);
  if (!made) return made;
  if (const Status started = (*made)->Start(); !started) return started.error();
  if (const Status ready = (*made)->AwaitReady(deadline); !ready) return ready.error();
  return made;
}

}  // namespace twelve
