#include "tests/gui/scenes.h"

namespace twelve {
namespace {

std::unique_ptr<Experiment> NoExperiment(const ProgramPaths&) {
  return nullptr;
}

}  // namespace

FakeModel::FakeModel() {
  static const char* kNumerals[] = {"I",   "II",   "III", "IV", "V",  "VI",
                                    "VII", "VIII", "IX",  "X",  "XI", "XII"};
  static const char* kTitles[] = {
      "Codebase",  "Dependencies",   "Config",      "Backing services", "Build, release, run",
      "Processes", "Port binding",   "Concurrency", "Disposability",    "Dev/prod parity",
      "Logs",      "Admin processes"};
  for (int i = 0; i < 12; i++) {
    Factor factor;
    factor.number = i + 1;
    factor.numeral = kNumerals[i];
    factor.title = kTitles[i];
    factor.rule = "Start fast, stop gracefully, and survive being killed at any moment.";
    factor.make_experiment = i == 8 ? NoExperiment : nullptr;
    factors_.push_back(factor);
    lessons_.push_back(LoadLesson(i + 1));
  }
}

void FakeModel::UseLesson(std::string_view markdown) {
  for (Result<Lesson>& lesson : lessons_) {
    lesson = ParseLesson(markdown, "lesson.md");
  }
}

}  // namespace twelve
