#pragma once

#include <functional>
#include <string>

#include "harness/base/result.h"

namespace twelve {

/// Computes one task of the process pool. Threads: one.
using PoolFunction = std::function<Result<std::string>(const std::string& task)>;

/// The other side of ProcessPool: answers one task after the other until the input ends. When it
/// ends while something is computed, the parent is gone, nobody waits for the answer any more, and
/// the process ends there and then: no orphan goes on computing.
///
/// Threads: the caller's computes; one more reads.
/// Errors:  none: an answer that cannot be written means that the parent is gone.
void RunPoolChild(int input, int output, const PoolFunction& compute);

/// What the reference service computes, for the pool: {"rounds": N} is N rounds of FNV-1a over the
/// eight bytes of the last value, and its answer {"hash": "16 hexadecimal digits"}. It stands for
/// any work that needs a processor and nothing else.
Result<std::string> ComputeHash(const std::string& task);

}  // namespace twelve
