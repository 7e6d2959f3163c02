#pragma once

#include <memory>
#include <ostream>
#include <string>

namespace twelve {

/// Where the queue of one test is. Named without what it takes to start a server, so that the
/// tests of a queue need to know nothing of that.
class QueueHome {
 public:
  virtual ~QueueHome() = default;
  virtual std::string url() const = 0;
};

struct QueueHomeMaker {
  const char* name;
  std::unique_ptr<QueueHome> (*make)();
};
inline void PrintTo(const QueueHomeMaker& maker, std::ostream* out) {
  *out << maker.name;
}

}  // namespace twelve
