#include "factors/service/bad_release.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "factors/contracts/cancellation.h"

namespace twelve {
namespace {

using Kind = BadRelease::Kind;

struct Row {
  std::string_view name;
  Kind kind;
  std::string_view unit;  // of its amount; empty: it takes none
  double most = 0;
  std::string_view what;
};

constexpr Row kRows[] = {
    {"crash-at-start", Kind::kCrashAtStart, "", 0, "ends before it listens"},
    {"crash-after", Kind::kCrashAfter, "SECONDS", 86'400, "aborts after that time"},
    {"never-ready", Kind::kNeverReady, "", 0, "is never ready"},
    {"slow-start", Kind::kSlowStart, "MS", 3'600'000, "listens only after that time"},
    {"errors", Kind::kErrors, "RATIO", 1, "answers that part of all requests with 500"},
    {"latency", Kind::kLatency, "MS", 600'000, "answers each request that much later"},
    {"leak", Kind::kLeak, "MB_PER_S", 10'000, "loses that much memory"},
    {"hang", Kind::kHang, "", 0, "takes requests and answers none"},
};

/// Seconds and milliseconds may have a fraction.
Duration Milliseconds(double ms) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
}

class CrashAtStart final : public BootStep {
 public:
  Status Run(TerminationHandling& /*termination*/) override {
    std::fputs("twelve-service: crashed at start, as --bad crash-at-start asked for\n", stderr);
    std::_Exit(1);
  }
};

class SlowStart final : public BootStep {
 public:
  explicit SlowStart(Duration takes) : takes_(takes) {}
  Status Run(TerminationHandling& termination) override {
    termination.WaitForRequest(takes_);
    return {};
  }

 private:
  const Duration takes_;
};

/// Does something beside the service, from its start to its end.
class Beside final : public BootStep {
 public:
  explicit Beside(std::function<void(const Cancellation&)> deed) : deed_(std::move(deed)) {}
  ~Beside() override {
    end_.Cancel();
    if (thread_.joinable()) thread_.join();
  }
  Status Run(TerminationHandling& /*termination*/) override {
    thread_ = std::thread([this] { deed_(end_); });
    return {};
  }

 private:
  const std::function<void(const Cancellation&)> deed_;
  Cancellation end_;
  std::thread thread_;
};

void CrashAfter(Duration delay, const Cancellation& end) {
  if (!end.WaitFor(delay)) std::abort();
}

void Leak(double megabytes_per_second, const Cancellation& end) {
  constexpr std::chrono::milliseconds kStep(100);
  const auto bytes = static_cast<std::size_t>(megabytes_per_second * 1e6 / 10);
  std::vector<std::unique_ptr<std::string>> kept;
  // Written to, for memory that is only asked for costs nothing.
  while (!end.WaitFor(kStep)) kept.push_back(std::make_unique<std::string>(bytes, 'x'));
}

using Wrapper = std::function<HttpHandler(const HttpRoute& route)>;

void WrapEach(PartChoice& parts, Wrapper wrap) {
  parts.route_wrappers.push_back([wrap = std::move(wrap)](std::vector<HttpRoute> routes) {
    for (HttpRoute& route : routes) route.handler = wrap(route);
    return routes;
  });
}

/// A router that asks for these must see the fault by what clients get, not by the probe.
bool IsProbe(const HttpRoute& route) {
  return route.pattern == "/health" || route.pattern == "/ready" || route.pattern == "/metrics";
}

void AnswerErrors(double ratio, PartChoice& parts) {
  // Spread evenly instead of drawn: the same ratio in every run, from the first requests on.
  auto requests = std::make_shared<std::atomic<std::int64_t>>(0);
  WrapEach(parts, [ratio, requests](const HttpRoute& route) -> HttpHandler {
    if (IsProbe(route)) return route.handler;
    return [ratio, requests, handler = route.handler](const HttpRequest& request) {
      const auto n = static_cast<double>(++*requests);
      if (std::floor(n * ratio) > std::floor((n - 1) * ratio)) {
        return HttpResponse{500, R"({"error":"this release is bad on purpose"})"};
      }
      return handler(request);
    };
  });
}

void AnswerLate(Duration delay, PartChoice& parts) {
  WrapEach(parts, [delay](const HttpRoute& route) -> HttpHandler {
    if (IsProbe(route)) return route.handler;
    return [delay, handler = route.handler](const HttpRequest& request) {
      std::this_thread::sleep_for(delay);
      return handler(request);
    };
  });
}

void AnswerNever(PartChoice& parts) {
  WrapEach(parts, [never = std::make_shared<Cancellation>()](const HttpRoute&) -> HttpHandler {
    return [never](const HttpRequest&) {
      while (!never->WaitFor(std::chrono::hours(1))) {
      }
      return HttpResponse{503};
    };
  });
}

void AnswerNotReady(PartChoice& parts) {
  WrapEach(parts, [](const HttpRoute& route) -> HttpHandler {
    if (route.pattern != "/ready") return route.handler;
    return [](const HttpRequest&) {
      return HttpResponse{503, R"({"status":"never ready: this release is bad on purpose"})"};
    };
  });
}

std::string Names() {
  std::string names;
  for (const Row& row : kRows) {
    names += fmt::format("{}{}{}{}", names.empty() ? "" : ", ", row.name,
                         row.unit.empty() ? "" : "=", row.unit);
  }
  return names;
}

}  // namespace

Result<BadRelease> ParseBadRelease(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [&name](const Row& candidate) { return candidate.name == name; });
  if (row == std::end(kRows)) {
    return InvalidError(fmt::format("\"{}\" is no bad release; known: {}", name, Names()));
  }
  BadRelease bad{row->kind, 0};
  const std::string amount = equals == std::string::npos ? "" : text.substr(equals + 1);
  const auto [stop, problem] =
      std::from_chars(amount.data(), amount.data() + amount.size(), bad.amount);
  const bool is_number = problem == std::errc() && stop == amount.data() + amount.size() &&
                         bad.amount >= 0 && bad.amount <= row->most;
  if (row->unit.empty() ? equals != std::string::npos : !is_number) {
    return InvalidError(row->unit.empty() ? fmt::format("--bad {} takes no amount", row->name)
                                          : fmt::format("--bad {}={} needs a number from 0 to {}",
                                                        row->name, row->unit, row->most));
  }
  return bad;
}

std::string BadReleasesAsText() {
  std::string text;
  for (const Row& row : kRows) {
    text += fmt::format("  {:<20} {}\n",
                        fmt::format("{}{}{}", row.name, row.unit.empty() ? "" : "=", row.unit),
                        row.what);
  }
  return text;
}

void MakeBad(const BadRelease& bad, PartChoice& parts) {
  const auto add = [&parts](std::unique_ptr<BootStep> step) {
    parts.boot.push_back(std::move(step));
  };
  switch (bad.kind) {
    case Kind::kCrashAtStart:
      return add(std::make_unique<CrashAtStart>());
    case Kind::kCrashAfter:
      return add(
          std::make_unique<Beside>([delay = Milliseconds(1000 * bad.amount)](
                                       const Cancellation& end) { CrashAfter(delay, end); }));
    case Kind::kNeverReady:
      return AnswerNotReady(parts);
    case Kind::kSlowStart:
      return add(std::make_unique<SlowStart>(Milliseconds(bad.amount)));
    case Kind::kErrors:
      return AnswerErrors(bad.amount, parts);
    case Kind::kLatency:
      return AnswerLate(Milliseconds(bad.amount), parts);
    case Kind::kLeak:
      return add(std::make_unique<Beside>(
          [rate = bad.amount](const Cancellation& end) { Leak(rate, end); }));
    case Kind::kHang:
      return AnswerNever(parts);
  }
}

}  // namespace twelve
