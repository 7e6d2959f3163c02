#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "factors/04_backing_services/judge.h"
#include "factors/lab/lab.h"
#include "factors/scene.h"

namespace twelve::backing_services {

/// Asks web, and notes what it said and how long that took.
///
/// Threads: the experiment's.
/// Owns:    the notes. The lab must outlive it.
/// Errors:  an answer without a status.
class Prober {
 public:
  explicit Prober(Lab& lab) : lab_(lab) {}

  /// One request to web.1. `patience` is when to give up.
  Answered Ask(const HttpAsk& ask, Duration patience);
  /// Asks again and again while the answer is 503 or none, until `limit` is over. The last answer,
  /// with the time of all of them.
  Answered AskUntilServed(const HttpAsk& ask, Duration limit);

  /// Stores an item in the database; its id, or empty with `said`.
  std::string StoreItem(Answered& said);
  /// Stores a session in the cache; its id, or empty with `said`.
  std::string StoreSession(Answered& said);

  /// Looks at what web says of its backing services.
  void LookAtWires(Duration patience);
  const std::vector<Wires::Wire>& wires() const { return wires_; }

  TablePanel DrawNotes() const;
  void Forget();

  std::uint16_t port() const;

 private:
  Answered Note(const HttpAsk& ask, const HttpAnswer& answer);

  Lab& lab_;
  int items_ = 0;
  std::vector<Wires::Wire> wires_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<Mark> marks_;  // of the answer in each row
};

}  // namespace twelve::backing_services
