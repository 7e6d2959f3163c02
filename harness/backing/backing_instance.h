#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/process/process_spec.h"
#include "harness/rig/rig.h"

namespace twelve {

/// The servers that can be started as private instances.
enum class BackingServer { kPostgres, kRedis };
/// "postgres", "redis": the word in commands, and the scheme of the URL.
std::string_view ToString(BackingServer server);
/// kInvalid, with the words that there are, for any other.
Result<BackingServer> ParseBackingServer(std::string_view text);

struct BackingOptions {
  std::string user = "twelve";
  std::string password = {};  // empty: a random one
  std::string database = {};  // empty: "twelve" for PostgreSQL, "0" for Redis, where it is a number
  /// What was acknowledged survives the SIGKILL of the server in either case. Durable: also the
  /// loss of power, because each write waits for the disk, as it does in production.
  bool durable = true;
  /// Where what takes long is prepared once for all instances. Empty: $XDG_CACHE_HOME/twelve, else
  /// ~/.cache/twelve. Where nothing can be written, each instance prepares its own.
  std::string cache_directory = {};
  Duration start_limit = std::chrono::seconds(60);  // from nothing to the first answer
};

/// What an instance is made of, once its port and its directory are known.
struct BackingPlace {
  std::string name;  // "postgres.20123": of its process and its log lines
  std::uint16_t port = 0;
  std::string directory;  // private, with the data
  std::string url;        // with user, password and database
};

/// One private server on a leased loopback port, with its data in a directory of its own. Port,
/// data and credentials stay the same through all its lives.
///
/// Threads: the rig's user.
/// Owns:    the server with its whole tree, and the directory. The destructor kills and removes
///          both; it may run after the rig's. When this program is killed, guardians do the same.
/// Errors:  kNotFound when the server is not installed, kClosed when it ended before it was ready,
///          kTimeout when it did not answer in time or the session was cancelled.
class BackingInstance {
 public:
  virtual ~BackingInstance();
  BackingInstance(const BackingInstance&) = delete;
  BackingInstance& operator=(const BackingInstance&) = delete;

  BackingServer server() const { return server_; }
  const std::string& name() const { return place_.name; }
  std::uint16_t port() const { return place_.port; }
  /// With credentials: for the environment of a service, not for a log.
  const std::string& url() const { return place_.url; }

  /// Of the latest life; paused, killed, why.
  ProcessStatus Snapshot() const;
  /// Every living process of it. Empty when all are dead.
  std::vector<ProcessInfo> Tree() const;

  /// Launches it on the same port and data. Does nothing while something of it is alive.
  Status Start();
  /// Waits until it answers a client.
  Status AwaitReady(Deadline deadline);
  /// Does it answer a client with these credentials right now? A round trip.
  bool Answers(Deadline deadline);

  /// Begins an orderly stop, which lets nobody finish: clients lose their connections.
  void Stop(std::string because);
  /// SIGKILL to the whole tree. PostgreSQL's processes have sessions of their own and outlive their
  /// parent; this reaches them.
  void Kill(std::string because);
  /// Waits until nothing of it is alive.
  bool AwaitGone(Deadline deadline);
  /// SIGSTOP to the whole tree: connections stay open and nobody answers on them. Returns when all
  /// stand still.
  Status Pause(std::string because);
  Status Continue(std::string because);
  /// Stops it if it is alive, starts it and waits until it is ready.
  Status Restart(std::string because, Deadline deadline);

 protected:
  BackingInstance(Rig& rig, BackingServer server, BackingPlace place);
  const BackingPlace& place() const { return place_; }
  Rig& rig() { return rig_; }

 private:
  /// Command, user, environment, readiness; called before each life.
  virtual Result<ProcessSpec> MakeSpec() = 0;
  /// What a client says first, and whether that is the answer of a server that is ready.
  virtual std::string Greeting() const = 0;
  virtual bool Accepts(std::string_view answer) const = 0;
  /// Called when a life has become ready.
  virtual Status OnReady() { return {}; }

  Error WhyItEnded() const;

  Rig& rig_;
  const BackingServer server_;
  const BackingPlace place_;
  std::unique_ptr<Instance> instance_;  // null before the first start
};

/// Prepares an instance of `server`, starts it and waits until it is ready.
Result<std::unique_ptr<BackingInstance>> LaunchBacking(Rig& rig, BackingServer server,
                                                       const BackingOptions& options = {});

}  // namespace twelve
