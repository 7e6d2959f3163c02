#include <cctype>
#include <charconv>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>

#include "harness/os/process_host.h"

namespace twelve {
namespace {

constexpr int kLastSignal = 64;  // SIGRTMAX as the kernel counts

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

}  // namespace

std::string SignalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

std::string Describe(const ExitStatus& status) {
  if (!status.signalled) return "exit " + std::to_string(status.code);
  return SignalName(status.code) + (status.core ? ", core dumped" : "");
}

Result<int> ParseSignal(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0 &&
      number <= kLastSignal) {
    return number;
  }
  std::string name = Upper(text);
  if (name.starts_with("SIG")) name.erase(0, 3);
  for (int signal = 1; signal <= kLastSignal && !name.empty(); ++signal) {
    const char* known = sigabbrev_np(signal);
    if (known != nullptr && name == known) return signal;
  }
  return InvalidError("\"" + std::string(text) +
                      "\" is not a signal; write a name such as TERM or a number from 1 to 64");
}

}  // namespace twelve
