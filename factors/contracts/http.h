#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.h"

namespace twelve {

/// What a handler gets to see of a request. The body is complete and within the server's limit.
struct HttpRequest {
  std::string method;
  std::string path;                          // percent-decoded, without the query
  std::map<std::string, std::string> query;  // the first value of each name
  std::string body;
  std::vector<std::string> captures;  // what stood for each {name} of the route's pattern
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

/// One endpoint. Each part hands its routes to the service as a list; GET answers HEAD too.
struct HttpRoute {
  std::string method;
  std::string pattern;  // "/api/v1/sessions/{id}": a {name} stands for one segment of the path
  HttpHandler handler;
};

/// What remains of a request once it has been answered.
struct RequestRecord {
  std::string request_id;
  std::string trace_id;
  std::string method;  // empty when the request could not be read
  std::string path;
  std::string route;  // the pattern that matched; empty for none
  int status = 0;
  Duration took{};    // from the first byte of the request to the last byte of the answer
  std::string error;  // what a handler threw; empty for none
};
using RequestObserver = std::function<void(const RequestRecord&)>;

}  // namespace twelve
