#pragma once

#include <string>
#include <string_view>

#include "harness/load/load_plan.h"

namespace twelve {

/// Where a load goes: "http://127.0.0.1:8000/path?query", "127.0.0.1:8000/path", ":8000".
struct LoadUrl {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string path = "/";
};
/// kInvalid for https, which the generator does not speak, and for names, which are not looked up.
Result<LoadUrl> ParseLoadUrl(std::string_view text);

/// Reads the text of a plan (JSON, comments allowed) into `plan`; what it does not name stays as it
/// is. kInvalid names the field that is wrong or unknown.
///
///   {"arrivals": "poisson", "connections": 64, "timeout": "10s",
///    "phases": [{"rate": 100, "for": "10s"}, {"from": 100, "to": 1000, "for": "30s"}],
///    "requests": [{"name": "read", "weight": 9, "path": "/"},
///                 {"weight": 1, "method": "POST", "path": "/api/v1/items",
///                  "headers": {"Content-Type": "application/json"}, "body": "{}"}]}
Status ReadLoadPlan(std::string_view text, LoadPlan& plan);

}  // namespace twelve
