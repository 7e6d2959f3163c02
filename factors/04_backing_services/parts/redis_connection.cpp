#include "factors/04_backing_services/parts/redis_connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/time.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "factors/04_backing_services/parts/backing_url.h"

namespace twelve {
namespace {

constexpr std::uint16_t kDefaultPort = 6379;

struct ReplyDeleter {
  void operator()(void* reply) const { ::freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, ReplyDeleter>;

struct ContextDeleter {
  void operator()(redisContext* context) const { ::redisFree(context); }
};

timeval ToTimeval(Duration duration) {
  const auto us = std::max<std::int64_t>(
      1, std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
  return {us / 1'000'000, us % 1'000'000};
}

RedisValue ToValue(const redisReply& reply) {
  RedisValue value;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      value.kind = RedisValue::Kind::kNumber;
      value.number = reply.integer;
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      value.kind =
          reply.type == REDIS_REPLY_ERROR ? RedisValue::Kind::kError : RedisValue::Kind::kText;
      value.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ARRAY:
      value.kind = RedisValue::Kind::kList;
      for (std::size_t i = 0; i < reply.elements; ++i) {
        value.items.push_back(ToValue(*reply.element[i]));
      }
      break;
    default:
      break;
  }
  return value;
}

Error RefusalError(const std::string& place, const std::string& text) {
  const auto begins = [&text](std::string_view word) { return text.starts_with(word); };
  ErrorCode code = ErrorCode::kSystem;
  if (begins("NOAUTH") || begins("WRONGPASS") || begins("NOPERM") || begins("ERR AUTH") ||
      begins("ERR invalid password")) {
    code = ErrorCode::kDenied;
  } else if (begins("LOADING") || begins("BUSY ")) {
    code = ErrorCode::kBusy;
  }
  return {code, fmt::format("Redis at {} refuses: {}", place, text), "redis", 0};
}

Error LostError(const std::string& place, const redisContext& context, int sys_errno) {
  const bool io = context.err == REDIS_ERR_IO;
  // EAGAIN is how a socket with a time limit says that it is over.
  if (io && (sys_errno == EAGAIN || sys_errno == ETIMEDOUT || sys_errno == EINPROGRESS)) {
    return {ErrorCode::kTimeout, fmt::format("Redis at {} does not answer in time", place), "redis",
            sys_errno};
  }
  const bool protocol = context.err == REDIS_ERR_PROTOCOL;
  return {protocol ? ErrorCode::kSystem : ErrorCode::kClosed,
          fmt::format("Redis at {} is not reachable: {}", place, context.errstr), "redis",
          io ? sys_errno : 0};
}

}  // namespace

std::string RedisLocation::Place() const {
  return BackingUrl{"redis", {}, {}, host, port, fmt::format("/{}", database), {}}.Place(port);
}

Result<RedisLocation> ParseRedisUrl(const std::string& url) {
  Result<BackingUrl> parsed = ParseBackingUrl(url);
  if (!parsed) return parsed.error();
  if (parsed->scheme != "redis") return InvalidError("must begin with redis://");
  if (!parsed->options.empty()) return InvalidError("has options after ?, and none are known");
  RedisLocation location{parsed->user, parsed->password, parsed->host,
                         parsed->port == 0 ? kDefaultPort : parsed->port, 0};
  if (parsed->path.size() > 1) {
    const char* begin = parsed->path.data() + 1;
    const char* end = parsed->path.data() + parsed->path.size();
    const auto [stop, error] = std::from_chars(begin, end, location.database);
    if (error != std::errc() || stop != end || location.database < 0) {
      return InvalidError("has a path that is no number of a Redis database, such as /0");
    }
  }
  return location;
}

/// One connection, lent to one thread at a time.
class RedisConnections::Link {
 public:
  static Result<std::unique_ptr<Link>> Open(const RedisLocation& location, const std::string& place,
                                            Duration timeout) {
    errno = 0;
    std::unique_ptr<redisContext, ContextDeleter> context(
        ::redisConnectWithTimeout(location.host.c_str(), location.port, ToTimeval(timeout)));
    const int sys_errno = errno;
    if (!context) return SystemError("cannot connect to Redis", "redisConnect", ENOMEM);
    if (context->err != 0) return LostError(place, *context, sys_errno);
    ::fcntl(context->fd, F_SETFD, FD_CLOEXEC);
    return std::unique_ptr<Link>(new Link(std::move(context), place));
  }

