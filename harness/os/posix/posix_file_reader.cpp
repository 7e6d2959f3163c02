#include "harness/os/posix/posix_file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "harness/base/unique_fd.h"

namespace twelve {

Result<std::string> PosixFileReader::Read(const std::string& path, std::size_t max_bytes) const {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return SystemError("cannot read " + path, "open", errno);
  struct stat found = {};
  if (fstat(fd.get(), &found) != 0) return SystemError("cannot read " + path, "fstat", errno);
  if (S_ISDIR(found.st_mode)) return InvalidError(path + " is a directory; name a file");
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("cannot read " + path, "read", errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > max_bytes) {
      return InvalidError(path + " is larger than " + std::to_string(max_bytes) +
                          " bytes; name a smaller file");
    }
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

bool PosixFileReader::Exists(const std::string& path) const {
  return access(path.c_str(), F_OK) == 0;
}

}  // namespace twelve
