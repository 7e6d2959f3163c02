#include "harness/net/http_head.h"

#include <algorithm>
#include <array>

namespace twelve {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool IsTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr std::array<bool, 256> MakeTokenTable() {
  std::array<bool, 256> table{};
  for (int i = 0; i < 128; ++i) table[static_cast<std::size_t>(i)] = IsTokenChar(char(i));
  return table;
}
constexpr std::array<bool, 256> kTokenTable = MakeTokenTable();

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kTokenTable[static_cast<unsigned char>(c)];
  });
}

/// Visible characters, blanks and tabs; bytes above 127 are nobody's business but the service's.
bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes a line and its CR LF off the front. Nothing when it does not end so.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  if (end == std::string_view::npos || text.substr(end, 2) != "\r\n") return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

std::optional<HttpRefusal> ParseFields(std::string_view text, std::vector<HttpField>& fields) {
  fields.reserve(16);
  for (;;) {
    const std::optional<std::string_view> line = TakeLine(text);
    if (!line) return HttpRefusal{400, "a line of the head does not end with CR LF"};
    if (line->empty()) return std::nullopt;
    if (fields.size() >= kMaxFields) {
      return HttpRefusal{431, "the head has more than 100 fields"};
    }
    if (line->front() == ' ' || line->front() == '\t') {
      return HttpRefusal{400, "a field of the head is folded over two lines"};
    }
    const std::size_t colon = std::min(line->find(':'), line->size());
    const std::string_view name = line->substr(0, colon);
    if (colon == line->size() || !IsToken(name)) {
      return HttpRefusal{400, "a line of the head is no \"name: value\""};
    }
    const std::string_view value = Trim(line->substr(colon + 1));
    if (!IsFieldValue(value)) {
      return HttpRefusal{400, "a field of the head holds control characters"};
    }
    fields.push_back({name, value});
  }
}

std::optional<std::uint64_t> ParseLength(std::string_view value) {
  if (value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), IsDigit)) {
    return std::nullopt;
  }
  std::uint64_t length = 0;
  for (const char digit : value) length = length * 10 + static_cast<std::uint64_t>(digit - '0');
  return length;
}

/// What the fields say of body and connection.
struct Meaning {
  int lengths = 0, codings = 0, hosts = 0;
  std::optional<std::uint64_t> length;
  bool length_differs = false, length_wrong = false;
  std::string_view coding, host, expect, upgrade;
  bool close = false, keep_alive = false;
};

void ReadLength(std::string_view value, Meaning& meaning) {
  const std::optional<std::uint64_t> length = ParseLength(value);
  meaning.length_wrong = meaning.length_wrong || !length;
  meaning.length_differs = meaning.length_differs || (meaning.length && meaning.length != length);
  meaning.length = length;
  ++meaning.lengths;
}

Meaning ReadMeaning(const std::vector<HttpField>& fields) {
  Meaning meaning;
  for (const HttpField& field : fields) {
    // By length first: most fields are none of these.
    switch (field.name.size()) {
      case 4:
        if (!EqualsIgnoringCase(field.name, "host")) break;
        meaning.host = field.value;
        ++meaning.hosts;
        break;
      case 6:
        if (EqualsIgnoringCase(field.name, "expect")) meaning.expect = field.value;
        break;
      case 7:
        if (EqualsIgnoringCase(field.name, "upgrade")) meaning.upgrade = field.value;
        break;
      case 10:
        if (!EqualsIgnoringCase(field.name, "connection")) break;
        meaning.close = meaning.close || ListHas(field.value, "close");
        meaning.keep_alive = meaning.keep_alive || ListHas(field.value, "keep-alive");
        break;
      case 14:
        if (EqualsIgnoringCase(field.name, "content-length")) ReadLength(field.value, meaning);
        break;
      case 17:
        if (!EqualsIgnoringCase(field.name, "transfer-encoding")) break;
        meaning.coding = field.value;
        ++meaning.codings;
        break;
      default:
        break;
    }
  }
  return meaning;
}

std::optional<HttpRefusal> ReadRequestLine(std::string_view line, HttpRequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return HttpRefusal{400, "it begins with no request line"};
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (!IsToken(head.method)) return HttpRefusal{400, "the method is no word"};
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || !IsDigit(version[5]) ||
      version[6] != '.' || !IsDigit(version[7])) {
    return HttpRefusal{400, "the request line does not end with the version of HTTP"};
  }
  if (version[5] != '1') return HttpRefusal{505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  head.minor = version[7] == '0' ? 0 : 1;
  const bool visible = std::all_of(head.target.begin(), head.target.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7f;
  });
  if (head.target.empty() || !visible) {
    return HttpRefusal{400, "the target of the request is empty or holds control characters"};
  }
  return std::nullopt;
}

std::optional<HttpRefusal> ReadRequestFraming(const Meaning& meaning, HttpRequestHead& head) {
  if (meaning.lengths > 1) return HttpRefusal{400, "it has more than one Content-Length"};
  if (meaning.length_wrong) return HttpRefusal{400, "its Content-Length is no number"};
  if (meaning.codings > 0 && meaning.lengths > 0) {
    return HttpRefusal{400, "it has both a Content-Length and a Transfer-Encoding"};
  }
  if (meaning.codings > 0) {
    if (head.minor == 0) return HttpRefusal{400, "HTTP/1.0 knows no Transfer-Encoding"};
    if (meaning.codings > 1 || !EqualsIgnoringCase(meaning.coding, "chunked")) {
      return HttpRefusal{501, "the only Transfer-Encoding that is understood is chunked"};
    }
    head.framing.kind = HttpFraming::Kind::kChunked;
  } else if (meaning.length.value_or(0) > 0) {
    head.framing = {HttpFraming::Kind::kLength, *meaning.length};
  }
  return std::nullopt;
}

