#pragma once

#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "app/desktop/window_model.h"
#include "app/session/experiment_session.h"

namespace twelve {

/// The catalogue, its lessons, and sessions over real processes.
///
/// Threads: the window's.
/// Owns:    the sessions. Stop ends one in the background; the destructor waits for all of them.
class LiveModel final : public WindowModel {
 public:
  LiveModel(ProgramPaths programs, const Clock& clock);
  ~LiveModel() override;

  std::span<const Factor> Factors() const override;
  const Result<Lesson>& LessonOf(int factor) const override;
  std::shared_ptr<const Scene> Latest(int factor) const override;
  void Start(int factor) override;
  void Stop(int factor) override;
  void Post(int factor, Action action) override;
  void StartCheck(std::string service, std::vector<std::string> only) override;
  void StopCheck() override;
  std::shared_ptr<const CheckSnapshot> LatestCheck() const override;
  std::string ReferenceService() const override;
  bool Running() const { return !sessions_.empty() || Checking(); }
  bool Checking() const { return check_ && check_->Latest()->running; }
  /// Some experiment is in the middle of a step.
  bool Busy() const;

 private:
  const ProgramPaths programs_;
  const Clock& clock_;
  std::vector<Result<Lesson>> lessons_;
  std::map<int, std::unique_ptr<ExperimentSession>> sessions_;
  std::unique_ptr<CheckSession> check_;
  std::shared_ptr<const CheckSnapshot> refused_;  // why no run could begin
  std::vector<std::thread> ending_;
};

}  // namespace twelve
