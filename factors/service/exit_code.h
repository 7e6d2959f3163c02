#pragma once

namespace twelve {

/// How twelve-service ends, after sysexits.h. --help lists them.
inline constexpr int kExitTaskFailed = 1;    // an admin task did not do what it should
inline constexpr int kExitUsage = 64;        // the command line is wrong
inline constexpr int kExitUnavailable = 69;  // the port or the database cannot be had
inline constexpr int kExitConfig = 78;       // the environment holds no valid configuration

}  // namespace twelve
