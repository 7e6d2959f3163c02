#pragma once

#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/conformance/engine.h"
#include "harness/conformance/secrets.h"

namespace twelve {

/// The report for programs: one JSON object, written when the run is over.
///
/// Threads: the engine's.
/// Errors:  none; `write` deals with a broken output.
class JsonSink final : public ReportSink {
 public:
  static constexpr int kSchemaVersion = 1;
  using Write = std::function<void(std::string_view)>;
  JsonSink(std::string version, Write write);

  void RunStarted(const Target& target, const std::vector<const Check*>& plan,
                  const Capabilities& capabilities) override;
  void CheckStarted(const Check& check) override;
  void CheckFinished(const CheckResult& result) override;
  void RunFinished(const RunSummary& summary) override;

 private:
  const std::string version_;
  const Write write_;
  std::optional<SecretMask> mask_;
};

}  // namespace twelve
