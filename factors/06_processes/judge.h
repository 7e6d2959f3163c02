#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "factors/06_processes/visitor.h"
#include "factors/lab/lab.h"

namespace twelve::processes {

// What was seen in each step. A `trouble` that is not empty says why the step came to nothing.

/// Signed in at one process, which was killed; then all others and its successor were asked.
struct KillFacts {
  std::string served_by;
  std::int64_t items = 0;    // in the cart, before
  std::vector<Sight> after;  // of the cart
  std::string trouble = {};
};

/// A router that keeps each visitor on one process, until that process is scaled away.
struct PinnedFacts {
  std::string process;
  int asked_before = 0, known_before = 0;
  int asked_after = 0, known_after = 0;
  std::int64_t items = 0;
  std::vector<std::string> cookies = {};  // of the service itself that name a process: "A=1"
  std::string trouble = {};
};

/// All processes ended and were launched again.
struct RestartFacts {
  std::int64_t items = 0, quantity = 0;
  std::vector<Sight> carts = {};  // one for each new process
  std::vector<Sight> stock = {};  // the same, of the item
  std::string trouble = {};
};

/// One item, written and changed through one process and read through all.
struct ReaderFacts {
  std::string writer;
  std::int64_t first = 0, second = 0;
  std::vector<Sight> before = {}, after = {};  // the change
  std::string trouble = {};
};

/// Items that a process acknowledged and another one was asked for, once the first was killed.
struct SavedFacts {
  std::string writer, reader;
  int acknowledged = 0, found = 0;
  double killed_after_ms = 0;  // from the last acknowledgement
  std::string trouble = {};
};

/// A file that one process took.
struct UploadFacts {
  std::string writer;
  std::int64_t bytes = 0;
  std::vector<Sight> downloads = {};
  std::string trouble = {};
};

/// What one process set on two answers.
struct SetCookies {
  std::vector<std::string> first, second;  // "NAME=VALUE"
};
/// The cookies that name a process: the same on each of its answers, and others elsewhere. One for
/// each process; a cookie that is new each time, or the same everywhere, is none.
std::vector<std::string> PinningCookies(const std::vector<SetCookies>& processes);

// Pure: facts to sentence and verdict.
StepResult JudgeKill(const KillFacts& facts);
StepResult JudgePinned(const PinnedFacts& facts);
StepResult JudgeRestart(const RestartFacts& facts);
StepResult JudgeReaders(const ReaderFacts& facts);
StepResult JudgeSaved(const SavedFacts& facts);
StepResult JudgeUpload(const UploadFacts& facts);

}  // namespace twelve::processes
