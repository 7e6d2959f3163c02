#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "factors/lab/lab.h"

namespace twelve::disposability {

/// What was seen when one process under load got SIGTERM or SIGKILL.
struct SignalFacts {
  std::string process;
  double grace_ms = 0;
  int in_flight = 0;              // on it, when the signal was sent
  std::optional<double> end_ms;   // from the signal to the end of the launched process
  bool ended_by_us = false;       // SIGKILL after the grace period
  std::string exit;               // "exit 0", "SIGTERM"
  int left_behind = 0;            // processes that it started and that outlived it
  bool still_serving = false;     // one of them still listened on the port
  std::optional<double> back_ms;  // from the relaunch to ready again
  std::string refused;            // why the relaunch did not become ready
  Traffic traffic;
};

// Pure: facts to sentence and verdict.
StepResult JudgeTerm(const SignalFacts& facts);
StepResult JudgeKill(const SignalFacts& facts);
StepResult JudgePause(const std::string& process, double paused_ms, const Traffic& traffic);
StepResult JudgeScale(int from, int up, int down, const Traffic& traffic,
                      const std::string& trouble);
/// REQUIRES: ready_ms not empty, unless `trouble` says why.
StepResult JudgeStart(std::vector<double> ready_ms, const std::string& trouble);

/// Jobs whose worker was stopped, killed and frozen in their middle.
struct WorkerFacts {
  int jobs = 0;
  int done = 0;              // by their own state
  int effects = -1;          // counted afterwards; -1: could not be counted
  std::string trouble = {};  // why it was not measured to the end
};
StepResult JudgeWorker(const WorkerFacts& facts);

/// A process that is asked to end at a moment that is often forgotten.
struct MomentFacts {
  std::string moment;            // "SIGTERM while it starts"
  std::optional<double> end_ms;  // from the signal; nothing: it had to be killed
  bool answer_expected = false;  // a request was in flight
  bool answered = false;         // and came back whole
  double limit_ms = 0;
  std::string trouble = {};
};
StepResult JudgeMoment(const MomentFacts& facts);

struct WrapperFacts {
  bool ready = false;
  std::optional<double> end_ms;        // of the shell, from SIGTERM
  std::vector<std::string> survivors;  // "pid 4711 twelve-service web"
  bool still_serving = false;
};
StepResult JudgeWrapper(const WrapperFacts& facts);

}  // namespace twelve::disposability
