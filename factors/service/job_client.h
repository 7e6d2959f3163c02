#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "factors/07_port_binding/parts/raw_client.h"

namespace twelve {

/// For tests: puts jobs through a web process and looks what became of them.
///
/// Threads: one.
class JobClient {
 public:
  explicit JobClient(std::uint16_t port) : port_(port) {}

  /// The id; empty when the service did not take it.
  std::string Put(const std::string& kind, const nlohmann::json& payload,
                  const std::string& key = {}) {
    nlohmann::json body = {{"kind", kind}, {"payload", payload}};
    if (!key.empty()) body["idempotency_key"] = key;
    const auto answer = Post("/api/v1/jobs", body.dump());
    if (!answer || answer->status != 202) return {};
    return nlohmann::json::parse(answer->body)["job_id"].get<std::string>();
  }

  std::optional<RawClient::Answer> Post(const std::string& path, const std::string& body,
                                        const std::string& headers = {}) {
    RawClient client(port_);
    if (!client.Send(fmt::format("POST {} HTTP/1.1\r\nConnection: close\r\n{}Content-Length: "
                                 "{}\r\n\r\n{}",
                                 path, headers, body.size(), body))) {
      return std::nullopt;
    }
    return client.Receive();
  }

  /// Null when it is not there.
  nlohmann::json Find(const std::string& id) { return Get("/api/v1/jobs/" + id); }
  nlohmann::json Depth() { return Get("/api/v1/jobs"); }
  nlohmann::json Get(const std::string& path) {
    const auto answer = RawClient(port_).Get(path, "Connection: close\r\n");
    return answer && answer->status == 200 ? nlohmann::json::parse(answer->body) : nullptr;
  }

  /// The job in this state, or as it is after 30 seconds.
  nlohmann::json WaitFor(const std::string& id, const std::string& state) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    nlohmann::json job = Find(id);
    while ((job.is_null() || job["state"] != state) && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      job = Find(id);
    }
    return job;
  }
  /// True when so many are done within `patience`.
  bool WaitForDone(std::int64_t count, std::chrono::seconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
      const nlohmann::json depth = Depth();
      if (!depth.is_null() && depth["done"] == count) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

 private:
  const std::uint16_t port_;
};

}  // namespace twelve
