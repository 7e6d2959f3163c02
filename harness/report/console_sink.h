#pragma once

#include <functional>
#include <optional>
#include <string>

#include "harness/conformance/engine.h"
#include "harness/conformance/secrets.h"

namespace twelve {

struct ConsoleOptions {
  bool colour = false;     // only on a terminal
  bool live_line = false;  // show the running check on a line that is overwritten; terminal only
  std::size_t width = 80;
  std::string version;
};

/// The report for people: the plan, each check as it finishes, then four lists (MUST failing, MUST
/// not measured, SHOULD failing, waived), counts over the declared rules, and what is not declared
/// with the field that would enable it.
///
/// Threads: the engine's.
/// Errors:  none; `write` deals with a broken output.
class ConsoleSink final : public ReportSink {
 public:
  using Write = std::function<void(std::string_view)>;
  ConsoleSink(ConsoleOptions options, Write write);

  void RunStarted(const Target& target, const std::vector<const Check*>& plan,
                  const Capabilities& capabilities) override;
  void CheckStarted(const Check& check) override;
  void CheckFinished(const CheckResult& result) override;
  void RunFinished(const RunSummary& summary) override;

 private:
  std::string Painted(std::string_view text, Verdict verdict) const;
  std::string Bold(std::string_view text) const;
  void ClearLiveLine();
  void PrintDetails(const Check& check, const Finding& finding);
  void PrintList(std::string_view title, const std::vector<const CheckResult*>& list);
  void PrintAside(const RunSummary& summary);

  const ConsoleOptions options_;
  const Write write_;
  std::optional<SecretMask> mask_;
  std::size_t planned_ = 0;
  std::size_t started_ = 0;
  bool live_ = false;
};

}  // namespace twelve