  /// A connection that nobody uses has nothing to read: when there is, it is the end of it.
  bool LooksAlive() const {
    pollfd wait{context_->fd, POLLIN, 0};
    return ::poll(&wait, 1, 0) == 0;
  }
  bool broken() const { return context_->err != 0 || demoted_; }

  Result<RedisValue> Run(const std::vector<std::string>& words, Duration timeout) {
    std::vector<const char*> starts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
      starts.push_back(word.data());
      sizes.push_back(word.size());
    }
    if (timeout != timeout_ && ::redisSetTimeout(context_.get(), ToTimeval(timeout)) == REDIS_OK) {
      timeout_ = timeout;
    }
    errno = 0;
    const Reply reply(static_cast<redisReply*>(::redisCommandArgv(
        context_.get(), static_cast<int>(words.size()), starts.data(), sizes.data())));
    const int sys_errno = errno;
    if (!reply) return LostError(place_, *context_, sys_errno);
    if (reply->type == REDIS_REPLY_ERROR) {
      std::string text(reply->str, reply->len);
      // After a failover the name leads to the new master, but this connection to the old one.
      demoted_ = text.starts_with("READONLY");
      return RefusalError(place_, text);
    }
    return ToValue(*reply);
  }

 private:
  Link(std::unique_ptr<redisContext, ContextDeleter> context, const std::string& place)
      : context_(std::move(context)), place_(place) {}

  const std::unique_ptr<redisContext, ContextDeleter> context_;
  const std::string& place_;  // of the RedisConnections that owns it
  Duration timeout_{};
  bool demoted_ = false;
};

RedisConnections::RedisConnections(RedisLocation location, const BackingOptions& options,
                                   const Clock& clock)
    : location_(std::move(location)),
      place_(location_.Place()),
      answer_timeout_(options.statement_timeout),
      clock_(clock),
      pool_(
          place_, {1, options.pool_most, options.pool_wait, options.connect_timeout},
          [this](Duration timeout) { return Open(Deadline::After(clock_, timeout)); }, clock) {}

RedisConnections::~RedisConnections() = default;

Status RedisConnections::Connect(Duration timeout) {
  return pool_.Connect(timeout);
}

void RedisConnections::Disconnect() {
  pool_.Disconnect();
}

std::vector<BackingFigure> RedisConnections::Figures() const {
  return pool_.Figures();
}

Result<std::unique_ptr<RedisConnections::Link>> RedisConnections::Open(Deadline deadline) const {
  Result<std::unique_ptr<Link>> link = Link::Open(location_, place_, deadline.Left(clock_));
  if (!link) return link;
  std::vector<std::vector<std::string>> greetings;
  if (!location_.password.empty()) {
    // Redis reads AUTH with an empty user as a user whose name is empty, whom it does not know.
    greetings.push_back(location_.user.empty()
                            ? std::vector<std::string>{"AUTH", location_.password}
                            : std::vector<std::string>{"AUTH", location_.user, location_.password});
  }
  // Also for database 0: a server that hangs accepts connections, but answers nothing.
  greetings.push_back({"SELECT", std::to_string(location_.database)});
  for (const std::vector<std::string>& words : greetings) {
    const Result<RedisValue> answer = link.value()->Run(words, deadline.Left(clock_));
    if (!answer) return answer.error();
  }
  return link;
}

Result<RedisValue> RedisConnections::Run(const std::vector<std::string>& words) {
  return RunWaiting(words, Duration::zero());
}

Result<RedisValue> RedisConnections::RunWaiting(const std::vector<std::string>& words,
                                                Duration patience) {
  const auto link = pool_.Take();
  if (!link) return link.error();
  return (*link)->Run(words, answer_timeout_ + patience);
}

Status RedisConnections::Check(Duration timeout) {
  const Deadline deadline = Deadline::After(clock_, timeout);
  const auto link = pool_.Take(timeout);
  if (!link) return link.error();
  const Result<RedisValue> pong = (*link)->Run({"PING"}, deadline.Left(clock_));
  return pong ? Status() : pong.error();
}

}  // namespace twelve
