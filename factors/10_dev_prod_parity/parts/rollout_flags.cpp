#include "factors/10_dev_prod_parity/parts/rollout_flags.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using nlohmann::json;

constexpr int kAll = 10'000;

std::string Dump(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// FNV-1a, whose low bits are weak for short texts; so they are mixed with the rest.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
  return hash ^ (hash >> 33);
}

struct ParsedFlag {
  int shares = 0;
  std::string config = "{}";
};

Error Wrong(const std::string& name, std::string_view what) {
  return InvalidError(fmt::format("says of \"{}\" {}", name, what));
}

Result<ParsedFlag> ParseFlag(const std::string& name, const json& value) {
  ParsedFlag flag;
  if (value.is_boolean()) {
    flag.shares = value.get<bool>() ? kAll : 0;
    return flag;
  }
  if (!value.is_object()) {
    return Wrong(name, "what is neither true, false nor an object");
  }
  double percent = 100;
  bool enabled = false;
  for (const auto& [key, member] : value.items()) {
    if (key == "enabled" && member.is_boolean()) {
      enabled = member.get<bool>();
    } else if (key == "percent" && member.is_number()) {
      percent = member.get<double>();
    } else if (key == "config" && member.is_object()) {
      flag.config = Dump(member);
    } else {
      return Wrong(name, fmt::format("\"{}\", and known are \"enabled\" (true or false), "
                                     "\"percent\" (a number) and \"config\" (an object)",
                                     key));
    }
  }
  if (!(percent >= 0 && percent <= 100)) return Wrong(name, "a percentage that is not 0 to 100");
  flag.shares = enabled ? static_cast<int>(std::lround(percent * (kAll / 100))) : 0;
  return flag;
}

}  // namespace

Result<RolloutFlags> RolloutFlags::Parse(const std::string& text) {
  const json flags = json::parse(text, nullptr, false);
  if (!flags.is_object()) {
    return InvalidError(R"(is no JSON object, as {"new_checkout_flow": true} is)");
  }
  RolloutFlags parsed;
  for (const auto& [name, value] : flags.items()) {
    Result<ParsedFlag> flag = ParseFlag(name, value);
    if (!flag) return flag.error();
    parsed.flags_.emplace(name, Flag{flag->shares, std::move(flag->config)});
  }
  return parsed;
}

int RolloutFlags::Share(std::string_view flag, std::string_view user) {
  // The NUL keeps ("ab", "c") and ("a", "bc") apart.
  std::string both(flag);
  both += '\0';
  both += user;
  return static_cast<int>(Hash(both) % kAll);
}

bool RolloutFlags::IsOn(std::string_view flag, std::string_view user) const {
  const auto found = flags_.find(flag);
  if (found == flags_.end()) return false;
  const int shares = found->second.shares;
  if (shares == kAll || shares == 0) return shares == kAll;
  return !user.empty() && Share(flag, user) < shares;
}

std::vector<FlagState> RolloutFlags::For(std::string_view user) const {
  std::vector<FlagState> states;
  for (const auto& [name, flag] : flags_) {
    states.push_back({name, IsOn(name, user), flag.config});
  }
  return states;
}

std::vector<HttpRoute> FlagRoutes(const FeatureFlags& flags) {
  const auto answer = [&flags](const HttpRequest& request) {
    const auto user = request.query.find("user");
    const std::string name = user == request.query.end() ? std::string() : user->second;
    nlohmann::ordered_json states = nlohmann::ordered_json::object();
    for (const FlagState& state : flags.For(name)) {
      states[state.name] = {{"on", state.on}};
      if (state.on) states[state.name]["config"] = nlohmann::ordered_json::parse(state.config);
    }
    return HttpResponse{200, Dump({{"user", name}, {"flags", states}})};
  };
  return {{"GET",
           "/api/v1/flags",
           answer,
           {.summary = "Which features are on for a user",
            .parameters = {{.name = "user",
                            .what = "any id that stays the same for a user",
                            .example = "ann",
                            .required = false}}}}};
}

}  // namespace twelve
