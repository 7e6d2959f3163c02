#pragma once

#include <memory>
#include <ostream>
#include <string>

namespace twelve {

/// Where the storage of one test is: empty at first, gone with this. Named without what it takes
/// to start a server, so that the tests of a storage need to know nothing of that.
class StorageHome {
 public:
  virtual ~StorageHome() = default;
  virtual std::string url() const = 0;
};

struct StorageHomeMaker {
  const char* name;
  /// Null where the server cannot be had; then `why` says what is missing.
  std::unique_ptr<StorageHome> (*make)(std::string& why);
  const char* tears = nullptr;  // why readers may see half an object there
};
inline void PrintTo(const StorageHomeMaker& maker, std::ostream* out) {
  *out << maker.name;
}

}  // namespace twelve
