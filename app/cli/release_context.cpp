#include "app/cli/release_context.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>

#include "harness/os/posix/posix_capabilities.h"
#include "harness/os/posix/posix_event_loop.h"
#include "harness/release/slug_store.h"

namespace twelve {

using nlohmann::json;

int ExitCodeOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid:
      return kReleaseUsage;
    case ErrorCode::kNotFound:
      return kReleaseMissing;
    case ErrorCode::kBusy:
    case ErrorCode::kTimeout:
      return kReleaseBusy;
    case ErrorCode::kDenied:
      return kReleaseDenied;
    case ErrorCode::kClosed:
    case ErrorCode::kUnsupported:
    case ErrorCode::kSystem:
      return kReleaseBroken;
  }
  return kReleaseBroken;
}

std::string ReleaseExitCodes() {
  return "Exit codes: 0 done, 1 a build failed or a check found something, 2 Twelve could not do "
         "its\n"
         "work, 64 used wrongly, 66 no such store, release, stage, commit or parameter, 75 busy,\n"
         "77 changed by somebody else, or another key.";
}

void AddStoreArguments(CLI::App& command, const std::shared_ptr<StoreArguments>& arguments) {
  command.add_option("--store", arguments->store,
                     "Directory of the store; unless set $XDG_STATE_HOME/twelve");
  command.add_option("--key-file", arguments->key_file,
                     "The store's key; unless set \"key\" in the store");
  command.add_flag("--json", arguments->json, "Print JSON");
}

Result<std::unique_ptr<StoreDirectory>> OpenStore(const StoreArguments& arguments, bool create) {
  return StoreDirectory::Open({arguments.store, arguments.key_file, create});
}

int Complain(const std::string& command, const Error& error) {
  fmt::print(stderr, "twelve {}: {}.\n", command, error.message);
  return ExitCodeOf(error);
}

void PrintJson(const json& value) {
  fmt::print("{}\n", value.dump(2, ' ', false, json::error_handler_t::replace));
}

json ToJson(const Release& release) {
  json config = json::object();
  for (const auto& [name, value] : release.config) {
    config[name] = value.secret ? std::string(kMaskedValue) : value.value;
  }
  return {{"release", release.id()},
          {"environment", release.environment},
          {"name", release.name},
          {"commit", release.commit},
          {"tag", release.tag},
          {"slug", release.slug.empty() ? "" : "sha256:" + release.slug},
          {"build", release.build},
          {"created", release.created},
          {"reason", release.reason},
          {"restores", release.restores == 0 ? "" : fmt::format("v{}", release.restores)},
          {"config", config}};
}

json ToJson(const std::vector<ConfigChange>& changes) {
  json rows = json::array();
  for (const ConfigChange& change : changes) {
    const char* const kind = change.kind == ConfigChange::Kind::kAdded     ? "added"
                             : change.kind == ConfigChange::Kind::kChanged ? "changed"
                                                                           : "removed";
    rows.push_back({{"change", kind},
                    {"name", change.name},
                    {"before", change.before},
                    {"after", change.after}});
  }
  return rows;
}

std::string Summary(const Release& release) {
  const std::string what = release.slug.empty() ? std::string("(no code yet)")
                                                : fmt::format("{} {}", release.name, release.tag);
  return fmt::format("{:<5} {:<12} {:<24} {}  {}", release.id(), release.environment, what,
                     release.created, release.reason);
}

std::string TemporaryRoot() {
  const char* const root = std::getenv("TMPDIR");
  return root != nullptr && *root == '/' ? root : "/tmp";
}

Result<std::unique_ptr<ReleaseTools>> ReleaseTools::Create() {
  PosixSignals::BlockEndSignals();
  std::unique_ptr<ReleaseTools> tools(new ReleaseTools());
  const Result<std::string> guard = FindGuard();
  if (!guard) return guard.error();
  tools->host_ = std::make_unique<PosixProcessHost>(*guard);
  Result<std::unique_ptr<EventLoop>> loop = PosixEventLoop::Create(tools->clock_);
  if (!loop) return loop.error();
  tools->loop_ = std::move(loop).value();
  ReleaseTools* const self = tools.get();
  Result<std::unique_ptr<PosixSignals>> signals =
      PosixSignals::Create(*tools->loop_, [self](int signal) {
        if (self->on_signal_) {
          self->on_signal_(signal);
        } else {
          self->cancelled_ = true;
        }
      });
  if (!signals) return signals.error();
  tools->signals_ = std::move(signals).value();
  tools->runner_ = std::make_unique<StepRunner>(StepRunner::Seams{
      *tools->loop_, *tools->host_, tools->sockets_, [self] { return self->cancelled_; }});
  return tools;
}

bool ReleaseTools::CanMount() {
  // Needs what a pid namespace needs: a mount namespace of its own.
  return ProbePidNamespace(*host_).ok();
}

}  // namespace twelve
