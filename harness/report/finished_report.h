#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/conformance/engine.h"
#include "harness/conformance/secrets.h"
#include "harness/report/presentable.h"

namespace twelve {

/// A check of a finished run, its texts fit for a report.
struct ReportedCheck {
  const Check* check = nullptr;
  Finding finding;
  const nlohmann::json* facts = nullptr;  // of the observation; may hold text that is not fit
  Duration took{};
  Group group = Group::kMeasured;
  bool required = false;  // the descriptor's `require` names it

  bool Must() const { return check->level == Level::kMust; }
  bool FailsMust() const { return Must() && finding.verdict == Verdict::kFail; }
  /// What makes the exit code 3: nothing was measured where something had to be.
  bool LeavesGap() const {
    const bool inconclusive = finding.verdict == Verdict::kInconclusive;
    return ((Must() || required) && inconclusive) || (required && group != Group::kMeasured);
  }
};

/// A run that is over, as the document formats see it. All texts are masked, valid UTF-8 and free
/// of control characters but tab and line end.
struct FinishedReport {
  std::string version;  // of Twelve
  std::string target;
  std::string command;
  std::string source;   // "--cmd", "./Procfile:3", "./twelve.json"
  std::string started;  // RFC 3339, UTC
  Duration took{};
  int exit_code = 0;
  std::vector<ReportedCheck> checks;
  VerdictCounts counts;

  int MustsFailing() const;
  int Gaps() const;
};

/// Writes one document when the run is over: what is in it, the renderer decides.
///
/// Threads: the engine's.
/// Errors:  none; `write` deals with a broken output.
class DocumentSink final : public ReportSink {
 public:
  using Render = std::function<std::string(const FinishedReport&)>;
  using Write = std::function<void(std::string_view)>;
  DocumentSink(std::string version, Render render, Write write);

  void RunStarted(const Target& target, const std::vector<const Check*>& plan,
                  const Capabilities& capabilities) override;
  void CheckStarted(const Check& check) override;
  void CheckFinished(const CheckResult& result) override;
  void RunFinished(const RunSummary& summary) override;

 private:
  const std::string version_;
  const Render render_;
  const Write write_;
  Target target_;
  std::optional<SecretMask> mask_;
};

/// The one sentence about a check: why it has no answer, else what was seen.
std::string Headline(const ReportedCheck& check);

/// "PASS", "FAIL", …; "NOT DECLARED" and "LEFT OUT" for an NA that has such a reason.
std::string_view VerdictWord(const ReportedCheck& check);

/// Expected, seen, evidence, remedy and reproduction as plain lines; empty for a PASS without
/// evidence.
std::string Details(const ReportedCheck& check);

/// `text` with line ends and tabs as blanks.
std::string OnOneLine(std::string_view text);

/// "Claim" of the run in three words at most: "MUST met", "MUST 2 failing", "not measured".
std::string ShortClaim(const FinishedReport& report);

/// "6 rules declared: 1 pass, …": counts, never a percentage.
std::string CountsSentence(const VerdictCounts& counts);

/// Where the service is declared: a file and a line. Nothing when it was given by --cmd.
struct SourcePlace {
  std::string file;  // as named by the user, without a leading "./"
  int line = 1;
};
std::optional<SourcePlace> PlaceOf(const FinishedReport& report);

}  // namespace twelve
