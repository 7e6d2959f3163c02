#pragma once

#include <string>

namespace twelve {

/// What `psql` or `redis-cli` print for one command, without the last newline: clients that nobody
/// here wrote. Errors are part of the text.
std::string Psql(const std::string& url, const std::string& sql);
std::string RedisCli(const std::string& url, const std::string& command);

}  // namespace twelve
