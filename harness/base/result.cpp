#include "harness/base/result.h"

#include <cerrno>
#include <cstring>

namespace twelve {
namespace {

ErrorCode CodeFor(int sys_errno) {
  switch (sys_errno) {
    case ENOENT:
    case ESRCH:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
      return ErrorCode::kDenied;
    case EADDRINUSE:
    case EBUSY:
      return ErrorCode::kBusy;
    case ETIMEDOUT:
      return ErrorCode::kTimeout;
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:
      return ErrorCode::kClosed;
    case ENOSYS:
    case EOPNOTSUPP:
      return ErrorCode::kUnsupported;
    default:
      return ErrorCode::kSystem;
  }
}

}  // namespace

Error SystemError(std::string message, std::string call, int sys_errno) {
  message += ": ";
  message += std::strerror(sys_errno);
  if (!call.empty()) message += " (" + call + ")";
  return {CodeFor(sys_errno), std::move(message), std::move(call), sys_errno};
}

}  // namespace twelve
