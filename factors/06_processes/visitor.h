#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "factors/scene.h"
#include "harness/rig/rig.h"

namespace twelve::processes {

/// Where a request goes. A router's cookie says which process is meant.
struct Place {
  std::string process;
  std::uint16_t port = 0;
  bool through_router = false;
};

/// What one process said when it was asked for something.
struct Sight {
  std::string process;
  int status = 0;                         // 0: no answer
  std::string problem = {};               // why there is none
  std::int64_t value = -1;                // items in the cart, a quantity, bytes; -1: none of it
  std::vector<std::string> cookies = {};  // "NAME=VALUE" of each Set-Cookie
  bool found() const { return status == 200; }
};

/// Ada: a user with a session, a cart in it, an item that she keeps in stock, and an upload. She
/// asks whom she is told to ask, and notes what each process said.
///
/// Threads: the experiment's.
/// Owns:    her notes. The rig must outlive her.
/// Errors:  are sights without an answer.
class Visitor {
 public:
  static constexpr std::int64_t kCart = 2;  // items that she puts into it

  explicit Visitor(Rig& rig) : rig_(rig) {}

  /// A new session with an empty cart, and then kCart items in it. The sight of the second.
  /// Through a router, `place` becomes the process that served her.
  Sight SignIn(Place& place);
  bool signed_in() const { return !session_.empty(); }
  /// Value: items in the cart.
  Sight SeeCart(const Place& place);
  /// Value: the quantity.
  Sight PutItem(const Place& place, const std::string& id, std::int64_t quantity);
  Sight SeeItem(const Place& place, const std::string& id);
  Sight PutFile(const Place& place, const std::string& name, const std::string& bytes);
  /// Value: how many of these bytes came back; -1 when others did.
  Sight SeeFile(const Place& place, const std::string& name, const std::string& bytes);
  /// Cookies that this process sets on an answer about sessions.
  std::vector<std::string> CookiesOf(const Place& place);

  /// An id that she never used before, in no release.
  std::string NewItem();

  /// As if she had never come.
  void Forget();
  /// What processes said belongs to a release that is gone.
  void ForgetSights() { cells_.clear(); }

  Client DrawClient() const;
  /// What each process said last of the cart, the item and the upload.
  TablePanel DrawKnowledge(const std::vector<std::string>& processes) const;

 private:
  struct Cell {
    std::string text;
    Mark mark = Mark::kNone;
  };
  struct Asked {
    HttpAnswer answer;
    Sight sight;
  };
  Asked Send(const Place& place, HttpAsk ask) const;
  void Note(const std::string& request, const std::string& answer, const Sight& sight);
  void Fill(std::string_view row, const Sight& sight, const std::string& text);

  Rig& rig_;
  std::string session_;  // its id; empty before she signs in
  std::int64_t seen_items_ = 0;
  bool known_ = false;
  int items_made_ = 0;
  std::vector<Client::Line> lines_;
  std::map<std::string, std::map<std::string, Cell>, std::less<>> cells_;  // row → process
};

/// The process that a router's cookie names; empty when none does.
std::string PinOf(const Sight& sight);

}  // namespace twelve::processes
