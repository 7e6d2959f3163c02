#include "harness/backing/redis_instance.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "harness/backing/installed_program.h"

namespace twelve {
namespace {

/// A word of redis.conf.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string Configuration(const BackingPlace& place, const Credentials& who, bool durable) {
  std::string text;
  text += "bind 127.0.0.1\n";
  text += fmt::format("port {}\n", place.port);
  text += fmt::format("dir {}\n", Quoted(place.directory));
  text += "daemonize no\nlogfile \"\"\nsave \"\"\n";
  // With "no" the file is written before the answer too; it is the wait for the disk that is left
  // out, so the kernel has what a killed server had acknowledged.
  text += fmt::format("appendonly yes\nappendfsync {}\n", durable ? "always" : "no");
  // Nobody comes in as "default", but it keeps its rights: Redis reads its file again as this user,
  // and leaves out every transaction and script that this user may not run.
  if (who.user != "default") text += "user default off ~* &* +@all\n";
  text += fmt::format("user {} on ~* &* +@all {}\n", Quoted(who.user), Quoted(">" + who.password));
  return text;
}

/// RESP, what Redis speaks: an array of strings.
std::string Request(std::initializer_list<std::string_view> words) {
  std::string text = fmt::format("*{}\r\n", words.size());
  for (const std::string_view word : words) {
    text += fmt::format("${}\r\n{}\r\n", word.size(), word);
  }
  return text;
}

Status CheckWords(const Credentials& who) {
  if (who.user.find(' ') != std::string::npos) {
    return InvalidError("A user of Redis may have no blank in its name; choose another.");
  }
  const bool number =
      who.database.size() <= 2 && std::all_of(who.database.begin(), who.database.end(),
                                              [](char c) { return c >= '0' && c <= '9'; });
  if (!number || std::stoi(who.database) > 15) {
    return InvalidError(fmt::format(
        "\"{}\" is no database of Redis: they are numbers from 0 to 15.", who.database));
  }
  return {};
}

}  // namespace

RedisInstance::RedisInstance(Rig& rig, BackingPlace place, Credentials credentials,
                             ServiceAccount account, std::string program)
    : BackingInstance(rig, BackingServer::kRedis, std::move(place)),
      credentials_(std::move(credentials)),
      account_(account),
      program_(std::move(program)) {}

Result<std::unique_ptr<BackingInstance>> RedisInstance::Prepare(Rig& rig,
                                                                const BackingOptions& options) {
  const std::string program = FindProgram("redis-server");
  if (program.empty()) {
    return Error{ErrorCode::kNotFound,
                 "There is no redis-server on this machine; install the Debian package "
                 "redis-server.",
                 {},
                 0};
  }
  auto who = ChooseCredentials(options, "0");
  if (!who) return who.error();
  if (const Status good = CheckWords(*who); !good) return good.error();
  const auto account = ServiceAccount::Choose();
  if (!account) return account.error();
  const auto port = rig.LeasePort();
  if (!port) return port.error();
  auto directory = rig.MakeDirectory("redis");
  if (!directory) return directory.error();
  BackingPlace place{fmt::format("redis.{}", *port), *port, std::move(directory).value(),
                     BackingUrlOf("redis", *who, *port)};
  const std::string file = place.directory + "/redis.conf";
  std::ofstream(file) << Configuration(place, *who, options.durable);
  if (::chmod(file.c_str(), 0600) != 0) {
    return SystemError("cannot write " + file, "chmod", errno);
  }
  for (const std::string& path : {place.directory, file}) {
    if (const Status given = account->Give(path); !given) return given.error();
  }
  return std::unique_ptr<BackingInstance>(
      new RedisInstance(rig, std::move(place), std::move(who).value(), *account, program));
}

Result<ProcessSpec> RedisInstance::MakeSpec() {
  ProcessSpec spec = account_.Program({program_, place().directory + "/redis.conf"});
  spec.directory = place().directory;
  spec.readiness = ReadyOnLog{"Ready to accept connections"};
  return spec;
}

std::string RedisInstance::Greeting() const {
  return Request({"AUTH", credentials_.user, credentials_.password}) + Request({"PING"});
}

bool RedisInstance::Accepts(std::string_view answer) const {
  return answer.starts_with("+OK\r\n+PONG\r\n");
}

}  // namespace twelve
