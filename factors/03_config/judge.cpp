#include "factors/03_config/judge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace twelve::config {
namespace {

constexpr int kWrongConfig = 78;  // EX_CONFIG of sysexits.h

StepResult NotMeasured(const std::string& why, std::string expected) {
  StepResult result;
  result.observed = why;
  result.expected = std::move(expected);
  return result;
}

std::vector<std::string> Leaks(const std::vector<Look>& looks) {
  std::vector<std::string> leaks;
  for (const Look& look : looks) {
    if (look.found && !look.meant) leaks.push_back(fmt::format("{} ({})", look.place, look.where));
  }
  return leaks;
}

/// The environment holds the secret: unless the search finds it there, it proves nothing elsewhere.
bool SearchWorks(const std::vector<Look>& looks) {
  return std::any_of(looks.begin(), looks.end(),
                     [](const Look& look) { return look.meant && look.found; });
}

std::string OneStart(const StartFacts& start) {
  const std::string wrong = fmt::format("{}", fmt::join(start.wrong, ", "));
  if (start.served) {
    std::string text = fmt::format("It started and served although {} was wrong", wrong);
    if (start.with_default_key == 200) {
      text += "; a request with the key \"changeme\" got 200";
    } else if (start.with_default_key >= 500) {
      text += fmt::format("; the first request to the API got {}", start.with_default_key);
    }
    return text;
  }
  if (!start.exit) return fmt::format("With {} wrong it neither served nor ended", wrong);
  return fmt::format("exit {} that names {} of {}", *start.exit, start.named.size(),
                     start.wrong.size());
}

}  // namespace

std::vector<std::string> FindDisagreements(const Environment& given, std::string_view config_json,
                                           int& compared) {
  compared = 0;
  const nlohmann::json config = nlohmann::json::parse(config_json, nullptr, false);
  if (!config.is_object()) return {"GET /config is not a JSON object"};
  std::vector<std::string> wrong;
  for (const auto& [name, row] : config.items()) {
    const std::string value = row.value("value", "");
    const std::string from = row.value("from", "");
    const auto found = given.find(name);
    if (found == given.end()) {
      if (from != "environment") continue;
      wrong.push_back(fmt::format("{} is set to \"{}\", and no variable does so", name, value));
      continue;
    }
    ++compared;
    const bool secret = row.value("secret", false);
    if (from == "environment" && (secret || value == found->second)) continue;
    wrong.push_back(fmt::format("{} is \"{}\" and not what its environment says", name, value));
  }
  return wrong;
}

std::string ValueInForce(std::string_view config_json, const std::string& name) {
  const nlohmann::json config = nlohmann::json::parse(config_json, nullptr, false);
  if (!config.is_object() || !config.contains(name)) return {};
  return config[name].value("value", "");
}

StepResult JudgeTwoDeploys(const DeployFacts& one, const DeployFacts& other, int differing) {
  StepResult result;
  result.expected = "one program, and every variable in force as its environment says";
  for (const DeployFacts* deploy : {&one, &other}) {
    if (!deploy->trouble.empty()) return NotMeasured(deploy->trouble, result.expected);
  }
  const bool same = !one.fingerprint.empty() && one.fingerprint == other.fingerprint;
  const std::size_t wrong = one.wrong.size() + other.wrong.size();
  result.held = same && wrong == 0 && one.variables > 0 && other.variables > 0;
  result.figures = {{"variables", one.variables + other.variables},
                    {"wrong", static_cast<double>(wrong)},
                    {"differing", differing}};
  if (!same) {
    result.observed = fmt::format("{} runs program {} and {} runs {}.", one.name, one.fingerprint,
                                  other.name, other.fingerprint);
  } else if (wrong > 0) {
    result.observed = fmt::format("{}: {}.", one.wrong.empty() ? other.name : one.name,
                                  one.wrong.empty() ? other.wrong.front() : one.wrong.front());
  } else {
    result.observed = fmt::format(
        "{} and {} run one program, {}; {} variables differ, and all {} are in force as set.",
        one.name, other.name, one.fingerprint, differing, one.variables + other.variables);
  }
  return result;
}

