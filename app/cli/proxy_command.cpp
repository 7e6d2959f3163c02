#include "app/cli/proxy_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/input_lines.h"
#include "app/cli/interruption.h"
#include "harness/conformance/engine.h"
#include "harness/net/quantity.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kTellEvery = std::chrono::seconds(1);

struct ProxyOptions {
  std::string to;
  std::uint16_t listen = 0;
  std::vector<std::string> faults;
  bool allow_external = false, json = false, handshake = false;
};

int Complain(int exit_code, const std::string& message) {
  fmt::print(stderr, "twelve proxy: {}\n", message);
  return exit_code;
}

std::string FaultText(const ActiveFault& active) {
  return fmt::format("#{} {} (hit {}, spared {})", active.id, ToString(active.fault), active.hit,
                     active.spared);
}

/// Bytes that may be anything, as one readable word.
std::string Readable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text +=
        byte > ' ' && byte < 0x7f && c != '\\' ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return text;
}

Json ToJson(const ProxiedFlow& flow, bool handshake) {
  Json json = {{"received", flow.received},
               {"delivered", flow.delivered},
               {"dropped", flow.dropped},
               {"waiting", flow.waiting},
               {"ended", flow.ended}};
  if (handshake) json["first_bytes"] = Readable(flow.first_bytes);
  return json;
}

Json ToJson(const ProxySnapshot& snapshot, bool handshake) {
  Json faults = Json::array(), connections = Json::array();
  for (const ActiveFault& active : snapshot.faults) {
    faults.push_back(Json{{"id", active.id},
                          {"fault", ToString(active.fault)},
                          {"hit", active.hit},
                          {"spared", active.spared}});
  }
  for (const auto* list : {&snapshot.closed, &snapshot.open}) {
    for (const ProxiedConnectionState& state : *list) {
      connections.push_back(Json{{"id", state.id},
                                 {"client_port", state.client_port},
                                 {"end", std::string(ToString(state.end))},
                                 {"faults", state.faults},
                                 {"to_server", ToJson(state.to_server, handshake)},
                                 {"to_client", ToJson(state.to_client, handshake)}});
    }
  }
  return Json{{"event", "state"},
              {"port", snapshot.port},
              {"target", EndpointText(snapshot.target)},
              {"listening", snapshot.listening},
              {"problem", snapshot.problem},
              {"accepted", snapshot.accepted},
              {"failed_connects", snapshot.failed_connects},
              {"open", snapshot.open.size()},
              {"bytes_to_server", snapshot.bytes_to_server},
              {"bytes_to_client", snapshot.bytes_to_client},
              {"faults", faults},
              {"connections", connections}};
}

/// What one run of the command does and says.
class ProxySession {
 public:
  ProxySession(const ProxyOptions& options, FaultProxy& proxy) : options_(options), proxy_(proxy) {}

  void Begin() {
    const auto snapshot = proxy_.Snapshot();
    if (options_.json) {
      Print(Json{{"event", "listening"},
                 {"address", fmt::format("127.0.0.1:{}", proxy_.port())},
                 {"target", EndpointText(snapshot->target)}});
    } else {
      fmt::print("127.0.0.1:{} leads to {}. Type a fault, or help; Ctrl-C ends it.\n",
                 proxy_.port(), EndpointText(snapshot->target));
    }
    last_ = snapshot;
    std::fflush(stdout);
  }

