#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/rig/rig.h"

namespace twelve {

/// What the processes of one type run, with what, and how many of them.
struct DeploySpec {
  std::string type = "web";
  std::vector<std::string> argv;
  Environment environment;  // PORT is added for each process
  int count = 1;
  std::string ready_path = "/ready";
  /// Not empty: it serves nothing and gets no PORT; it is ready with the first line of its output
  /// that this RE2 pattern finds.
  std::string ready_pattern = {};
  Duration ready_timeout = std::chrono::seconds(60);
  Duration grace = std::chrono::seconds(10);
};

/// Processes of one type, told apart by number ("web.1", "web.2"), each with a port and a directory
/// of its own that it keeps through all its lives.
///
/// Threads: the rig's user. Owns: its processes; they end with it.
/// Errors:  Scale and Relaunch fail when the rig has no port or cannot launch; what was launched
///          before stays.
class Deploy {
 public:
  Deploy(Rig& rig, DeploySpec spec);
  ~Deploy();
  Deploy(const Deploy&) = delete;
  Deploy& operator=(const Deploy&) = delete;

  const DeploySpec& spec() const { return spec_; }

  /// Launches what is missing; stops the highest numbers when there are too many.
  Status Scale(int count, const std::string& because);
  /// Kills what is left under this name and launches a fresh process.
  Status Relaunch(const std::string& name);
  /// Ends all at once and launches as many with another spec, under the same names and ports.
  Status Replace(DeploySpec spec);

  /// What the next Replace, Relaunch or Scale launches with; nothing happens now.
  void SetEnvironment(Environment environment) { spec_.environment = std::move(environment); }
  void SetCount(int count) { spec_.count = count; }

  /// Takes note of state changes and forgets stopped processes that Scale took away.
  void Tick();

  std::vector<std::string> Names() const;  // without those on their way out
  Instance* Find(const std::string& name) const;
  std::vector<ProcessStatus> Snapshots() const;  // with those on their way out
  /// State changes through all lives, oldest first.
  std::vector<StateChange> History(const std::string& name) const;
  std::vector<LoadTarget> Targets() const;
  bool AllReady() const;
  bool AnyOver() const;

 private:
  struct Slot {
    int number = 0;
    std::uint16_t port = 0;
    std::string directory;
    bool leaving = false;
    std::unique_ptr<Instance> instance;
    std::vector<StateChange> past;  // of earlier lives
  };
  Status Launch(Slot& slot);
  Status AddSlot(int number);
  Slot* FindSlot(const std::string& name);
  const Slot* FindSlot(const std::string& name) const;
  std::string NameOf(const Slot& slot) const;

  Rig& rig_;
  DeploySpec spec_;
  std::map<int, Slot> slots_;  // by number; slots that left keep their port and past
};

}  // namespace twelve
