#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

// Amounts as people write them on a command line. Errors: kInvalid, with an example.

/// "250us", "200ms", "1.5s", "2m", "1h".
Result<Duration> ParseDuration(std::string_view text);
/// "1000", "64KB", "1.5MB", "1GB", with or without "/s". A KB is 1000 bytes, as in data rates.
Result<std::uint64_t> ParseBytes(std::string_view text);
/// "50%" or "0.5" as 0.5; from 0 to 1.
Result<double> ParseShare(std::string_view text);

/// "200 ms", "1.5 s".
std::string DurationText(Duration duration);
/// "512 B", "1.5 KB", "20 MB".
std::string BytesText(double bytes);

}  // namespace twelve
