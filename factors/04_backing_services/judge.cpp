#include "factors/04_backing_services/judge.h"

#include <fmt/format.h>

namespace twelve::backing_services {
namespace {

// What a person calls at once, with room for a busy machine.
constexpr double kPromptMs = 2000;

std::string Code(const Answered& answer) {
  return answer.status == 0 ? "no answer" : std::to_string(answer.status);
}

bool Found(const Answered& answer) {
  return answer.status == 200;
}

bool Unknown(const Answered& answer) {
  return answer.status == 404;
}

/// True when there is nothing to judge.
bool NotDone(StepResult& result, const std::string& trouble, const std::string& missing) {
  if (!missing.empty()) {
    result.held = true;
    result.observed = "Not measured here: " + missing;
    result.figures = {{"measured", 0}};
    return true;
  }
  result.observed = trouble;
  return !trouble.empty();
}

}  // namespace

StepResult JudgeSwap(const SwapFacts& facts) {
  StepResult result;
  result.expected = "each is found where its own plug is, and nowhere else";
  if (NotDone(result, facts.trouble, "")) return result;
  result.held = Unknown(facts.item_on_b) && Found(facts.session_beside) &&
                Found(facts.item_beside) && Unknown(facts.session_on_b) && Found(facts.item_back) &&
                Found(facts.session_back);
  result.observed = fmt::format(
      "Database on {}: item {}, session {}. Cache on {}: item {}, session {}. Both back: item {}, "
      "session {}.",
      facts.database_b, Code(facts.item_on_b), Code(facts.session_beside), facts.cache_b,
      Code(facts.item_beside), Code(facts.session_on_b), Code(facts.item_back),
      Code(facts.session_back));
  result.figures = {{"item_on_b", facts.item_on_b.status},
                    {"session_beside", facts.session_beside.status},
                    {"item_beside", facts.item_beside.status},
                    {"session_on_b", facts.session_on_b.status}};
  return result;
}

StepResult JudgeAbsent(const AbsentFacts& facts) {
  StepResult result;
  result.expected = "it lives, refuses at once what needs the database, and finds it later";
  if (NotDone(result, facts.trouble, facts.missing)) return result;
  const bool refused = facts.item.status == 503 && facts.item.ms <= kPromptMs;
  result.held = facts.lived && refused && Found(facts.plain) && facts.back_ms >= 0;
  result.observed =
      fmt::format("Refused: the item gives {} after {:.0f} ms, a route without the database {}.{} ",
                  Code(facts.item), facts.item.ms, Code(facts.plain),
                  facts.lived ? "" : " The process says that it does not live.");
  result.observed +=
      facts.back_ms >= 0
          ? fmt::format("Once allowed, the item was there after {:.1f} s.", facts.back_ms / 1000)
          : fmt::format("Once allowed, it was not there within {:.0f} s.", facts.limit_ms / 1000);
  result.figures = {{"refused_after_ms", facts.item.ms}, {"back_ms", facts.back_ms}};
  return result;
}

StepResult JudgeSilence(const SilenceFacts& facts) {
  StepResult result;
  result.expected = "every request ends, and what needs no database is answered meanwhile";
  if (NotDone(result, facts.trouble, facts.missing)) return result;
  const bool alive = Found(facts.health) && facts.health.ms <= kPromptMs;
  const bool plain = Found(facts.plain) && facts.plain.ms <= kPromptMs;
  result.held = facts.sent > 0 && facts.ended == facts.sent && alive && plain;
  result.observed = fmt::format("{} of {} requests ended", facts.ended, facts.sent);
  result.observed += facts.ended == facts.sent
                         ? fmt::format(", the slowest after {:.1f} s.", facts.slowest_ms / 1000)
                         : fmt::format(" within {:.0f} s.", facts.limit_ms / 1000);
  result.observed += fmt::format(
      " Meanwhile /health gave {} after {:.0f} ms, a route without the database {} after {:.0f} "
      "ms.",
      Code(facts.health), facts.health.ms, Code(facts.plain), facts.plain.ms);
  result.figures = {{"sent", facts.sent},
                    {"ended", facts.ended},
                    {"slowest_ms", facts.slowest_ms},
                    {"health_ms", facts.health.ms},
                    {"plain_ms", facts.plain.ms}};
  return result;
}

StepResult JudgeFailover(const FailoverFacts& facts) {
  StepResult result;
  result.expected = "good answers again, without a restart of the service";
  if (NotDone(result, facts.trouble, facts.missing)) return result;
  result.held = facts.back_ms >= 0;
  result.observed = fmt::format("The database was back after {:.1f} s.", facts.down_ms / 1000);
  result.observed +=
      result.held ? fmt::format(" The first good answer came {:.1f} s later.", facts.back_ms / 1000)
                  : fmt::format(" {:.0f} s later the service still says {}.", facts.limit_ms / 1000,
                                Code(facts.last));
  result.figures = {{"down_ms", facts.down_ms}, {"back_ms", facts.back_ms}};
  return result;
}

StepResult JudgeEgress(const EgressFacts& facts) {
  StepResult result;
  result.expected = "no connection to anybody that the environment does not name";
  if (NotDone(result, facts.trouble, "")) return result;
  result.held = facts.connections == 0;
  result.observed = fmt::format(
      "While it started, it opened {} connection{} to 127.0.0.1:{}, which no variable names.",
      facts.connections, facts.connections == 1 ? "" : "s", facts.port);
  result.figures = {{"connections", facts.connections}};
  return result;
}

}  // namespace twelve::backing_services