StepResult JudgeRelease(const ReleaseFacts& facts) {
  StepResult result;
  result.expected =
      "the running process keeps the old value, the new release has the new one, nothing is built";
  for (const DeployFacts* deploy : {&facts.before, &facts.after}) {
    if (!deploy->trouble.empty()) return NotMeasured(deploy->trouble, result.expected);
  }
  const bool kept = facts.seen_before == facts.old_value;
  const bool arrived = facts.seen_after == facts.new_value;
  const bool numbered = facts.before.release != facts.after.release;
  const bool same = facts.before.fingerprint == facts.after.fingerprint;
  result.held = kept && arrived && numbered && same && facts.other_untouched;
  result.observed = fmt::format(
      "{} {} → {}: the running process still said {}; release {} → {} says {}; the program {}; the "
      "other deploy {}.",
      facts.variable, facts.old_value, facts.new_value, facts.seen_before, facts.before.release,
      facts.after.release, facts.seen_after, same ? "is the same" : "is another",
      facts.other_untouched ? "was not touched" : "changed too");
  return result;
}

StepResult JudgeFiles(int files, const DeployFacts& facts) {
  StepResult result;
  result.expected = "no value of a file is in force";
  if (!facts.trouble.empty()) return NotMeasured(facts.trouble, result.expected);
  result.held = facts.wrong.empty() && facts.variables > 0;
  result.figures = {{"files", files},
                    {"variables", facts.variables},
                    {"wrong", static_cast<double>(facts.wrong.size())}};
  result.observed = result.held
                        ? fmt::format(
                              "{} files lay beside it; all {} variables are as its environment "
                              "says, and nothing else is set.",
                              files, facts.variables)
                        : fmt::format("{}.", fmt::join(facts.wrong, "; "));
  return result;
}

StepResult JudgeMissing(const std::vector<StartFacts>& starts) {
  StepResult result;
  result.expected = "exit 78 before it listens, with the name of every wrong variable";
  result.held = !starts.empty();
  std::vector<std::string> texts;
  std::size_t wrong = 0, named = 0;
  for (const StartFacts& start : starts) {
    const bool good =
        !start.served && start.exit == kWrongConfig && start.named.size() == start.wrong.size();
    result.held = result.held && good;
    wrong += start.wrong.size();
    named += start.named.size();
    texts.push_back(OneStart(start));
  }
  result.figures = {{"wrong_variables", static_cast<double>(wrong)},
                    {"named", static_cast<double>(named)}};
  result.observed = fmt::format("{}.", fmt::join(texts, "; "));
  return result;
}

StepResult JudgeCanary(const std::vector<Look>& looks, const std::string& trouble) {
  StepResult result;
  result.expected = "the secret is in the environment of the process and nowhere else";
  if (!trouble.empty()) return NotMeasured(trouble, result.expected);
  const std::vector<std::string> leaks = Leaks(looks);
  result.held = leaks.empty() && SearchWorks(looks);
  result.figures = {{"places", static_cast<double>(looks.size())},
                    {"leaks", static_cast<double>(leaks.size())}};
  if (!leaks.empty()) {
    result.observed = fmt::format("The key can be read in: {}.", fmt::join(leaks, "; "));
  } else if (!SearchWorks(looks)) {
    result.observed = "The key was not found in /proc/PID/environ, so the search proves nothing.";
  } else {
    result.observed =
        fmt::format("Of {} places only /proc/PID/environ holds the key; the program file does not.",
                    looks.size());
  }
  return result;
}

StepResult JudgeWire(const WireFacts& facts) {
  StepResult result;
  result.expected = "the log names the database and not the password; the service comes back";
  if (!facts.trouble.empty()) return NotMeasured(facts.trouble, result.expected);
  const std::vector<std::string> leaks = Leaks(facts.looks);
  const bool back = facts.back_ms.has_value() || !facts.real;
  result.held = leaks.empty() && SearchWorks(facts.looks) && facts.noticed && facts.logged &&
                facts.alive && back;
  result.figures = {{"leaks", static_cast<double>(leaks.size())}};
  if (facts.back_ms) result.figures.emplace_back("back_ms", *facts.back_ms);
  if (!leaks.empty()) {
    result.observed = fmt::format("{} was lost, and its password can be read in: {}.",
                                  facts.database, fmt::join(leaks, "; "));
    return result;
  }
  if (!result.held) {
    result.observed = fmt::format(
        "{} was lost: the service {}, {} \"not ready\", {} in its log{}.", facts.database,
        facts.alive ? "stayed up" : "ended", facts.noticed ? "said" : "did not say",
        facts.logged ? "said so" : "said nothing", back ? "" : ", and did not come back");
    return result;
  }
  result.observed =
      facts.real ? fmt::format(
                       "{} was lost: \"not ready\" and an error in the log, without the password; "
                       "ready again {:.0f} ms after the wire was mended.",
                       facts.database, *facts.back_ms)
                 : fmt::format(
                       "PostgreSQL is not installed, so {} refused: an error in the log, without "
                       "the password.",
                       facts.database);
  return result;
}

}  // namespace twelve::config
