// What a frame of the window costs: 20 processes, 1,000,000 log lines, then a flood of 100,000
// lines a second. The limit beside it is a frame of ImGui with nothing in it, in the same run.
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "app/desktop/draw_changes.h"
#include "tests/gui/gui_driver.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

double MsSince(TimePoint start) {
  return ToMs(SystemClock().Now() - start);
}

void Print(const char* what, std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double part) {
    return ms[static_cast<std::size_t>(part * static_cast<double>(ms.size() - 1))];
  };
  fmt::print("{:<44} p50 {:7.3f}  p99 {:7.3f}  max {:7.3f} ms  ({} frames)\n", what, at(0.5),
             at(0.99), at(1), ms.size());
}

std::vector<double> TimeFrames(GuiDriver& driver, int count) {
  std::vector<double> ms;
  for (int i = 0; i < count; i++) {
    const TimePoint start = SystemClock().Now();
    driver.Frames(1);
    ms.push_back(MsSince(start));
  }
  return ms;
}

std::vector<double> TimeEmptyFrames(int count) {
  std::vector<double> ms;
  for (int i = 0; i < count; i++) {
    const TimePoint start = SystemClock().Now();
    ImGui::NewFrame();
    ImGui::Render();
    ms.push_back(MsSince(start));
  }
  return ms;
}

std::shared_ptr<LogStore> StoreOf(Scene& scene, std::size_t lines) {
  auto store = MakeLog(lines);
  for (Panel& panel : scene.panels) {
    if (auto* log = std::get_if<LogStreamPanel>(&panel)) {
      log->store = store;
    }
  }
  return store;
}

/// Appends 100,000 lines a second, a batch each 10 ms, until told to stop.
class Flood {
 public:
  explicit Flood(std::shared_ptr<LogStore> store)
      : store_(std::move(store)), thread_([this] {
          TimePoint due = SystemClock().Now();
          while (!stop_) {
            AppendLog(*store_, written_, 1000);
            written_ += 1000;
            due += milliseconds(10);
            std::this_thread::sleep_until(due);
          }
        }) {}
  ~Flood() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::shared_ptr<LogStore> store_;
  std::size_t written_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

void BenchFlood(GuiDriver& driver, const std::shared_ptr<LogStore>& store) {
  const Flood flood(store);
  std::vector<double> frames;
  std::vector<double> answers;
  for (int i = 0; i < 60; i++) {
    const TimePoint key = SystemClock().Now();
    driver.PressCharacter(i % 2 == 0 ? U' ' : U'9');  // three frames: a key and what it changes
    answers.push_back(MsSince(key));
    for (const double ms : TimeFrames(driver, 1)) {
      frames.push_back(ms);
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
  Print("frame in a flood of 100,000 lines/s", frames);
  Print("key to the frame that shows it (goal 100 ms)", answers);
  driver.shell().PageOf(9).log.Follow();
  driver.shell().PageOf(9).log.SetFilter("locked");
  const TimePoint start = SystemClock().Now();
  const std::uint64_t lines = store->Counts().next - store->Counts().first;
  std::vector<double> filtering;
  do {
    driver.Frames(1);
    std::this_thread::sleep_for(milliseconds(5));
    filtering = {MsSince(start)};
  } while (driver.shell().PageOf(9).log.progress().looked_at < lines && filtering[0] < 30'000);
  Print("filter over a million lines, in the background", filtering);
  Print("frame in a flood, with a filter", TimeFrames(driver, 100));
}

int Main() {
  FakeModel model;
  Scene scene = CrowdedScene();
  const auto store = StoreOf(scene, 1'000'000);
  model.Show(scene);
  GuiDriver driver(model);
  driver.ui().registry.set_recording(false);
  driver.shell().OpenFactor(9);
  driver.shell().PageOf(9).stage.unfolded = {"web", "worker"};
  TimeFrames(driver, 50);
  Print("frame of ImGui with nothing in it", TimeEmptyFrames(500));
  Print("20 processes, 1,000,000 lines (goal 2 ms)", TimeFrames(driver, 500));
  driver.Frames(1);
  const ImDrawData& data = *ImGui::GetDrawData();
  DrawChanges changes;
  std::vector<double> hashes;
  for (int i = 0; i < 200; i++) {
    const TimePoint start = SystemClock().Now();
    changes.Find(data);
    hashes.push_back(MsSince(start));
  }
  Print("looking for what changed", hashes);
  fmt::print("{} vertices in {} draw lists\n", data.TotalVtxCount, data.CmdListsCount);
  BenchFlood(driver, store);
  return 0;
}

}  // namespace
}  // namespace twelve

int main() {
  return twelve::Main();
}
