#pragma once

#include <strings.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.h"

namespace twelve {

/// The header of a request.
class HttpHeaders {
 public:
  void Add(std::string name, std::string value) {
    all_.emplace_back(std::move(name), std::move(value));
  }
  /// The first value of this name, whatever its case; empty when there is none.
  std::string_view Get(std::string_view name) const {
    for (const auto& [known, value] : all_) {
      if (known.size() == name.size() && ::strncasecmp(known.data(), name.data(), name.size()) == 0)
        return value;
    }
    return {};
  }
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

/// What a handler gets to see of a request. The body is complete and within the server's limit.
struct HttpRequest {
  std::string method;
  std::string path;                          // percent-decoded, without the query
  std::map<std::string, std::string> query;  // the first value of each name
  std::string body;
  std::vector<std::string> captures;  // what stood for each {name} of the route's pattern
  HttpHeaders headers = {};
  std::string request_id = {};  // X-Request-Id of the client, or a new one
  std::string trace_id = {};    // 32 hexadecimal digits; goes on with the trace of the client
  /// W3C Trace Context for requests that this one leads to; send both on as they are.
  std::string traceparent = {};
  std::string tracestate = {};  // of the client; empty for none
};

struct HttpResponse {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// Answers one request. Threads: called from many at once. An exception that leaves it becomes a
/// 500 whose text says nothing about it.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// A {name} of a route's pattern, or else a name in its query.
struct RouteParameter {
  std::string name;
  std::string what;     // "milliseconds to wait, 0 to 60000"
  std::string example;  // one with which the route works
  bool whole_number = false;
  bool required = true;  // one in the path always is
};

/// What a client may know of a route before it asks; GET /openapi.json is made of it.
struct RouteDescription {
  std::string summary;  // one line; empty when the route has not been described
  /// Every status that its handler answers with: a test compares. The server adds its own.
  std::vector<int> statuses = {200};
  std::vector<RouteParameter> parameters = {};
  std::string body = {};  // an example of the JSON that it takes; empty when it takes none
  std::string content_type = "application/json";  // of its answers
};

/// One endpoint. Each part hands its routes to the service as a list; GET answers HEAD too.
struct HttpRoute {
  std::string method;
  std::string pattern;  // "/api/v1/sessions/{id}": a {name} stands for one segment of the path
  HttpHandler handler;
  RouteDescription description = {};
};

/// What remains of a request once it has been answered.
struct RequestRecord {
  std::string request_id;
  std::string trace_id;
  std::string method;  // empty when the request could not be read
  std::string path;
  std::string route;  // the pattern that matched; empty for none
  int status = 0;
  Duration took{};              // from the first byte of the request to the last byte of the answer
  std::string error;            // what a handler threw; empty for none
  std::string error_type = {};  // the name of its class
};
using RequestObserver = std::function<void(const RequestRecord&)>;

}  // namespace twelve
