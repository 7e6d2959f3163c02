#pragma once

#include <memory>
#include <string>
#include <thread>

#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/contracts/port_binder.h"

namespace twelve {

/// Violations of factor VII: ways to bind a port that somebody has shipped. Most wrap the binder
/// that does the work.

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

/// "bind-loopback": serves on 127.0.0.1 alone, as development servers do. In a container nobody
/// outside of it can connect.
class LoopbackPortBinder final : public PortBinder {
 public:
  explicit LoopbackPortBinder(std::unique_ptr<PortBinder> binder) : binder_(std::move(binder)) {}
  Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override;

 private:
  std::unique_ptr<PortBinder> binder_;
};

/// "no-reuseaddr": connections of the process before keep the port for a minute after its end, so
/// that a restart finds it taken.
class WaitingPortBinder final : public TcpPortBinder {
 protected:
  void SetOptions(int /*listener*/) const override {}
};

/// "debug-port": opens a second port, 9229, on which it answers as the inspector of Node does.
/// Whoever reaches that port can do what the process can.
class DebugPortBinder final : public PortBinder {
 public:
  static constexpr std::uint16_t kPort = 9229;
  explicit DebugPortBinder(std::unique_ptr<PortBinder> binder) : binder_(std::move(binder)) {}
  ~DebugPortBinder() override;
  Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override;

 private:
  void Answer() const;

  std::unique_ptr<PortBinder> binder_;
  UniqueFd stop_;
  UniqueFd debugger_;
  std::thread thread_;
};

}  // namespace twelve
