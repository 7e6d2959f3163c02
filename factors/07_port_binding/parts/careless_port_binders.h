#pragma once

#include <memory>
#include <string>

#include "factors/contracts/port_binder.h"

namespace twelve {

/// Violations of factor VII: three ways to bind a port that somebody has shipped. Each wraps the
/// binder that does the work.

/// "hardcode-port": binds 8080, whatever PORT says.
class HardcodedPortBinder final : public PortBinder {
 public:
  static constexpr std::uint16_t kPort = 8080;
  explicit HardcodedPortBinder(std::unique_ptr<PortBinder> binder) : binder_(std::move(binder)) {}
  Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override;

 private:
  std::unique_ptr<PortBinder> binder_;
};

/// "port-fallback": takes the next free port when PORT is taken. It runs, and no router finds it.
class FallbackPortBinder final : public PortBinder {
 public:
  explicit FallbackPortBinder(std::unique_ptr<PortBinder> binder) : binder_(std::move(binder)) {}
  Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override;

 private:
  std::unique_ptr<PortBinder> binder_;
};

/// "ignore-listen-error": takes a failure for a success. Without a listener the server has nothing
/// to wait for, and the process ends with exit code 0 as if its work were done.
class UncheckedPortBinder final : public PortBinder {
 public:
  explicit UncheckedPortBinder(std::unique_ptr<PortBinder> binder) : binder_(std::move(binder)) {}
  Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override;

 private:
  std::unique_ptr<PortBinder> binder_;
};

}  // namespace twelve
