#include "app/cli/load_plan_file.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "harness/net/endpoint.h"
#include "harness/net/quantity.h"

namespace twelve {
namespace {

using Json = nlohmann::json;

Error Wrong(std::string_view field, std::string_view what) {
  return InvalidError(fmt::format("\"{}\" must be {}", field, what));
}

Status OnlyThese(const Json& object, std::string_view what,
                 std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return InvalidError(
        fmt::format("{} has no \"{}\"; there are {}", what, key, fmt::join(known, ", ")));
  }
  return {};
}

Status Take(const Json& object, const char* field, double& into) {
  const auto found = object.find(field);
  if (found == object.end()) return {};
  if (!found->is_number()) return Wrong(field, "a number");
  into = found->get<double>();
  return {};
}

Status Take(const Json& object, const char* field, std::string& into) {
  const auto found = object.find(field);
  if (found == object.end()) return {};
  if (!found->is_string()) return Wrong(field, "a text");
  into = found->get<std::string>();
  return {};
}

Status Take(const Json& object, const char* field, Duration& into) {
  std::string text;
  if (Status taken = Take(object, field, text); !taken)
    return Wrong(field, "a time such as \"10s\"");
  if (text.empty()) return {};
  const auto time = ParseDuration(text);
  if (!time) return Wrong(field, "a time such as \"10s\"");
  into = *time;
  return {};
}

Result<LoadPhase> ReadPhase(const Json& object) {
  if (!object.is_object()) return Wrong("phases", "a list of objects");
  if (Status known = OnlyThese(object, "a phase", {"rate", "from", "to", "for"}); !known) {
    return known.error();
  }
  LoadPhase phase;
  double rate = -1;
  if (Status taken = Take(object, "rate", rate); !taken) return taken.error();
  const bool ramp = object.contains("from") && object.contains("to");
  if (ramp == (rate >= 0)) return Wrong("phases", "given a \"rate\", or a \"from\" and a \"to\"");
  phase.from_per_second = phase.to_per_second = rate;
  if (Status taken = Take(object, "from", phase.from_per_second); !taken) return taken.error();
  if (Status taken = Take(object, "to", phase.to_per_second); !taken) return taken.error();
  if (Status taken = Take(object, "for", phase.lasts); !taken) return taken.error();
  return phase;
}

Status ReadHeaders(const Json& object, LoadKind& kind) {
  const auto found = object.find("headers");
  if (found == object.end()) return {};
  if (!found->is_object()) return Wrong("headers", "an object of texts");
  for (const auto& [name, value] : found->items()) {
    if (!value.is_string()) return Wrong("headers", "an object of texts");
    kind.headers.push_back(name + ": " + value.get<std::string>());
  }
  return {};
}

Result<LoadKind> ReadKind(const Json& object) {
  if (!object.is_object()) return Wrong("requests", "a list of objects");
  if (Status known =
          OnlyThese(object, "a request", {"name", "weight", "method", "path", "headers", "body"});
      !known) {
    return known.error();
  }
  LoadKind kind;
  for (const auto& [field, into] :
       {std::pair("name", &kind.name), std::pair("method", &kind.method),
        std::pair("path", &kind.path), std::pair("body", &kind.body)}) {
    if (Status taken = Take(object, field, *into); !taken) return taken.error();
  }
  if (Status taken = Take(object, "weight", kind.weight); !taken) return taken.error();
  if (Status taken = ReadHeaders(object, kind); !taken) return taken.error();
  if (kind.name.empty()) kind.name = kind.method + " " + kind.path;
  return kind;
}

Status ReadArrivals(const Json& object, LoadPlan& plan) {
  std::string arrivals;
  if (Status taken = Take(object, "arrivals", arrivals); !taken) return taken;
  if (arrivals.empty()) return {};
  if (arrivals != "constant" && arrivals != "poisson" && arrivals != "closed") {
    return Wrong("arrivals", "\"constant\", \"poisson\" or \"closed\"");
  }
  plan.loop = arrivals == "constant"  ? LoadPlan::Loop::kOpenConstant
              : arrivals == "poisson" ? LoadPlan::Loop::kOpenPoisson
                                      : LoadPlan::Loop::kClosed;
  return {};
}

template <typename T>
Status ReadList(const Json& object, const char* field, Result<T> (*read)(const Json&),
                std::vector<T>& into) {
  const auto found = object.find(field);
  if (found == object.end()) return {};
  if (!found->is_array()) return Wrong(field, "a list");
  for (const Json& entry : *found) {
    Result<T> one = read(entry);
    if (!one) return one.error();
    into.push_back(std::move(one).value());
  }
  return {};
}

}  // namespace

Result<LoadUrl> ParseLoadUrl(std::string_view text) {
  if (text.starts_with("https:")) {
    return InvalidError("https is not spoken by the load generator; give an http:// address");
  }
  constexpr std::string_view kScheme = "http://";
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(text.find_first_of("/?"), text.size());
  std::string authority(text.substr(0, slash));
  if (authority.find(':') == std::string::npos && authority.find('.') != std::string::npos) {
    authority += ":80";
  }
  const auto endpoint = ParseEndpoint(authority);
  if (!endpoint) return endpoint.error();
  LoadUrl url{endpoint->address, endpoint->port, std::string(text.substr(slash))};
  url.path = url.path.substr(0, url.path.find('#'));
  if (url.path.empty() || url.path[0] != '/') url.path.insert(0, "/");
  return url;
}

Status ReadLoadPlan(std::string_view text, LoadPlan& plan) {
  const Json json =
      Json::parse(text, nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
  if (json.is_discarded() || !json.is_object()) return InvalidError("it is no JSON object");
  if (Status known = OnlyThese(
          json, "a plan",
          {"arrivals", "rate", "connections", "duration", "timeout", "seed", "phases", "requests"});
      !known) {
    return known;
  }
  double connections = plan.connections, seed = static_cast<double>(plan.seed);
  for (const auto& [field, into] :
       {std::pair("rate", &plan.rate_per_second), std::pair("connections", &connections),
        std::pair("seed", &seed)}) {
    if (Status taken = Take(json, field, *into); !taken) return taken;
  }
  if (!(connections >= 1 && connections <= 10'000)) {
    return Wrong("connections", "a number from 1 to 10000");
  }
  if (!(seed >= 0 && seed <= 9e15)) return Wrong("seed", "a number that is not negative");
  plan.connections = static_cast<int>(connections);
  plan.seed = static_cast<std::uint64_t>(seed);
  if (Status taken = Take(json, "duration", plan.duration); !taken) return taken;
  if (Status taken = Take(json, "timeout", plan.timeout); !taken) return taken;
  if (Status read = ReadArrivals(json, plan); !read) return read;
  if (Status read = ReadList<LoadPhase>(json, "phases", ReadPhase, plan.phases); !read) return read;
  return ReadList<LoadKind>(json, "requests", ReadKind, plan.mix);
}

}  // namespace twelve
