#include "harness/net/fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/net/quantity.h"

namespace twelve {
namespace {

struct KindName {
  Fault::Kind kind;
  std::string_view name;
};
constexpr KindName kNames[] = {
    {Fault::Kind::kLatency, "latency"},
    {Fault::Kind::kBandwidth, "bandwidth"},
    {Fault::Kind::kStall, "stall"},
    {Fault::Kind::kDrop, "drop"},
    {Fault::Kind::kLimit, "limit"},
    {Fault::Kind::kHalfClose, "half-close"},
    {Fault::Kind::kReset, "reset"},
    {Fault::Kind::kRefuse, "refuse"},
    {Fault::Kind::kConnectTimeout, "connect-timeout"},
};

std::string_view NameOf(Fault::Kind kind) {
  for (const KindName& entry : kNames) {
    if (entry.kind == kind) return entry.name;
  }
  return "fault";
}

bool ConcernsTheListener(Fault::Kind kind) {
  return kind == Fault::Kind::kRefuse || kind == Fault::Kind::kConnectTimeout;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

template <typename T>
Status Take(Result<T> parsed, T& into) {
  if (!parsed) return parsed.error();
  into = *parsed;
  return {};
}

/// The amount that stands right after the kind.
Status TakeAmount(std::string_view word, Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::kLatency:
      return Take(ParseDuration(word), fault.latency);
    case Fault::Kind::kBandwidth:
      return Take(ParseBytes(word), fault.bytes_per_second);
    default:
      return Take(ParseBytes(word), fault.bytes);
  }
}

bool NeedsAmount(Fault::Kind kind) {
  return kind == Fault::Kind::kLatency || kind == Fault::Kind::kBandwidth ||
         kind == Fault::Kind::kLimit;
}

Status TakeOption(std::string_view name, std::string_view value, Fault& fault) {
  if (value.empty()) {
    return InvalidError(fmt::format("\"{}\" needs an amount after it", name));
  }
  if (name == "jitter") return Take(ParseDuration(value), fault.jitter);
  if (name == "after") return Take(ParseBytes(value), fault.bytes);
  if (name == "of") return Take(ParseShare(value), fault.probability);
  return Take(ParseDuration(value), fault.lasts);
}

std::string BytesWord(std::uint64_t bytes) {
  return fmt::format("{}B", bytes);
}

std::string TimeWord(Duration duration) {
  return fmt::format("{:.6g}ms", ToMs(duration));
}

}  // namespace

std::string_view FaultHelp() {
  return "latency 200ms jitter 20ms   what goes through arrives later\n"
         "bandwidth 100KB/s           so many bytes a second on each connection\n"
         "stall                       nothing moves, nothing is lost, until it is removed\n"
         "drop                        what is sent vanishes\n"
         "limit 10KB                  close after so many bytes\n"
         "half-close to-client        end one direction, keep the other\n"
         "reset [after 1KB]           RST to both sides\n"
         "refuse                      connection refused, for new connections\n"
         "connect-timeout             new connections are never answered\n"
         "Each also takes: to-client, to-server, of 50% (of the connections), for 10s.";
}

Status Validate(const Fault& fault) {
  const std::string_view name = NameOf(fault.kind);
  if (fault.kind == Fault::Kind::kLatency && fault.latency <= Duration::zero()) {
    return InvalidError("latency needs a time, such as \"latency 200ms\"");
  }
  if (fault.jitter < Duration::zero() || fault.jitter > fault.latency) {
    return InvalidError("jitter must be at most the latency, which cannot become negative");
  }
  if (fault.latency > std::chrono::minutes(10)) {
    return InvalidError("a latency may be at most ten minutes; \"stall\" holds for ever");
  }
  if (fault.kind == Fault::Kind::kBandwidth && fault.bytes_per_second == 0) {
    return InvalidError("bandwidth needs a rate above 0, such as 100KB/s; \"stall\" stops all");
  }
  if (!(fault.probability > 0 && fault.probability <= 1)) {
    return InvalidError(
        fmt::format("{} of {}: the share must be above 0 and at most 1", name, fault.probability));
  }
  if (ConcernsTheListener(fault.kind) &&
      (fault.probability < 1 || fault.flow != Fault::Flow::kBoth)) {
    return InvalidError(fmt::format(
        "{} concerns all new connections: it takes neither a direction nor a share", name));
  }
  if (fault.lasts < Duration::zero()) return InvalidError("a fault cannot last less than no time");
  return {};
}

std::string ToString(const Fault& fault) {
  std::string text(NameOf(fault.kind));
  if (fault.kind == Fault::Kind::kLatency) text += " " + TimeWord(fault.latency);
  if (fault.kind == Fault::Kind::kBandwidth) text += " " + BytesWord(fault.bytes_per_second) + "/s";
  if (fault.kind == Fault::Kind::kLimit) text += " " + BytesWord(fault.bytes);
  if (fault.kind == Fault::Kind::kReset && fault.bytes > 0) {
    text += " after " + BytesWord(fault.bytes);
  }
  if (fault.jitter > Duration::zero()) text += " jitter " + TimeWord(fault.jitter);
  if (fault.flow == Fault::Flow::kToServer) text += " to-server";
  if (fault.flow == Fault::Flow::kToClient) text += " to-client";
  if (fault.probability < 1) text += fmt::format(" of {:.4g}%", fault.probability * 100);
  if (fault.lasts > Duration::zero()) text += " for " + TimeWord(fault.lasts);
  return text;
}

Result<Fault> ParseFault(std::string_view text) {
  const std::vector<std::string_view> words = Words(text);
  Fault fault;
  const auto known = std::find_if(std::begin(kNames), std::end(kNames), [&](const KindName& entry) {
    return !words.empty() && entry.name == words[0];
  });
  if (known == std::end(kNames)) {
    return InvalidError(fmt::format(
        "\"{}\" is no fault; there are latency, bandwidth, stall, drop, limit, half-close, reset, "
        "refuse and connect-timeout",
        words.empty() ? text : words[0]));
  }
  fault.kind = known->kind;
  std::size_t next = 1;
  if (NeedsAmount(fault.kind)) {
    if (next >= words.size()) {
      return InvalidError(fmt::format("{} needs an amount after it", known->name));
    }
    if (Status taken = TakeAmount(words[next++], fault); !taken) return taken.error();
  }
  while (next < words.size()) {
    const std::string_view word = words[next++];
    if (word == "to-server" || word == "to-client") {
      fault.flow = word == "to-server" ? Fault::Flow::kToServer : Fault::Flow::kToClient;
      continue;
    }
    const bool option = word == "of" || word == "for" ||
                        (word == "jitter" && fault.kind == Fault::Kind::kLatency) ||
                        (word == "after" && fault.kind == Fault::Kind::kReset);
    if (!option) {
      return InvalidError(fmt::format("{} does not take \"{}\"", known->name, word));
    }
    const std::string_view value = next < words.size() ? words[next++] : std::string_view();
    if (Status taken = TakeOption(word, value, fault); !taken) return taken.error();
  }
  if (Status valid = Validate(fault); !valid) return valid.error();
  return fault;
}

}  // namespace twelve
