#include "app/desktop/live_model.h"

#include <algorithm>

#include "app/session/live_check_tools.h"
#include "factors/catalog.h"
#include "harness/rig/live_rig.h"

namespace twelve {

LiveModel::LiveModel(ProgramPaths programs, const Clock& clock)
    : programs_(std::move(programs)), clock_(clock) {
  for (const Factor& factor : Catalog()) {
    lessons_.push_back(ParseLesson(factor.lesson_md, std::string(factor.slug) + "/lesson.md"));
  }
}

LiveModel::~LiveModel() {
  check_.reset();
  sessions_.clear();
  for (std::thread& thread : ending_) {
    thread.join();
  }
}

std::span<const Factor> LiveModel::Factors() const {
  return Catalog();
}

const Result<Lesson>& LiveModel::LessonOf(int factor) const {
  return lessons_[static_cast<std::size_t>(factor - 1)];
}

std::shared_ptr<const Scene> LiveModel::Latest(int factor) const {
  const auto it = sessions_.find(factor);
  return it == sessions_.end() ? nullptr : it->second->Latest();
}

bool LiveModel::Busy() const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [](const auto& entry) { return !entry.second->Latest()->busy.empty(); });
}

void LiveModel::Start(int factor) {
  const Factor* found = FindFactor(factor);
  if (found == nullptr || found->make_experiment == nullptr || sessions_.count(factor) > 0) {
    return;
  }
  const Clock* clock = &clock_;
  const auto make_rig =
      [clock](const std::function<bool()>& cancelled) -> Result<std::unique_ptr<Rig>> {
    LiveRigOptions options;
    options.clock = clock;
    options.cancelled = cancelled;
    Result<std::unique_ptr<LiveRig>> rig = LiveRig::Create(std::move(options));
    if (!rig) {
      return rig.error();
    }
    return std::unique_ptr<Rig>(std::move(*rig));
  };
  // Nobody is woken by a new scene: while an experiment runs the window looks often enough.
  sessions_[factor] = std::make_unique<ExperimentSession>(found->make_experiment(programs_), factor,
                                                          clock_, make_rig, nullptr);
}

void LiveModel::Stop(int factor) {
  auto node = sessions_.extract(factor);
  if (!node.empty()) {
    // Ending processes takes up to their grace period; the window goes on meanwhile.
    ending_.emplace_back([session = std::move(node.mapped())]() mutable { session.reset(); });
  }
}

void LiveModel::Post(int factor, Action action) {
  const auto it = sessions_.find(factor);
  if (it != sessions_.end()) {
    it->second->Post(std::move(action));
  }
}

void LiveModel::StartCheck(std::string service, std::vector<std::string> only) {
  StopCheck();
  Result<CheckTools> tools = LiveCheckTools(clock_);
  if (!tools) {
    auto refused = std::make_shared<CheckSnapshot>();
    refused->running = false;
    refused->target = std::move(service);
    refused->error = tools.error().message;
    refused_ = std::move(refused);
    return;
  }
  std::vector<const Check*> checks;
  for (const Factor& factor : Catalog()) {
    checks.insert(checks.end(), factor.checks.begin(), factor.checks.end());
  }
  refused_.reset();
  check_ = std::make_unique<CheckSession>(std::move(service), std::move(checks),
                                          std::move(tools).value(), clock_, std::move(only));
}

void LiveModel::StopCheck() {
  if (!Checking()) {
    return;
  }
  check_->Cancel();
  refused_ = check_->Latest();
  // What it started ends in the background; the verdicts so far stay on the screen.
  ending_.emplace_back([session = std::move(check_)]() mutable { session.reset(); });
  auto stopped = std::make_shared<CheckSnapshot>(*refused_);
  stopped->running = false;
  refused_ = std::move(stopped);
}

std::shared_ptr<const CheckSnapshot> LiveModel::LatestCheck() const {
  return check_ ? check_->Latest() : refused_;
}

std::string LiveModel::ReferenceService() const {
  return programs_.service + " web";
}

}  // namespace twelve
