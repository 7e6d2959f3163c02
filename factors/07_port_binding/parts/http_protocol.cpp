#include "factors/07_port_binding/parts/http_protocol.h"

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <exception>
#include <optional>

#include "factors/07_port_binding/parts/route_table.h"
#include "factors/07_port_binding/parts/trace_context.h"
#include "factors/contracts/log_context.h"

namespace twelve {
namespace {

/// One request on its way through the library.
struct Exchange {
  ConnectionStream& stream;
  TraceContext trace;
  RequestRecord record;
  bool head_was_read = false;
  int refusal = 0;  // a status that the request deserves before any route sees it
  bool close = false;
};

// The library's callbacks get the request and the response and no place for anything else. A
// request is served by one thread from its first byte to its last.
thread_local Exchange* current_exchange = nullptr;

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool IsNumber(const std::string& text) {
  return !text.empty() && text.size() <= 18 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

bool HasBody(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") &&
          request.get_header_value("Content-Length") != "0");
}

bool ReadsBody(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

/// The library adds these to every header, as if the client had sent them.
bool IsOfLibrary(std::string_view name) {
  return name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
         name == "LOCAL_PORT";
}

/// All values of a header that may come in several, as the one list that they are.
std::string Joined(const httplib::Request& request, const std::string& name) {
  std::string all;
  const auto [first, last] = request.headers.equal_range(name);
  for (auto it = first; it != last; ++it) all += (it == first ? "" : ",") + it->second;
  return all;
}

std::string TypeName(const std::exception& exception) {
  int problem = 0;
  char* const name = abi::__cxa_demangle(typeid(exception).name(), nullptr, nullptr, &problem);
  const std::string text = problem == 0 ? name : typeid(exception).name();
  std::free(name);
  return text;
}

/// The status for a body whose extent is in doubt, or that is too large or of a kind that nobody
/// here reads; 0 for none. A body that two parties measure differently lets one client write
/// another's request.
int RefusalFor(const httplib::Request& request, std::size_t max_body_bytes) {
  const std::size_t lengths = request.get_header_value_count("Content-Length");
  const std::size_t encodings = request.get_header_value_count("Transfer-Encoding");
  if (lengths + encodings > 1) return 400;
  if (encodings == 1 &&
      !EqualsIgnoringCase(request.get_header_value("Transfer-Encoding"), "chunked")) {
    return 400;
  }
  if (lengths == 1) {
    const std::string length = request.get_header_value("Content-Length");
    if (!IsNumber(length)) return 400;
    if (std::stoull(length) > max_body_bytes) return 413;
  }
  if (HasBody(request) && !ReadsBody(request.method)) return 400;
  if (HasBody(request) && request.is_multipart_form_data()) return 415;
  return 0;
}

}  // namespace

/// The library, opened where it lets a subclass in: process_request reads and answers one request
/// on any stream.
class HttpProtocol::Library final : public httplib::Server {
 public:
  Library(ServerOptions options, std::vector<HttpRoute> routes, std::function<bool()> must_close)
      : options_(std::move(options)),
        routes_(std::move(routes)),
        must_close_(std::move(must_close)) {
    // Routes without a body are answered here, the others once their body has been read.
    set_pre_routing_handler([this](const Request& request, Response& response) {
      if (current_exchange->refusal != 0) {
        response.status = current_exchange->refusal;
        return HandlerResponse::Handled;
      }
      if (ReadsBody(request.method)) return HandlerResponse::Unhandled;
      Answer(request, {}, response);
      return HandlerResponse::Handled;
    });
    const HandlerWithContentReader with_body = [this](const Request& request, Response& response,
                                                      const httplib::ContentReader& reader) {
      ReadAndAnswer(request, response, reader);
    };
    Post(".*", with_body).Put(".*", with_body).Patch(".*", with_body).Delete(".*", with_body);
    set_expect_100_continue_handler([](const Request&, Response& response) {
      const int refusal = current_exchange->refusal;
      if (refusal != 0) response.status = refusal;
      return refusal != 0 ? refusal : 100;
    });
    set_exception_handler([](const Request&, Response& response, const std::exception_ptr&) {
      response.status = 500;
      current_exchange->close = true;
    });
    set_error_handler([](const Request&, Response& response) { DescribeError(response); });
    set_post_routing_handler([this](const Request&, Response& response) { Finish(response); });
  }

