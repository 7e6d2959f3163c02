#include "factors/service/practice_routes.h"

#include <fmt/format.h>
#include <time.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

std::optional<int> WholeNumber(const std::string& text, int least, int most) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || stop != end || number < least || number > most) return {};
  return number;
}

HttpResponse OutOfRange(int least, int most) {
  return {400, fmt::format(R"({{"error":"give a whole number from {} to {}"}})", least, most)};
}

HttpResponse Delay(const HttpRequest& request) {
  const std::optional<int> ms = WholeNumber(request.captures[0], 0, 60'000);
  if (!ms) return OutOfRange(0, 60'000);
  timespec left{*ms / 1000, (*ms % 1000) * 1'000'000L};
  while (::clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
  return {200, fmt::format(R"({{"delayed_ms":{}}})", *ms)};
}

HttpResponse Code(const HttpRequest& request) {
  const std::optional<int> code = WholeNumber(request.captures[0], 200, 599);
  if (!code) return OutOfRange(200, 599);
  if (*code == 204 || *code == 304) return {*code};
  return {*code, fmt::format(R"({{"status":{}}})", *code)};
}

std::int64_t ThreadCpuUs() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * 1'000'000L + used.tv_nsec / 1000;
}

HttpResponse Work(const HttpRequest& request) {
  const std::optional<int> cpu_ms = WholeNumber(request.captures[0], 0, 10'000);
  if (!cpu_ms) return OutOfRange(0, 10'000);
  const std::int64_t end = ThreadCpuUs() + std::int64_t{*cpu_ms} * 1000;
  while (ThreadCpuUs() < end) {
  }
  return {200, fmt::format(R"({{"cpu_ms":{}}})", *cpu_ms)};
}

}  // namespace

std::vector<HttpRoute> PracticeRoutes(const std::string& service_name) {
  const nlohmann::ordered_json root = {
      {"service", service_name},
      {"message", "A service that keeps the twelve factors, until it is told not to."},
      {"endpoints",
       {"/health", "/ready", "/version", "/config", "/metrics", "/openapi.json", "/api/v1/process",
        "/api/v1/sessions", "/api/v1/items", "/api/v1/jobs", "/api/v1/files", "/api/v1/flags",
        "/api/v1/backing", "/delay/{ms}", "/status/{code}", "/work/{cpu_ms}"}}};
  return {
      {"GET",
       "/",
       [body = root.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)](
           const HttpRequest&) {
         return HttpResponse{200, body};
       },
       {.summary = "What this is and where to look next"}},
      {"GET",
       "/delay/{ms}",
       Delay,
       {.summary = "Answer after a time",
        .statuses = {200, 400},
        .parameters = {{"ms", "milliseconds, 0 to 60000", "1", true}}}},
      {"GET",
       "/status/{code}",
       Code,
       {.summary = "Answer with this status",
        .statuses = {200, 400},
        .parameters = {{"code", "200 to 599", "200", true}}}},
      {"GET",
       "/work/{cpu_ms}",
       Work,
       {.summary = "Answer after using the processor for a time",
        .statuses = {200, 400},
        .parameters = {{"cpu_ms", "milliseconds, 0 to 10000", "1", true}}}},
  };
}

}  // namespace twelve
