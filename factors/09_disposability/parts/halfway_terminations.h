#pragma once

#include <memory>
#include <utility>

#include "factors/contracts/termination.h"

namespace twelve {

/// Violations of factor IX that handle SIGTERM, and not to the end. Each stands before a good
/// handling.
class HalfwayTermination : public TerminationHandling {
 public:
  explicit HalfwayTermination(std::unique_ptr<TerminationHandling> inner)
      : inner_(std::move(inner)) {}
  void Install() override { inner_->Install(); }
  bool WaitForRequest(Duration at_most) override { return inner_->WaitForRequest(at_most); }
  int Run(Drainable& service) override { return inner_->Run(service); }

 protected:
  TerminationHandling& inner() { return *inner_; }

 private:
  const std::unique_ptr<TerminationHandling> inner_;
};

/// "exit-1-on-term": comes to rest as it should and then claims to have failed. Platforms count it
/// as a crash, and pipelines stop.
class FailingTermination final : public HalfwayTermination {
 public:
  using HalfwayTermination::HalfwayTermination;
  int Run(Drainable& service) override;
};

/// "keep-accepting": serves on for 7 seconds as if nothing had been asked, ready as before, and
/// only then begins to come to rest.
class LateTermination final : public HalfwayTermination {
 public:
  static constexpr std::chrono::seconds kServesOn{7};
  using HalfwayTermination::HalfwayTermination;
  int Run(Drainable& service) override;
};

/// "ignore-sigint": knows SIGTERM only. SIGINT, which Ctrl-C and some platforms send, ends it
/// there and then, with its requests.
class TermOnlyTermination final : public HalfwayTermination {
 public:
  using HalfwayTermination::HalfwayTermination;
  void Install() override;
};

}  // namespace twelve
