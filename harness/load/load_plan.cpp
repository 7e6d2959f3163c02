#include "harness/load/load_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/net/endpoint.h"

namespace twelve {
namespace {

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool IsPath(std::string_view text) {
  return !text.empty() && text[0] == '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != 0x7f; });
}

bool IsHeader(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && IsToken(text.substr(0, colon)) &&
         text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Status ValidatePath(const std::string& path) {
  if (IsPath(path)) return {};
  return InvalidError(fmt::format("the path \"{}\" must begin with / and hold no blanks", path));
}

Status ValidateKind(const LoadKind& kind) {
  if (!IsToken(kind.method)) {
    return InvalidError(fmt::format("\"{}\" is not an HTTP method", kind.method));
  }
  if (Status path = ValidatePath(kind.path); !path) return path;
  for (const std::string& header : kind.headers) {
    if (!IsHeader(header)) {
      return InvalidError(fmt::format("the header \"{}\" must read \"Name: value\"", header));
    }
  }
  if (!(kind.weight > 0 && kind.weight <= 1e6)) {
    return InvalidError(
        fmt::format("the weight of \"{}\" must be above 0 and at most 1000000", kind.name));
  }
  return {};
}

Status ValidateRequests(const LoadPlan& plan) {
  if (plan.mix.size() > kMaxLoadKinds) {
    return InvalidError(
        fmt::format("a load is mixed of at most {} kinds of requests", kMaxLoadKinds));
  }
  for (const LoadKind& kind : KindsOf(plan)) {
    if (Status valid = ValidateKind(kind); !valid) return valid;
  }
  return ValidatePath(plan.ready_path);
}

Status ValidateRate(double per_second) {
  if (per_second > 0 && per_second <= 1e6) return {};
  return InvalidError(
      fmt::format("{} requests per second: give a rate above 0, at most 1000000", per_second));
}

Status ValidatePhases(const LoadPlan& plan) {
  if (plan.phases.size() > kMaxLoadPhases) {
    return InvalidError(fmt::format("a load has at most {} phases", kMaxLoadPhases));
  }
  double highest = 0;
  for (const LoadPhase& phase : plan.phases) {
    if (phase.lasts <= Duration::zero()) return InvalidError("every phase must last some time");
    if (phase.from_per_second < 0 || phase.to_per_second < 0) {
      return InvalidError("a rate cannot be less than 0");
    }
    highest = std::max({highest, phase.from_per_second, phase.to_per_second});
  }
  return ValidateRate(highest);
}

Status ValidateTargets(const LoadPlan& plan) {
  if (plan.targets.empty()) return InvalidError("the load has no target: name a process or port");
  for (const LoadTarget& target : plan.targets) {
    if (target.port == 0) {
      return InvalidError(fmt::format("the target \"{}\" of the load has no port", target.name));
    }
    if (!plan.allow_external && !IsLoopback(target.address)) {
      return InvalidError(fmt::format(
          "{} at {} is not on this machine: allow external targets if you mean to load it",
          target.name, target.address));
    }
  }
  return {};
}

}  // namespace

std::string_view ToString(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "ok";
    case Outcome::kClientError:
      return "client error";
    case Outcome::kServerError:
      return "server error";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kConnectTimeout:
      return "connect timeout";
    case Outcome::kReset:
      return "reset";
    case Outcome::kCut:
      return "cut";
    case Outcome::kTimeout:
      return "timeout";
    case Outcome::kNoTarget:
      return "no target";
    case Outcome::kNotSent:
      return "not sent";
  }
  return "unknown";
}

std::vector<LoadKind> KindsOf(const LoadPlan& plan) {
  if (!plan.mix.empty()) return plan.mix;
  return {{plan.method + " " + plan.path, 1, plan.method, plan.path, plan.headers, plan.body}};
}

Duration LengthOf(const LoadPlan& plan) {
  if (plan.loop == LoadPlan::Loop::kClosed || plan.phases.empty()) return plan.duration;
  Duration length{};
  for (const LoadPhase& phase : plan.phases) length += phase.lasts;
  return length;
}

Status Validate(const LoadPlan& plan) {
  if (Status valid = ValidateTargets(plan); !valid) return valid;
  if (plan.connections < 1 || plan.connections > 10'000) {
    return InvalidError(
        fmt::format("{} connections: give a number from 1 to 10000", plan.connections));
  }
  if (plan.loop != LoadPlan::Loop::kClosed) {
    const Status rate =
        plan.phases.empty() ? ValidateRate(plan.rate_per_second) : ValidatePhases(plan);
    if (!rate) return rate;
  } else if (!plan.phases.empty()) {
    return InvalidError("a closed loop has no rate: phases need an open one");
  }
  if (plan.duration < Duration::zero() || LengthOf(plan) > kMaxLoadDuration) {
    return InvalidError("the load may take at most one hour");
  }
  if (plan.max_requests == 0) {
    return InvalidError("the load may send no request: max_requests is 0");
  }
  if (plan.timeout <= Duration::zero()) return InvalidError("the timeout must be above 0");
  if (plan.probe_period <= Duration::zero()) {
    return InvalidError("the probe period must be above 0");
  }
  return ValidateRequests(plan);
}

}  // namespace twelve
