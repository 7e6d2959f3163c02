#include "factors/06_processes/judge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace twelve::processes {
namespace {

int CountRight(const std::vector<Sight>& sights, std::int64_t value) {
  return static_cast<int>(std::count_if(sights.begin(), sights.end(), [value](const Sight& sight) {
    return sight.found() && sight.value == value;
  }));
}

bool AllRight(const std::vector<Sight>& sights, std::int64_t value) {
  return !sights.empty() && CountRight(sights, value) == static_cast<int>(sights.size());
}

/// "web.2 says 404, web.3 says 3": those that did not say `value`.
std::string Wrong(const std::vector<Sight>& sights, std::int64_t value) {
  std::vector<std::string> parts;
  for (const Sight& sight : sights) {
    if (sight.found() && sight.value == value) continue;
    if (sight.status == 0) {
      parts.push_back(fmt::format("{} gives no answer ({})", sight.process, sight.problem));
    } else if (sight.found() && sight.value < 0) {
      parts.push_back(fmt::format("{} says something else", sight.process));
    } else {
      parts.push_back(fmt::format("{} says {}", sight.process,
                                  sight.found() ? sight.value : std::int64_t{sight.status}));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

StepResult NotDone(const std::string& trouble, std::string expected) {
  StepResult result;
  result.observed = trouble;
  result.expected = std::move(expected);
  return result;
}

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::vector<std::string> PinningCookies(const std::vector<SetCookies>& processes) {
  std::vector<std::string> pinning;
  for (std::size_t i = 0; i < processes.size() && processes.size() > 1; ++i) {
    const SetCookies& other = processes[i == 0 ? 1 : 0];
    for (const std::string& cookie : processes[i].first) {
      if (Has(processes[i].second, cookie) && !Has(other.first, cookie)) pinning.push_back(cookie);
    }
  }
  return pinning;
}

StepResult JudgeKill(const KillFacts& facts) {
  const std::string expected =
      "every other process knows her and her cart, and so does the new one";
  if (!facts.trouble.empty()) return NotDone(facts.trouble, expected);
  const int known = CountRight(facts.after, facts.items);
  StepResult result;
  result.expected = expected;
  result.held = AllRight(facts.after, facts.items);
  result.observed = fmt::format("{} served Ada and was killed. {} of {} processes know her",
                                facts.served_by, known, facts.after.size());
  if (result.held) {
    result.observed += fmt::format(" and the {} items in her cart.", facts.items);
  } else {
    result.observed += fmt::format(": {}.", Wrong(facts.after, facts.items));
  }
  result.figures = {{"asked", static_cast<double>(facts.after.size())},
                    {"known", known},
                    {"items", static_cast<double>(facts.items)}};
  return result;
}

StepResult JudgePinned(const PinnedFacts& facts) {
  const std::string expected =
      "she is known before and after, and the service asks for no pin of its own";
  if (!facts.trouble.empty()) return NotDone(facts.trouble, expected);
  StepResult result;
  result.expected = expected;
  const bool before = facts.asked_before > 0 && facts.known_before == facts.asked_before;
  const bool after = facts.asked_after > 0 && facts.known_after == facts.asked_after;
  result.held = before && after && facts.cookies.empty();
  result.observed = fmt::format(
      "Pinned to {}, Ada was known in {} of {} answers. Once {} was scaled away: in {} of {}.",
      facts.process, facts.known_before, facts.asked_before, facts.process, facts.known_after,
      facts.asked_after);
  if (!facts.cookies.empty()) {
    result.observed +=
        fmt::format(" The service asks for a pin itself: its Set-Cookie names the process ({}).",
                    fmt::join(facts.cookies, ", "));
  }
  result.figures = {{"known_before", facts.known_before},
                    {"asked_before", facts.asked_before},
                    {"known_after", facts.known_after},
                    {"asked_after", facts.asked_after},
                    {"pinning_cookies", static_cast<double>(facts.cookies.size())}};
  return result;
}

StepResult JudgeRestart(const RestartFacts& facts) {
  const std::string expected = "each new process knows her cart and the item";
  if (!facts.trouble.empty()) return NotDone(facts.trouble, expected);
  StepResult result;
  result.expected = expected;
  const int carts = CountRight(facts.carts, facts.items);
  const int stock = CountRight(facts.stock, facts.quantity);
  result.held = AllRight(facts.carts, facts.items) && AllRight(facts.stock, facts.quantity);
  result.observed = fmt::format(
      "All processes ended and {} new ones run. Ada's cart is known to {}, the item to {}.",
      facts.carts.size(), carts, stock);
  if (carts < static_cast<int>(facts.carts.size())) {
    result.observed += fmt::format(" Asked for the cart, {}.", Wrong(facts.carts, facts.items));
  }
  if (stock < static_cast<int>(facts.stock.size())) {
    result.observed += fmt::format(" Asked for the item, {}.", Wrong(facts.stock, facts.quantity));
  }
  result.figures = {{"processes", static_cast<double>(facts.carts.size())},
                    {"carts_known", carts},
                    {"items_known", stock}};
  return result;
}

StepResult JudgeReaders(const ReaderFacts& facts) {
  const std::string expected = "every process says what was written last";
  if (!facts.trouble.empty()) return NotDone(facts.trouble, expected);
  StepResult result;
  result.expected = expected;
  const int before = CountRight(facts.before, facts.first);
  const int after = CountRight(facts.after, facts.second);
  result.held = AllRight(facts.before, facts.first) && AllRight(facts.after, facts.second);
  if (before < static_cast<int>(facts.before.size())) {
    result.observed = fmt::format("{} stored {} apples, but {}.", facts.writer, facts.first,
                                  Wrong(facts.before, facts.first));
  } else {
    result.observed = fmt::format("All {} processes read {} apples.", before, facts.first);
  }
  if (after < static_cast<int>(facts.after.size())) {
    result.observed +=
        fmt::format(" After the change to {}, {}.", facts.second, Wrong(facts.after, facts.second));
  } else {
    result.observed +=
        fmt::format(" After the change to {}, all {} say {}.", facts.second, after, facts.second);
  }
  result.figures = {{"readers", static_cast<double>(facts.after.size())},
                    {"right_before", before},
                    {"right_after", after}};
  return result;
}

StepResult JudgeSaved(const SavedFacts& facts) {
  const std::string expected = "everything that was acknowledged is there";
  if (!facts.trouble.empty()) return NotDone(facts.trouble, expected);
  StepResult result;
  result.expected = expected;
  result.held = facts.acknowledged > 0 && facts.found == facts.acknowledged;
  result.observed = fmt::format(
      "{} acknowledged {} items and was killed {:.0f} ms later. {} finds {} of them{}",
      facts.writer, facts.acknowledged, facts.killed_after_ms, facts.reader, facts.found,
      result.held ? "." : fmt::format(": {} lost.", facts.acknowledged - facts.found));
  result.figures = {{"acknowledged", facts.acknowledged},
                    {"found", facts.found},
                    {"lost", facts.acknowledged - facts.found}};
  return result;
}

StepResult JudgeUpload(const UploadFacts& facts) {
  const std::string expected = "every process gives the whole file back";
  if (!facts.trouble.empty()) return NotDone(facts.trouble, expected);
  StepResult result;
  result.expected = expected;
  const int right = CountRight(facts.downloads, facts.bytes);
  result.held = AllRight(facts.downloads, facts.bytes);
  result.observed = fmt::format("{} took a file of {} bytes. {} of {} processes give it back",
                                facts.writer, facts.bytes, right, facts.downloads.size());
  result.observed += result.held ? "." : fmt::format(": {}.", Wrong(facts.downloads, facts.bytes));
  result.figures = {{"asked", static_cast<double>(facts.downloads.size())}, {"whole_files", right}};
  return result;
}

}  // namespace twelve::processes