HttpRefusal AsBadGateway(HttpRefusal refusal) {
  refusal.status = 502;
  return refusal;
}

std::optional<HttpRefusal> ReadResponseFraming(const Meaning& meaning, bool to_head,
                                               HttpResponseHead& head) {
  if (meaning.length_wrong || meaning.length_differs) {
    return HttpRefusal{502, "its Content-Length is no number, or two different ones"};
  }
  if (meaning.codings > 0 && meaning.lengths > 0) {
    return HttpRefusal{502, "it has both a Content-Length and a Transfer-Encoding"};
  }
  if (meaning.codings > 1 ||
      (meaning.codings == 1 && !EqualsIgnoringCase(meaning.coding, "chunked"))) {
    return HttpRefusal{502, "its Transfer-Encoding is not chunked"};
  }
  // RFC 9112, 6.3: these have no body, whatever their fields say.
  if (to_head || head.status < 200 || head.status == 204 || head.status == 304) return std::nullopt;
  if (meaning.codings > 0) {
    head.framing.kind = HttpFraming::Kind::kChunked;
  } else if (!meaning.length) {
    head.framing.kind = HttpFraming::Kind::kUntilEnd;
  } else if (*meaning.length > 0) {
    head.framing = {HttpFraming::Kind::kLength, *meaning.length};
  }
  return std::nullopt;
}

}  // namespace

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return Lower(a) == b; });
}

bool ListHas(std::string_view list, std::string_view lower) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (EqualsIgnoringCase(Trim(list.substr(0, comma)), lower)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::optional<std::string_view> FindField(const std::vector<HttpField>& fields,
                                          std::string_view lower_name) {
  for (const HttpField& field : fields) {
    if (EqualsIgnoringCase(field.name, lower_name)) return field.value;
  }
  return std::nullopt;
}

bool IsHopByHop(std::string_view name, std::string_view connection) {
  static constexpr std::string_view kNames[] = {"connection", "keep-alive", "proxy-connection",
                                                "te",         "trailer",    "upgrade"};
  const auto is = [&](std::string_view hop) { return EqualsIgnoringCase(name, hop); };
  if (std::any_of(std::begin(kNames), std::end(kNames), is)) return true;
  if (connection.empty()) return false;
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  // How the body is counted is nothing that a sender may take away.
  return lower != "content-length" && lower != "transfer-encoding" && lower != "host" &&
         ListHas(connection, lower);
}

bool IsIdempotent(std::string_view method) {
  static constexpr std::string_view kMethods[] = {"GET",    "HEAD",    "PUT",
                                                  "DELETE", "OPTIONS", "TRACE"};
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

std::optional<std::size_t> HeadEnd(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end != std::string_view::npos) return end + 4;
  // A head whose lines end otherwise is found out by parsing it.
  const std::size_t bare = bytes.find("\n\n");
  return bare == std::string_view::npos ? std::nullopt : std::optional(bare + 2);
}

std::variant<HttpRequestHead, HttpRefusal> ParseRequestHead(std::string_view text) {
  HttpRequestHead head;
  const std::optional<std::string_view> line = TakeLine(text);
  if (!line) return HttpRefusal{400, "its first line does not end with CR LF"};
  if (auto refusal = ReadRequestLine(*line, head)) return *refusal;
  if (auto refusal = ParseFields(text, head.fields)) return *refusal;
  const Meaning meaning = ReadMeaning(head.fields);
  if (auto refusal = ReadRequestFraming(meaning, head)) return *refusal;
  if (meaning.hosts > 1 || (meaning.hosts == 0 && head.minor >= 1)) {
    return HttpRefusal{400, "it needs exactly one Host"};
  }
  head.host = meaning.host;
  head.keep_alive = !meaning.close && (head.minor >= 1 || meaning.keep_alive);
  head.upgrade = meaning.upgrade;
  if (!meaning.expect.empty() && head.minor >= 1) {
    if (!EqualsIgnoringCase(meaning.expect, "100-continue")) {
      return HttpRefusal{417, "the only expectation that is understood is 100-continue"};
    }
    head.expects_continue = true;
  }
  return head;
}

std::variant<HttpResponseHead, HttpRefusal> ParseResponseHead(std::string_view text, bool to_head) {
  HttpResponseHead head;
  const std::optional<std::string_view> line = TakeLine(text);
  if (!line) return HttpRefusal{502, "its first line does not end with CR LF"};
  const bool http1 = line->size() >= 12 && line->substr(0, 7) == "HTTP/1." && IsDigit((*line)[7]) &&
                     (*line)[8] == ' ' && (*line)[9] >= '1' && (*line)[9] <= '9' &&
                     IsDigit((*line)[10]) && IsDigit((*line)[11]) &&
                     (line->size() == 12 || (*line)[12] == ' ') && IsFieldValue(*line);
  if (!http1) return HttpRefusal{502, "it does not begin with an HTTP/1 status line"};
  head.minor = (*line)[7] == '0' ? 0 : 1;
  head.status = ((*line)[9] - '0') * 100 + ((*line)[10] - '0') * 10 + ((*line)[11] - '0');
  head.reason = line->size() > 13 ? line->substr(13) : std::string_view();
  if (auto refusal = ParseFields(text, head.fields)) return AsBadGateway(std::move(*refusal));
  const Meaning meaning = ReadMeaning(head.fields);
  if (auto refusal = ReadResponseFraming(meaning, to_head, head)) return *refusal;
  head.keep_alive = !meaning.close && (head.minor >= 1 || meaning.keep_alive) &&
                    head.framing.kind != HttpFraming::Kind::kUntilEnd;
  return head;
}

}  // namespace twelve
