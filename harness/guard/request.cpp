#include "harness/guard/request.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace twelve::guard {
namespace {

bool ReadExactly(int fd, void* into, size_t size) {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t got = recv(fd, at, size, 0);
    if (got == 0 || (got < 0 && errno != EINTR)) return false;
    if (got < 0) continue;
    at += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

/// Takes NUL-terminated strings off a block, one after the other.
class Strings {
 public:
  Strings(char* begin, size_t size) : at_(begin), end_(begin + size) {}

  char* Next() {
    auto* nul = static_cast<char*>(std::memchr(at_, '\0', static_cast<size_t>(end_ - at_)));
    if (nul == nullptr) return nullptr;
    char* text = at_;
    at_ = nul + 1;
    return text;
  }
  /// A null-terminated array of the next `count` strings, null when they are not there.
  char** Array(size_t count) {
    auto** array = static_cast<char**>(std::calloc(count + 1, sizeof(char*)));
    for (size_t i = 0; array != nullptr && i < count; ++i) {
      array[i] = Next();
      if (array[i] == nullptr) return nullptr;
    }
    return array;
  }

 private:
  char* at_;
  char* end_;
};

}  // namespace

bool ReadRequest(int fd, Request* request) {
  RequestHeader& header = request->header;
  if (!ReadExactly(fd, &header, sizeof header) || header.magic != kMagic) return false;
  auto* payload = static_cast<char*>(std::malloc(header.payload_bytes + size_t{1}));
  if (payload == nullptr || !ReadExactly(fd, payload, header.payload_bytes)) return false;
  Strings strings(payload, header.payload_bytes);
  request->directory = strings.Next();
  request->argv = strings.Array(header.arguments);
  request->environment = strings.Array(header.variables);
  request->read_only_paths = strings.Array(header.read_only_paths);
  request->directories_to_remove = strings.Array(header.directories_to_remove);
  return request->directory != nullptr && request->argv != nullptr && header.arguments > 0 &&
         request->environment != nullptr && request->read_only_paths != nullptr &&
         request->directories_to_remove != nullptr;
}

}  // namespace twelve::guard
