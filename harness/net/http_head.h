#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace twelve {

/// Bounds of a head. What is longer is refused before it is read to its end.
inline constexpr std::size_t kMaxHeadBytes = std::size_t{32} << 10;
inline constexpr std::size_t kMaxStartLine = std::size_t{8} << 10;
inline constexpr std::size_t kMaxFields = 100;

struct HttpField {
  std::string_view name, value;  // the value without the blanks around it
};

/// How the bytes after a head are counted.
struct HttpFraming {
  enum class Kind { kNone, kLength, kChunked, kUntilEnd } kind = Kind::kNone;
  std::uint64_t length = 0;
};

/// The head of a request. Its views point into what was parsed.
struct HttpRequestHead {
  std::string_view method, target;
  int minor = 1;  // of HTTP/1.x
  std::vector<HttpField> fields;
  HttpFraming framing;
  std::string_view host;
  bool keep_alive = true;
  bool expects_continue = false;
  std::string_view upgrade;  // the protocols that it offers; empty: none
};

/// The head of an answer. Its views point into what was parsed.
struct HttpResponseHead {
  int status = 0;
  std::string_view reason;
  int minor = 1;
  std::vector<HttpField> fields;
  HttpFraming framing;
  bool keep_alive = true;
};

/// Why a head is not passed on, and the status to say so with.
struct HttpRefusal {
  int status = 400;
  std::string why;
};

/// Where the head at the front of `bytes` ends, behind its empty line; nothing if more must come.
std::optional<std::size_t> HeadEnd(std::string_view bytes);

/// Reads a whole head, as strictly as two programs must that shall agree on where a request ends
/// (RFC 9112, 11.2: request smuggling): lines end with CR LF, names hold no blanks, no line is
/// folded, the length is said once and in one way.
std::variant<HttpRequestHead, HttpRefusal> ParseRequestHead(std::string_view head);
/// `to_head`: the request was HEAD, so no body follows. Refusals carry status 502.
std::variant<HttpResponseHead, HttpRefusal> ParseResponseHead(std::string_view head, bool to_head);

/// Whether `text` is `lower` in any case.
bool EqualsIgnoringCase(std::string_view text, std::string_view lower);
/// Whether a comma-separated list has the word, in any case.
bool ListHas(std::string_view list, std::string_view lower);
/// The first field of that name; nothing if there is none.
std::optional<std::string_view> FindField(const std::vector<HttpField>& fields,
                                          std::string_view lower_name);
/// Fields that concern one connection only and are never passed on (RFC 9110, 7.6.1). `connection`
/// is the value of the Connection field, which may name more of them.
bool IsHopByHop(std::string_view name, std::string_view connection);
/// Doing it twice is as good as doing it once (RFC 9110, 9.2.2).
bool IsIdempotent(std::string_view method);

}  // namespace twelve
