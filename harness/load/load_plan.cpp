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

Status ValidateRequest(const LoadPlan& plan) {
  if (!IsToken(plan.method)) {
    return InvalidError(fmt::format("\"{}\" is not an HTTP method", plan.method));
  }
  for (const std::string* path : {&plan.path, &plan.ready_path}) {
    if (!IsPath(*path)) {
      return InvalidError(
          fmt::format("the path \"{}\" must begin with / and hold no blanks", *path));
    }
  }
  for (const std::string& header : plan.headers) {
    if (!IsHeader(header)) {
      return InvalidError(fmt::format("the header \"{}\" must read \"Name: value\"", header));
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

Status Validate(const LoadPlan& plan) {
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
  if (plan.connections < 1 || plan.connections > 10'000) {
    return InvalidError(
        fmt::format("{} connections: give a number from 1 to 10000", plan.connections));
  }
  const bool open = plan.loop != LoadPlan::Loop::kClosed;
  if (open && !(plan.rate_per_second > 0 && plan.rate_per_second <= 1e6)) {
    return InvalidError(fmt::format("{} requests per second: give a rate above 0, at most 1000000",
                                    plan.rate_per_second));
  }
  if (plan.duration < Duration::zero() || plan.duration > kMaxLoadDuration) {
    return InvalidError("the load may take at most one hour");
  }
  if (plan.max_requests == 0)
    return InvalidError("the load may send no request: max_requests is 0");
  if (plan.timeout <= Duration::zero()) return InvalidError("the timeout must be above 0");
  if (plan.probe_period <= Duration::zero())
    return InvalidError("the probe period must be above 0");
  return ValidateRequest(plan);
}

}  // namespace twelve
