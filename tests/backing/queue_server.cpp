#include "tests/backing/queue_server.h"

#include <gtest/gtest.h>

#include "tests/support/real_backing.h"

namespace twelve {
namespace {

class RealQueueServer final : public QueueServer {
 public:
  explicit RealQueueServer(BackingServer server) : backing_(server) {}

  bool ok() const { return backing_.ok(); }
  const std::string& why() const { return backing_.why(); }

  std::string url() const override { return backing_->url(); }
  void Kill() override {
    backing_->Kill("the test");
    EXPECT_TRUE(backing_->AwaitGone(backing_.Soon()));
  }
  void Start() override {
    Expect(backing_->Start());
    Expect(backing_->AwaitReady(backing_.Soon()));
  }
  void Pause() override { Expect(backing_->Pause("the test")); }
  void Continue() override { Expect(backing_->Continue("the test")); }

 private:
  static void Expect(const Status& status) {
    EXPECT_TRUE(status.ok()) << (status ? "" : status.error().message);
  }

  mutable RealBacking backing_;
};

std::unique_ptr<QueueServer> StartServer(BackingServer kind) {
  auto server = std::make_unique<RealQueueServer>(kind);
  EXPECT_TRUE(server->ok()) << server->why();
  if (!server->ok()) return nullptr;
  return server;
}

}  // namespace

std::unique_ptr<QueueServer> StartPostgres() {
  return StartServer(BackingServer::kPostgres);
}

std::unique_ptr<QueueServer> StartRedis() {
  return StartServer(BackingServer::kRedis);
}

}  // namespace twelve
