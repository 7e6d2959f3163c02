#include "factors/07_port_binding/parts/http_protocol.h"

#include <cxxabi.h>
#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <optional>

#include "factors/07_port_binding/parts/http_answer.h"
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
  HttpHeaders headers = {};
  HttpResponse response = {0};  // 0: nobody has answered yet
  bool to_head = false;
  bool head_was_read = false;
  int refusal = 0;  // a status that the request deserves before any route sees it
  bool close = false;
};

// The library's callbacks get the request and the response and no place for anything else. A
// request is served by one thread from its first byte to its last.
thread_local Exchange* current_exchange = nullptr;

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool IsNumber(const std::string& text) {
  return !text.empty() && text.size() <= 18 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

bool HasBody(const HttpHeaders& headers) {
  const std::string_view length = headers.Get("Content-Length");
  return !headers.Get("Transfer-Encoding").empty() || (!length.empty() && length != "0");
}

bool ReadsBody(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

/// The library adds these to every header, as if the client had sent them.
bool IsOfLibrary(std::string_view name) {
  return name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
         name == "LOCAL_PORT";
}

HttpHeaders HeadersOf(const httplib::Request& request) {
  HttpHeaders headers;
  for (const auto& [name, value] : request.headers) {
    if (!IsOfLibrary(name)) headers.Add(name, value);
  }
  return headers;
}

/// All values of a header that may come in several, as the one list that they are.
std::string Joined(const HttpHeaders& headers, std::string_view wanted) {
  std::string joined;
  for (const auto& [name, value] : headers.all()) {
    if (!EqualsIgnoringCase(name, wanted)) continue;
    joined.append(joined.empty() ? "" : ",").append(value);
  }
  return joined;
}

std::size_t CountOf(const HttpHeaders& headers, std::string_view wanted) {
  return static_cast<std::size_t>(
      std::count_if(headers.all().begin(), headers.all().end(),
                    [wanted](const auto& one) { return EqualsIgnoringCase(one.first, wanted); }));
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
int RefusalFor(const httplib::Request& request, const HttpHeaders& headers,
               std::size_t max_body_bytes) {
  const std::size_t lengths = CountOf(headers, "Content-Length");
  const std::size_t encodings = CountOf(headers, "Transfer-Encoding");
  if (lengths + encodings > 1) return 400;
  if (encodings == 1 && !EqualsIgnoringCase(headers.Get("Transfer-Encoding"), "chunked")) {
    return 400;
  }
  if (lengths == 1) {
    const std::string length(headers.Get("Content-Length"));
    if (!IsNumber(length)) return 400;
    if (std::stoull(length) > max_body_bytes) return 413;
  }
  if (!HasBody(headers)) return 0;
  if (!ReadsBody(request.method)) return 400;
  return request.is_multipart_form_data() ? 415 : 0;
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
        // "true" spares the library a header about how long it keeps connections open.
        process_request(exchange.stream, true, client_closes,
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
    exchange.to_head = request.method == "HEAD";
    exchange.headers = HeadersOf(request);
    const HttpHeaders& headers = exchange.headers;
    exchange.trace = options_.trace(headers.Get("X-Request-Id"), headers.Get("traceparent"),
                                    Joined(headers, "tracestate"));
    exchange.refusal = RefusalFor(request, headers, options_.limits.max_body_bytes);
    exchange.close = exchange.refusal != 0 || request.version == "HTTP/1.0" ||
                     EqualsIgnoringCase(headers.Get("Connection"), "close");
    request.ranges.clear();  // no answer here is a file
    // Chunked framing may cost a multiple of what it carries; the body itself is counted where it
    // is read.
    exchange.stream.Allow(options_.limits.body_deadline, 8 * options_.limits.max_body_bytes);
  }

  void ReadAndAnswer(const Request& request, Response& response,
                     const httplib::ContentReader& reader) const {
    std::string body;
    if (HasBody(current_exchange->headers)) {
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
    Exchange& exchange = *current_exchange;
    RouteTable::Match match = routes_.Find(request.method, request.path);
    if (match.route == nullptr) {
      response.status = match.allowed.empty() ? 404 : 405;
      if (!match.allowed.empty()) exchange.response.headers = {{"Allow", match.allowed}};
      return;
    }
    exchange.record.route = match.route->pattern;
    HttpRequest plain{request.method, request.path, {}, std::move(body), std::move(match.captures)};
    for (const auto& [name, value] : request.params) plain.query.emplace(name, value);
    plain.headers = std::move(exchange.headers);
    plain.request_id = exchange.trace.request_id;
    plain.trace_id = exchange.trace.trace_id;
    plain.traceparent = exchange.trace.Traceparent();
    plain.tracestate = exchange.trace.state;
    exchange.response = CallHandler(*match.route, plain);
    response.status = exchange.response.status;
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
    HttpResponse& answer = current_exchange->response;
    if (answer.status != response.status) answer.body.clear();
    if (!answer.body.empty()) return;
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
    answer.body = fmt::format("{{\"error\":\"{}\"}}", why);
    answer.content_type = "application/json";
  }

  /// Writes the whole answer, and leaves nothing to the library that it could write after it.
  void Finish(const Response& response) const {
    Exchange& exchange = *current_exchange;
    if (!exchange.head_was_read) exchange.trace = MakeTraceContext({}, {});
    exchange.close = exchange.close || !exchange.head_was_read ||
                     exchange.stream.fault() != ConnectionStream::Fault::kNone || must_close_();
    exchange.record.status = exchange.response.status = response.status;
    HttpAnswer answer(exchange.response);
    for (const auto& [name, value] : options_.headers) answer.Add(name, value);
    answer.Add("X-Request-Id", exchange.trace.request_id);
    answer.Add("traceparent", exchange.trace.Traceparent());
    if (!exchange.trace.state.empty()) answer.Add("tracestate", exchange.trace.state);
    answer.Add("Connection", exchange.close ? "close" : "keep-alive");
    const std::string bytes = answer.Finish(exchange.to_head);
    exchange.stream.write(bytes.data(), bytes.size());
    exchange.stream.Mute();
  }

  /// The library says nothing to a client whose request line never came to its end.
  static void RefuseUnreadable(Exchange& exchange) {
    ConnectionStream& stream = exchange.stream;
    const bool late = stream.fault() == ConnectionStream::Fault::kTimeout;
    const bool large = stream.fault() == ConnectionStream::Fault::kTooLarge;
    if (exchange.record.status != 0 || stream.taken() == 0 || !(late || large)) return;
    exchange.record.status = late ? 408 : 431;
    const HttpResponse response{exchange.record.status};
    HttpAnswer answer(response);
    answer.Add("Connection", "close");
    const std::string bytes = answer.Finish(false);
    stream.write(bytes.data(), bytes.size());
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
  Exchange exchange{stream, {}, {}};
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
