#pragma once

#include <map>
#include <string>

namespace twelve {

/// Violations of factor VII in what PORT means. Each changes the environment before it is read.
using PortEnvironment = std::map<std::string, std::string, std::less<>>;

/// "port-nan-default": takes of PORT what atoi and sixteen bits leave of it. "abc" is 0, which is
/// any port; 70000 is 4464.
void TakePortLikeAtoi(PortEnvironment& environment);

/// "port-random-default": without PORT, serves on any port, a new one at every start.
void TakeAnyPortByDefault(PortEnvironment& environment);

}  // namespace twelve
