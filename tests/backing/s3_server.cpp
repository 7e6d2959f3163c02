#include "tests/backing/s3_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <cstdlib>
#include <filesystem>

#include "harness/base/unique_fd.h"
#include "harness/process/command.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPackage = "s3rver";
constexpr const char* kVersion = "3.7.1";

std::string InPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::string folder = rest.substr(0, rest.find(':'));
    rest.erase(0, folder.size() + 1);
    if (fs::exists(folder + "/" + program)) return folder + "/" + program;
  }
  return {};
}

/// Whole or not at all, by one test process at a time. Empty when it is there; otherwise why not.
std::string Install(const fs::path& folder) {
  if (fs::exists(folder)) return {};
  fs::create_directories(folder.parent_path());
  const UniqueFd lock(
      ::open((folder.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0) return "cannot lock " + folder.string();
  if (fs::exists(folder)) return {};
  const fs::path fresh = folder.string() + ".part";
  fs::remove_all(fresh);
  const std::string line = ShellQuote({"npm", "install", "--prefix", fresh.string(), "--no-audit",
                                       "--no-fund", fmt::format("{}@{}", kPackage, kVersion)});
  if (std::system((line + " >" + ShellQuote({fresh.string() + ".log"}) + " 2>&1").c_str()) != 0) {
    return fmt::format("npm could not install {} {}; {}.log says why", kPackage, kVersion,
                       fresh.string());
  }
  fs::rename(fresh, folder);
  return {};
}

class LiveS3Server final : public S3Server {
 public:
  explicit LiveS3Server(std::unique_ptr<LiveRig> rig, std::string program)
      : rig_(std::move(rig)), program_(std::move(program)) {
    const auto port = rig_->LeasePort();
    const auto data = rig_->MakeDirectory("s3");
    EXPECT_TRUE(port.ok() && data.ok());
    if (port) port_ = *port;
    if (data) data_ = *data;
    Start();
  }

  std::string url() const override {
    return fmt::format("s3://S3RVER:S3RVER@127.0.0.1:{}/shop?path_style=1&tls=0", port_);
  }
  void Kill() override {
    server_->Kill("the test");
    EXPECT_TRUE(rig_->WaitUntil([this] { return server_->Tree().empty(); }, Soon()));
  }
  void Start() override {
    ProcessSpec spec;
    spec.name = spec.type = "s3";
    // It makes the tokens of its lists with a cipher that OpenSSL 3 calls legacy.
    spec.command.argv = {InPath("node"), "--openssl-legacy-provider",
                         program_,       "--configure-bucket",
                         "shop",         "-a",
                         "127.0.0.1",    "-d",
                         data_};
    spec.command.argv.insert(spec.command.argv.end(), {"-p", std::to_string(port_)});
    spec.directory = data_;
    spec.readiness = ReadyOnHttp{port_, "/"};
    auto launched = rig_->Launch(std::move(spec));
    ASSERT_TRUE(launched.ok()) << launched.error().message;
    server_ = std::move(launched).value();
    EXPECT_TRUE(rig_->WaitUntil(
        [this] { return server_->Snapshot().state == ProcessState::kReady; }, Soon()));
  }

 private:
  Deadline Soon() const { return Deadline::After(rig_->clock(), std::chrono::seconds(30)); }

  const std::unique_ptr<LiveRig> rig_;
  const std::string program_;
  std::uint16_t port_ = 0;
  std::string data_;
  std::unique_ptr<Instance> server_;
};

}  // namespace

std::unique_ptr<S3Server> StartS3Server(std::string& why) {
  if (InPath("node").empty() || InPath("npm").empty()) {
    why = "there is no npm on this machine; install the Debian packages nodejs and npm";
    return nullptr;
  }
  const char* bin = std::getenv("TWELVE_BIN");
  if (bin == nullptr) {
    why = "TWELVE_BIN is not set";
    return nullptr;
  }
  const fs::path folder = fs::path(bin) / ".." / "npm" / fmt::format("{}-{}", kPackage, kVersion);
  why = Install(folder.lexically_normal());
  if (!why.empty()) return nullptr;
  auto rig = LiveRig::Create({});
  if (!rig) {
    why = rig.error().message;
    return nullptr;
  }
  const fs::path program = folder / "node_modules" / kPackage / "bin" / "s3rver.js";
  return std::make_unique<LiveS3Server>(std::move(rig).value(),
                                        program.lexically_normal().string());
}

}  // namespace twelve