  void Serve(Exchange& exchange) {
    current_exchange = &exchange;
    exchange.stream.Allow(options_.limits.header_deadline, options_.limits.max_header_bytes);
    bool client_closes = false;
    const bool complete =
        process_request(exchange.stream, false, client_closes,
                        [this, &exchange](Request& request) { ReadHead(request, exchange); });
    current_exchange = nullptr;
    if (!complete || client_closes) exchange.close = true;
    RefuseUnreadable(exchange);
    if (!exchange.stream.Flush()) exchange.close = true;
  }

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;

  void ReadHead(Request& request, Exchange& exchange) const {
    exchange.head_was_read = true;
    exchange.record.method = request.method;
    exchange.record.path = request.path;
    exchange.trace =
        options_.trace(request.get_header_value("X-Request-Id"),
                       request.get_header_value("traceparent"), Joined(request, "tracestate"));
    exchange.refusal = RefusalFor(request, options_.limits.max_body_bytes);
    exchange.close = exchange.refusal != 0 || request.version == "HTTP/1.0" ||
                     EqualsIgnoringCase(request.get_header_value("Connection"), "close");
    request.ranges.clear();  // no answer here is a file
    // Chunked framing may cost a multiple of what it carries; the body itself is counted where it
    // is read.
    exchange.stream.Allow(options_.limits.body_deadline, 8 * options_.limits.max_body_bytes);
  }

  void ReadAndAnswer(const Request& request, Response& response,
                     const httplib::ContentReader& reader) const {
    std::string body;
    if (HasBody(request)) {
      bool too_large = false;
      const bool complete = reader([&](const char* bytes, std::size_t count) {
        too_large = body.size() + count > options_.limits.max_body_bytes;
        if (!too_large) body.append(bytes, count);
        return !too_large;
      });
      if (!complete) {
        response.status = too_large ? 413 : 400;
        current_exchange->close = true;
        return;
      }
    }
    Answer(request, std::move(body), response);
  }

  void Answer(const Request& request, std::string body, Response& response) const {
    RouteTable::Match match = routes_.Find(request.method, request.path);
    if (match.route == nullptr) {
      response.status = match.allowed.empty() ? 404 : 405;
      if (!match.allowed.empty()) response.set_header("Allow", match.allowed);
      return;
    }
    current_exchange->record.route = match.route->pattern;
    HttpRequest plain = Plain(request);
    plain.body = std::move(body);
    plain.captures = std::move(match.captures);
    HttpResponse answer = CallHandler(*match.route, plain);
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.set_header(name, value);
    if (answer.body.empty()) return;
    response.body = std::move(answer.body);
    response.set_header("Content-Type", answer.content_type);
  }

  static HttpRequest Plain(const Request& request) {
    const TraceContext& trace = current_exchange->trace;
    HttpRequest plain;
    plain.method = request.method;
    plain.path = request.path;
    for (const auto& [name, value] : request.params) plain.query.emplace(name, value);
    for (const auto& [name, value] : request.headers) {
      if (!IsOfLibrary(name)) plain.headers.Add(name, value);
    }
    plain.request_id = trace.request_id;
    plain.trace_id = trace.trace_id;
    plain.traceparent = trace.Traceparent();
    plain.tracestate = trace.state;
    return plain;
  }

  static HttpResponse CallHandler(const HttpRoute& route, const HttpRequest& request) {
    const LogContextScope scope({request.trace_id, request.request_id, {}});
    try {
      return route.handler(request);
    } catch (const std::exception& exception) {
      current_exchange->record.error = exception.what();
      current_exchange->record.error_type = TypeName(exception);
    } catch (...) {
      current_exchange->record.error = "an exception of an unknown type";
      current_exchange->record.error_type = "unknown";
    }
    return {500};
  }