  /// False: the user wants to end.
  bool Do(const std::string& line) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos) return true;
    const std::string text = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    if (text == "quit" || text == "exit") return false;
    if (text == "help") {
      Say(fmt::format("{}\nclear, remove N, faults, connections, quit", FaultHelp()));
    } else if (text == "clear") {
      proxy_.Clear();
      Say("no faults");
    } else if (text == "faults") {
      SayFaults();
    } else if (text == "connections") {
      Table(*proxy_.Snapshot());
    } else if (text.starts_with("remove ")) {
      const auto id = static_cast<FaultId>(std::atoll(text.c_str() + 7));
      Say(proxy_.Remove(id) ? fmt::format("#{} is gone", id)
                            : fmt::format("there is no fault #{}", id));
    } else {
      AddFault(text);
    }
    std::fflush(stdout);
    return true;
  }

  void Tell() {
    const auto snapshot = proxy_.Snapshot();
    const ProxySnapshot& s = *snapshot;
    if (options_.json) {
      Print(ToJson(s, options_.handshake));
    } else if (s.accepted != last_->accepted || s.open.size() != last_->open.size() ||
               s.bytes_to_server != last_->bytes_to_server ||
               s.bytes_to_client != last_->bytes_to_client) {
      const double seconds = std::max(1e-3, ToSeconds(s.taken - last_->taken));
      fmt::print(
          "{} open, {} accepted; to the server {}/s, to the client {}/s{}\n", s.open.size(),
          s.accepted,
          BytesText(static_cast<double>(s.bytes_to_server - last_->bytes_to_server) / seconds),
          BytesText(static_cast<double>(s.bytes_to_client - last_->bytes_to_client) / seconds),
          s.problem.empty() ? "" : "; " + s.problem);
    }
    last_ = snapshot;
    std::fflush(stdout);
  }

  void End() {
    const auto snapshot = proxy_.Snapshot();
    if (options_.json) {
      Print(ToJson(*snapshot, options_.handshake));
    } else {
      Table(*snapshot);
    }
  }

 private:
  static void Print(const Json& json) {
    fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  void Say(const std::string& text) const {
    if (options_.json) {
      Print(Json{{"event", "said"}, {"text", text}});
    } else {
      fmt::print("{}\n", text);
    }
  }

  void AddFault(const std::string& text) {
    const auto fault = ParseFault(text);
    if (!fault) return Say(fault.error().message);
    const auto id = proxy_.Add(*fault);
    Say(id ? fmt::format("#{} {}", *id, ToString(*fault)) : id.error().message);
  }

  void SayFaults() const {
    const auto snapshot = proxy_.Snapshot();
    std::string text;
    for (const ActiveFault& active : snapshot->faults) {
      text += (text.empty() ? "" : "\n") + FaultText(active);
    }
    Say(text.empty() ? "no faults" : text);
  }

  void Table(const ProxySnapshot& s) const {
    if (options_.json) return Print(ToJson(s, options_.handshake));
    fmt::print("{} connections, {} to the server, {} to the client, {} not taken by the server\n",
               s.accepted, BytesText(static_cast<double>(s.bytes_to_server)),
               BytesText(static_cast<double>(s.bytes_to_client)), s.failed_connects);
    fmt::print("  {:>6} {:>6}  {:>10}  {:>10}  {}\n", "number", "client", "to server", "to client",
               "end");
    for (const auto* list : {&s.closed, &s.open}) {
      const std::size_t skipped = list->size() - std::min<std::size_t>(list->size(), 20);
      for (std::size_t i = skipped; i < list->size(); ++i) {
        const ProxiedConnectionState& c = (*list)[i];
        fmt::print("  {:>6} {:>6}  {:>10}  {:>10}  {}{}\n", c.id, c.client_port,
                   BytesText(static_cast<double>(c.to_server.delivered)),
                   BytesText(static_cast<double>(c.to_client.delivered)), ToString(c.end),
                   options_.handshake ? "  " + Readable(c.to_server.first_bytes.substr(0, 32))
                                      : std::string());
      }
    }
  }

  const ProxyOptions& options_;
  FaultProxy& proxy_;
  std::shared_ptr<const ProxySnapshot> last_;
};

int RunProxy(const ProxyOptions& options) {
  ProxyPlan plan;
  const auto target = ParseEndpoint(options.to);
  if (!target) return Complain(kExitUsage, "--to: " + target.error().message);
  plan.target = *target;
  plan.listen.port = options.listen;
  plan.allow_external = options.allow_external;
  if (Status valid = Validate(plan); !valid) return Complain(kExitUsage, valid.error().message);
  std::vector<Fault> faults;
  for (const std::string& text : options.faults) {
    auto fault = ParseFault(text);
    if (!fault) return Complain(kExitUsage, "--fault: " + fault.error().message);
    faults.push_back(*fault);
  }
  const SystemClock clock;
  const Interruption interruption(clock);
  LiveRigOptions rig_options;
  rig_options.clock = &clock;
  rig_options.cancelled = [&interruption] { return interruption.requested(); };
  const auto rig = LiveRig::Create(std::move(rig_options));
  if (!rig) return Complain(kExitBroken, rig.error().message);
  const auto proxy = (*rig)->StartProxy(plan);
  if (!proxy) return Complain(kExitBroken, proxy.error().message);
  ProxySession session(options, **proxy);
  for (const Fault& fault : faults) (void)(*proxy)->Add(fault);
  session.Begin();
  InputLines input(clock, STDIN_FILENO);
  std::optional<std::string> line;
  for (TimePoint tell = clock.Now() + kTellEvery;;) {
    const bool spoken =
        (*rig)->WaitUntil([&] { return (line = input.Next()).has_value(); }, Deadline(tell));
    if (interruption.requested() || (spoken && !session.Do(*line))) break;
    if (spoken) continue;
    session.Tell();
    tell += kTellEvery;
  }
  session.End();
  return 0;
}

}  // namespace

void AddProxyCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ProxyOptions>();
  CLI::App* command =
      app.add_subcommand("proxy", "Stand between a client and a server, and make the way go wrong");
  command->add_option("--to", options->to, "The server: HOST:PORT, with HOST a number")->required();
  command->add_option("--listen", options->listen, "Port of this side; a free one unless given");
  command->add_option("--fault", options->faults, "A fault from the begin; may be given again")
      ->allow_extra_args(false);
  command->add_flag("--handshake", options->handshake,
                    "Show the first bytes of each connection; they may hold a password");
  command->add_flag("--allow-external", options->allow_external,
                    "Allow a server that is not on this machine");
  command->add_flag("--json", options->json, "One JSON object a second, and one for each event");
  command->footer(fmt::format(
      "Faults, on standard input while it runs, or by --fault:\n{}\n"
      "Other words: clear, remove N, faults, connections, help, quit.\n"
      "Example: twelve proxy --to 127.0.0.1:5432 --listen 15432 --fault 'latency 100ms'",
      FaultHelp()));
  command->callback([options, &exit_code] { exit_code = RunProxy(*options); });
}

}  // namespace twelve
