#pragma once

#include <memory>
#include <string>

namespace twelve {

/// s3rver, an S3-compatible store, with one empty bucket: a program that nobody here wrote. npm
/// installs it into the build tree when it is not there yet.
///
/// Threads: one.
/// Owns:    the server, which ends with this.
class S3Server {
 public:
  virtual ~S3Server() = default;
  virtual std::string url() const = 0;
  virtual void Kill() = 0;   // SIGKILL; returns when nothing of it is alive
  virtual void Start() = 0;  // on the same port and data; returns when it answers
};

/// Null where it cannot be had; then `why` says what is missing.
std::unique_ptr<S3Server> StartS3Server(std::string& why);

}  // namespace twelve
