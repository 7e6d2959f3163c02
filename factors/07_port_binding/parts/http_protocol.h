#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "factors/07_port_binding/parts/connection_stream.h"
#include "factors/07_port_binding/parts/server_options.h"
#include "factors/contracts/http.h"

namespace twelve {

/// Reads one request from a connection, lets its route answer, and writes the answer. The grammar
/// of HTTP is cpp-httplib's; what a request may cost, and what its client learns of a failure, is
/// decided here.
///
/// Threads: any, a connection each.
/// Errors:  become answers: 4xx for what the client got wrong, 500 without any detail for an
///          exception of a handler, which is in the record instead.
class HttpProtocol {
 public:
  /// `must_close` is asked as each answer is written: true adds "Connection: close".
  HttpProtocol(ServerOptions options, std::vector<HttpRoute> routes,
               std::function<bool()> must_close, const Clock& clock);
  ~HttpProtocol();
  HttpProtocol(const HttpProtocol&) = delete;
  HttpProtocol& operator=(const HttpProtocol&) = delete;

  struct Outcome {
    RequestRecord record;
    bool answered = false;
    bool keep_open = false;
  };
  Outcome ServeOne(ConnectionStream& stream) const;

 private:
  class Library;
  const Clock& clock_;
  std::unique_ptr<Library> library_;
};

}  // namespace twelve
