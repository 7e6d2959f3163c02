#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace twelve {

/// Only the kinds that some caller branches on.
enum class ErrorCode {
  kInvalid,      // the user's input is wrong; the message says where and what to do
  kNotFound,     // a program, file or process is not there
  kDenied,       // the system or a rule of ours forbids it
  kBusy,         // taken: a port, a lock
  kTimeout,      // the deadline passed
  kClosed,       // the other side is gone
  kUnsupported,  // this machine cannot do it
  kSystem,       // a system call failed for any other reason
};

/// Why something did not work. `message` is one sentence that a user may read;
/// `call` names the failing system call or is empty; `sys_errno` is its errno or 0.
struct Error {
  ErrorCode code = ErrorCode::kSystem;
  std::string message;
  std::string call;
  int sys_errno = 0;
};

/// An Error for a system call that just failed: "MESSAGE: strerror (call)".
/// ENOENT, EACCES, EPERM, EADDRINUSE, ETIMEDOUT, ECONNREFUSED and EPIPE choose the code.
Error SystemError(std::string message, std::string call, int sys_errno);

inline Error InvalidError(std::string message) {
  return {ErrorCode::kInvalid, std::move(message), {}, 0};
}

/// A T or an Error, never empty.
/// REQUIRES: ok() before value(), !ok() before error(); anything else ends the program.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace twelve
