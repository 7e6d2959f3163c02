// Twelve is killed at random moments. Whatever it was doing, nothing of it may stay: no process, no
// listening port, no temporary file.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace twelve {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string BinDirectory() {
  const char* bin = std::getenv("TWELVE_BIN");
  return fs::canonical(bin != nullptr ? bin : ".").string();
}

// In the environment of what the test starts; `twelve run` hands it on to its services.
constexpr const char* kMark = "TWELVE_STORM_MARK=1";

bool IsMarked(const fs::path& process) {
  std::ifstream file(process / "environ", std::ios::binary);
  const std::string environment((std::istreambuf_iterator<char>(file)),
                                std::istreambuf_iterator<char>());
  return environment.find(kMark) != std::string::npos;
}

/// "pid exe" of every process that runs a program of this build or carries the mark.
std::set<std::string> OurProcesses(const std::string& bin) {
  std::set<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code failed;
    const std::string exe = fs::read_symlink(entry.path() / "exe", failed).string();
    if (failed) continue;
    if (exe.rfind(bin + "/", 0) == 0 || IsMarked(entry.path())) found.insert(pid + " " + exe);
  }
  return found;
}

template <typename Predicate>
bool Eventually(Predicate predicate) {
  const Clock::time_point deadline = Clock::now() + seconds(20);
  while (!predicate()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

class KillStorm : public ::testing::Test {
 protected:
  void SetUp() override {
    bin_ = BinDirectory();
    std::string pattern = fs::temp_directory_path() / "twelve-storm-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    scratch_ = pattern;
    temporary_ = scratch_ / "tmp";
    fs::create_directory(temporary_);
  }
  void TearDown() override { fs::remove_all(scratch_); }

  /// Starts one of our programs in a process group of its own, output thrown away.
  pid_t Start(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = arguments;
    words[0] = bin_ + "/" + words[0];
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    // The service's own data would be no leftover, so it keeps none.
    std::vector<std::string> environment = {
        "PATH=/usr/local/bin:/usr/bin:/bin", kMark, "HOME=" + scratch_.string(),
        "TMPDIR=" + temporary_.string(), "DATABASE_URL=sqlite::memory:"};
    std::vector<char*> envp;
    for (std::string& row : environment) envp.push_back(row.data());
    envp.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addchdir_np(&actions, scratch_.c_str());
    pid_t pid = -1;
    EXPECT_EQ(posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), envp.data()), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
  }

  std::vector<std::string> Leftovers() const {
    std::vector<std::string> left;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(temporary_)) {
      // Port leases are files that the kernel unlocks; they are kept for the next run.
      if (entry.path().string().find("twelve-ports") == std::string::npos) {
        left.push_back(entry.path());
      }
    }
    return left;
  }

  void Storm(const std::vector<std::string>& arguments, int rounds, int longest_ms) {
    const std::set<std::string> before = OurProcesses(bin_);
    std::mt19937 random(20'241'123);
    std::uniform_int_distribution<int> moment(0, longest_ms);
    for (int round = 0; round < rounds; ++round) {
      const pid_t pid = Start(arguments);
      ASSERT_GT(pid, 0);
      const int when = moment(random);
      std::this_thread::sleep_for(milliseconds(when));  // the random moment itself
      kill(pid, SIGKILL);
      int status = 0;
      ASSERT_EQ(waitpid(pid, &status, 0), pid);
      EXPECT_TRUE(Eventually([&] { return OurProcesses(bin_) == before; }))
          << "round " << round << ", killed after " << when
          << " ms, still there: " << ::testing::PrintToString(OurProcesses(bin_));
      EXPECT_TRUE(Eventually([&] { return Leftovers().empty(); }))
          << "round " << round << ", killed after " << when
          << " ms, left: " << ::testing::PrintToString(Leftovers());
      if (HasFailure()) return;
    }
  }

  std::string bin_;
  fs::path scratch_, temporary_;
};

/// 200 in the long proof, a few every day.
int Rounds(int of_200) {
  const char* text = std::getenv("TWELVE_STORM_ROUNDS");
  return text == nullptr ? 4 : std::atoi(text) * of_200 / 200;
}

TEST_F(KillStorm, DemoLeavesNothing) {
  Storm({"twelve", "demo", "9"}, Rounds(80), 6000);
}

TEST_F(KillStorm, CheckLeavesNothing) {
  Storm({"twelve", "check", "--cmd", bin_ + "/twelve-service web", "--health", "/health"},
        Rounds(60), 8000);
}

TEST_F(KillStorm, RunLeavesNothing) {
  std::ofstream(scratch_ / "Procfile")
      << "web: " << bin_ << "/twelve-service web; true\n"
      << "tree: sh -c 'sleep 300 & setsid sleep 300 & sleep 300'; true\n";
  Storm({"twelve", "run", "Procfile"}, Rounds(60), 1500);
}

}  // namespace
}  // namespace twelve
