#include "harness/base/unique_fd.h"

#include <unistd.h>

namespace twelve {

void UniqueFd::Reset() {
  // EINTR is not retried: Linux has freed the number already, and it may be somebody else's by now.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace twelve
