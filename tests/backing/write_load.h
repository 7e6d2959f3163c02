#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/rig/rig.h"

namespace twelve {

enum class Write { kSession, kItem, kJob };
inline constexpr std::size_t kWrites = 3;

/// Clients that write without end, a few at a time, and remember what was acknowledged to them:
/// sessions, items and jobs, each with a text that no other has. A job that was not acknowledged is
/// asked for again under the same key; a session or item is not, because that would make two. One
/// more client asks /ready all the time.
///
/// Usage: call Pump in the predicate of every Rig::WaitUntil.
/// Threads: the rig's user.
class WriteLoad {
 public:
  WriteLoad(Rig& rig, std::uint16_t port);

  void Pump();
  /// Begins nothing more; Idle once what was begun has its answer.
  void Finish() { finishing_ = true; }
  bool Idle() const;

  struct Counts {
    std::uint64_t acknowledged = 0, refused = 0;  // refused: no answer in time, or no 2xx
  };
  Counts counts(Write write) const { return counts_[static_cast<std::size_t>(write)]; }

  /// Session id to its text.
  const std::map<std::string, std::string>& sessions() const { return sessions_; }
  const std::vector<std::string>& items() const { return items_; }  // names
  const std::vector<std::string>& jobs() const { return jobs_; }    // idempotency keys

  struct Probe {
    TimePoint begun, done;
    int status = 0;  // 0: no answer
  };
  const std::vector<Probe>& probes() const { return probes_; }

 private:
  struct Client {
    bool probes = false;
    Write write = Write::kSession;
    std::string text;  // of what is being written
    std::unique_ptr<Connection> connection;
    TimePoint begun, next;
  };
  void Begin(Client& client);
  void Look(Client& client);
  void Take(Client& client, const HttpAnswer& answer);

  Rig& rig_;
  const std::uint16_t port_;
  std::vector<Client> clients_;
  bool finishing_ = false;
  int written_ = 0;
  std::array<Counts, kWrites> counts_{};
  std::map<std::string, std::string> sessions_;
  std::vector<std::string> items_, jobs_;
  std::vector<Probe> probes_;
};

}  // namespace twelve
