#include "harness/os/posix/posix_wait.h"

#include <poll.h>

namespace twelve {

void AwaitWritable(int fd) {
  // A signal ends the wait early; the caller's write then says whether to wait again.
  pollfd wait = {fd, POLLOUT, 0};
  ::poll(&wait, 1, -1);
}

}  // namespace twelve