  /// For every answer from 400 on: corrects the status by what the stream knows, and gives the
  /// answer a body when its route gave none.
  static void DescribeError(Response& response) {
    const ConnectionStream::Fault fault = current_exchange->stream.fault();
    if (fault == ConnectionStream::Fault::kTimeout) response.status = 408;
    if (fault == ConnectionStream::Fault::kTooLarge) {
      response.status = current_exchange->head_was_read ? 413 : 431;
    }
    if (!response.body.empty()) return;
    const char* why = "the request cannot be answered";
    switch (response.status) {
      case 400:
        why = "the request is malformed";
        break;
      case 404:
        why = "there is nothing at this path";
        break;
      case 405:
        why = "this path does not have this method";
        break;
      case 408:
        why = "the request took too long to arrive";
        break;
      case 413:
        why = "the body is too large";
        break;
      case 415:
        why = "this kind of body is not read here";
        break;
      case 431:
        why = "the header is too large";
        break;
      case 500:
        why = "the service failed; its events say how";
        break;
      default:
        break;
    }
    response.set_content(fmt::format("{{\"error\":\"{}\"}}", why), "application/json");
  }

  void Finish(Response& response) const {
    Exchange& exchange = *current_exchange;
    if (!exchange.head_was_read) exchange.trace = MakeTraceContext({}, {});
    exchange.close = exchange.close || !exchange.head_was_read ||
                     exchange.stream.fault() != ConnectionStream::Fault::kNone || must_close_();
    for (const auto& [name, value] : options_.headers) response.set_header(name, value);
    response.headers.erase("X-Request-Id");
    response.set_header("X-Request-Id", exchange.trace.request_id);
    response.set_header("traceparent", exchange.trace.Traceparent());
    if (!exchange.trace.state.empty()) response.set_header("tracestate", exchange.trace.state);
    response.headers.erase("Keep-Alive");
    response.headers.erase("Connection");
    response.set_header("Connection", exchange.close ? "close" : "keep-alive");
    if (response.status == 204) response.headers.erase("Content-Length");
    exchange.record.status = response.status;
  }

  /// The library says nothing to a client whose request line never came to its end.
  static void RefuseUnreadable(Exchange& exchange) {
    ConnectionStream& stream = exchange.stream;
    const bool late = stream.fault() == ConnectionStream::Fault::kTimeout;
    const bool large = stream.fault() == ConnectionStream::Fault::kTooLarge;
    if (exchange.record.status != 0 || stream.taken() == 0 || !(late || large)) return;
    exchange.record.status = late ? 408 : 431;
    const std::string answer =
        fmt::format("HTTP/1.1 {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    late ? "408 Request Timeout" : "431 Request Header Fields Too Large");
    stream.write(answer.data(), answer.size());
  }

  const ServerOptions options_;
  const RouteTable routes_;
  const std::function<bool()> must_close_;
};

HttpProtocol::HttpProtocol(ServerOptions options, std::vector<HttpRoute> routes,
                           std::function<bool()> must_close, const Clock& clock)
    : clock_(clock),
      library_(std::make_unique<Library>(std::move(options), std::move(routes),
                                         std::move(must_close))) {}

HttpProtocol::~HttpProtocol() = default;

HttpProtocol::Outcome HttpProtocol::ServeOne(ConnectionStream& stream) const {
  const TimePoint start = clock_.Now();
  Exchange exchange{stream, {}, {}, false, 0, false};
  library_->Serve(exchange);
  Outcome outcome{std::move(exchange.record), exchange.record.status != 0, !exchange.close};
  outcome.record.request_id = exchange.trace.request_id;
  outcome.record.trace_id = exchange.trace.trace_id;
  outcome.record.took = clock_.Now() - start;
  return outcome;
}

}  // namespace twelve

// The packaged library was built without ThreadSanitizer, which therefore does not see that its
// function-local statics are initialised once, under a guard.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TWELVE_THREAD_SANITIZER
#endif
#elif defined(__SANITIZE_THREAD__)
#define TWELVE_THREAD_SANITIZER
#endif
#if defined(TWELVE_THREAD_SANITIZER)
extern "C" const char* __tsan_default_suppressions();   // NOLINT: the sanitizer's name
extern "C" const char* __tsan_default_suppressions() {  // NOLINT
  return "called_from_lib:libcpp-httplib.so\n";
}
#endif
