#pragma once

#include "harness/process/command.h"

namespace twelve {

/// The environment that this program was started with.
Environment ShellEnvironment();

}  // namespace twelve
