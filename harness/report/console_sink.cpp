#include "harness/report/console_sink.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/process/command.h"
#include "harness/report/presentable.h"
#include "harness/report/text_layout.h"

namespace twelve {
namespace {

constexpr std::size_t kVerdictColumns = 13;  // "INCONCLUSIVE" and a blank
constexpr std::size_t kIdColumns = 18;
constexpr std::size_t kIndent = 4;
// Of a log or an answer: enough to see what it is about.
constexpr std::size_t kMostEvidence = 6;

std::string_view Shape(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "✓";
    case Verdict::kWarn:
      return "!";
    case Verdict::kFail:
      return "✗";
    case Verdict::kInconclusive:
      return "?";
    case Verdict::kNa:
      return "–";
  }
  return " ";
}

std::string_view ColourOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "\x1b[32m";
    case Verdict::kWarn:
      return "\x1b[33m";
    case Verdict::kFail:
      return "\x1b[31m";
    case Verdict::kInconclusive:
      return "\x1b[35m";
    case Verdict::kNa:
      return "\x1b[2m";
  }
  return "";
}

std::string OneLine(const Finding& finding) {
  return finding.why.empty() || finding.verdict == Verdict::kPass ? finding.actual : finding.why;
}

}  // namespace

ConsoleSink::ConsoleSink(ConsoleOptions options, Write write)
    : options_(std::move(options)), write_(std::move(write)) {}

std::string ConsoleSink::Painted(std::string_view text, Verdict verdict) const {
  if (!options_.colour) return std::string(text);
  return fmt::format("{}{}\x1b[0m", ColourOf(verdict), text);
}

std::string ConsoleSink::Bold(std::string_view text) const {
  return options_.colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

void ConsoleSink::RunStarted(const Target& target, const std::vector<const Check*>& plan,
                             const Capabilities&) {
  mask_.emplace(target.environment);
  planned_ = plan.size();
  double seconds = 0;
  for (const Check* check : plan) seconds += check->cost_seconds;
  std::string text = Bold(Presentable(
      fmt::format("twelve {}  {}: {}", options_.version, target.name, target.command), *mask_));
  text += fmt::format(" ({})\n", Presentable(target.source, *mask_));
  const Result<Command> command = ParseCommand(target.command, target.environment);
  if (command && command->shell) {
    text += Wrapped(fmt::format("The command goes to sh -c because of {}: the launched process is "
                                "the shell, not the service.",
                                Presentable(command->why_shell, *mask_)),
                    0, options_.width);
  }
  text += fmt::format("{} checks, about {}.\n\n", plan.size(), HumanSeconds(seconds));
  write_(text);
}

void ConsoleSink::ClearLiveLine() {
  if (live_) write_("\r\x1b[K");
  live_ = false;
}

void ConsoleSink::CheckStarted(const Check& check) {
  ++started_;
  if (!options_.live_line) return;
  std::string line = fmt::format("[{}/{}] {}: about {} …", started_, planned_, check.id,
                                 HumanSeconds(check.cost_seconds));
  if (Columns(line) < options_.width) {
    write_(line);
    live_ = true;
  }
}

void ConsoleSink::CheckFinished(const CheckResult& result) {
  ClearLiveLine();
  const Finding finding = Presentable(result.finding, *mask_);
  const std::string verdict = Padded(
      fmt::format("{} {}", Shape(finding.verdict), ToString(finding.verdict)), kVerdictColumns + 2);
  write_(fmt::format(
      "{}{}{}\n", Painted(verdict, finding.verdict), Bold(Padded(result.check->id, kIdColumns)),
      fmt::format("{} {}", ToString(result.check->level), HumanSeconds(ToSeconds(result.took)))));
  write_(Wrapped(OneLine(finding), kIndent, options_.width));
  PrintDetails(*result.check, finding);
}

void ConsoleSink::PrintDetails(const Check& check, const Finding& finding) {
  const bool bad = finding.verdict == Verdict::kFail || finding.verdict == Verdict::kWarn;
  if (!bad && finding.verdict != Verdict::kInconclusive) return;
  std::string text;
  if (!finding.expected.empty() && bad) {
    text += Wrapped("expected: " + finding.expected, kIndent, options_.width);
  }
  std::size_t shown = 0;
  std::string reproduction;
  for (const Evidence& evidence : finding.evidence) {
    if (evidence.kind == "reproduction") {
      reproduction = evidence.text;
    } else if (shown++ < kMostEvidence) {
      text += Wrapped(evidence.kind + ": " + evidence.text, kIndent, options_.width);
    }
  }
  if (shown > kMostEvidence) {
    text += fmt::format("{:{}}and {} more pieces of evidence: --report json\n", "", kIndent,
                        shown - kMostEvidence);
  }
  if (bad && !check.remedy.empty()) {
    text += Wrapped("remedy: " + std::string(check.remedy), kIndent, options_.width);
  }
  if (!reproduction.empty()) {
    text += fmt::format("{:{}}see it without Twelve:\n", "", kIndent);
    text += Indented(reproduction, kIndent + 2);
  }
  write_(text);
}

void ConsoleSink::PrintList(std::string_view title, const std::vector<const CheckResult*>& list) {
  write_(fmt::format("{}:{}\n", Bold(title), list.empty() ? " none" : ""));
  for (const CheckResult* result : list) {
    const Finding finding = Presentable(result->finding, *mask_);
    write_(fmt::format("  {} {}\n", Painted(Shape(finding.verdict), finding.verdict),
                       result->check->id));
    write_(Wrapped(OneLine(finding), kIndent, options_.width));
  }
}

void ConsoleSink::PrintAside(const RunSummary& summary) {
  std::string undeclared;
  std::string left_out;
  for (const CheckResult& result : summary.results) {
    const Finding finding = Presentable(result.finding, *mask_);
    if (GroupOf(finding) == Group::kNotDeclared) {
      undeclared +=
          fmt::format("  {} {}\n", Padded(result.check->id, kIdColumns), finding.not_declared);
    } else if (GroupOf(finding) == Group::kLeftOut) {
      left_out += fmt::format("  {} {}\n", Padded(result.check->id, kIdColumns), finding.why);
    }
  }
  if (!undeclared.empty()) {
    write_(Bold("Not declared") +
           ": add the field to twelve.json, or give the option of that name\n" + undeclared);
  }
  if (!left_out.empty()) write_(Bold("Left out") + ":\n" + left_out);
}

void ConsoleSink::RunFinished(const RunSummary& summary) {
  std::vector<const CheckResult*> must_fail, must_unmeasured, should_fail;
  for (const CheckResult& result : summary.results) {
    const bool must = result.check->level == Level::kMust;
    const Verdict verdict = result.finding.verdict;
    if (verdict == Verdict::kFail) {
      (must ? must_fail : should_fail).push_back(&result);
    } else if (must && verdict == Verdict::kInconclusive) {
      must_unmeasured.push_back(&result);
    }
  }
  write_("\n");
  PrintList("MUST failing", must_fail);
  PrintList("MUST not measured", must_unmeasured);
  PrintList("SHOULD failing", should_fail);
  PrintList("Waived", {});
  PrintAside(summary);
  const VerdictCounts counts = CountVerdicts(summary.results);
  write_(
      fmt::format("\n{} rules declared: {} pass, {} warn, {} fail, {} inconclusive, {} do not "
                  "apply. {}, exit {}.\n",
                  counts.Measured(), counts.pass, counts.warn, counts.fail, counts.inconclusive,
                  counts.na, HumanSeconds(ToSeconds(summary.took)), summary.exit_code));
}

}  // namespace twelve
