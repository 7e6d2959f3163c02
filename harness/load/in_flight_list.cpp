#include "harness/load/in_flight_list.h"

namespace twelve {

void InFlightList::Add(LoadConnection& connection) {
  connection.older = newest_;
  connection.newer = nullptr;
  (newest_ != nullptr ? newest_->newer : oldest_) = &connection;
  newest_ = &connection;
}

void InFlightList::Remove(LoadConnection& connection) {
  (connection.older != nullptr ? connection.older->newer : oldest_) = connection.newer;
  (connection.newer != nullptr ? connection.newer->older : newest_) = connection.older;
  connection.older = connection.newer = nullptr;
}

}  // namespace twelve
