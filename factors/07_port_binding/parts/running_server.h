#pragma once

#include <string>
#include <utility>
#include <vector>

#include "factors/07_port_binding/parts/http_server.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/contracts/log_context.h"
#include "harness/base/mutex.h"

namespace twelve {

/// For tests: a server on a free port of 127.0.0.1 with a few routes, and what it said of each
/// request.
class RunningServer {
 public:
  explicit RunningServer(ServerLimits limits = {},
                         decltype(ServerOptions::trace) trace = MakeTraceContext) {
    ServerOptions options{limits, {{"X-Release-Id", "v7"}}, trace};
    server = std::make_unique<HttpServer>(
        std::move(options), Routes(),
        [this](const RequestRecord& record) {
          MutexLock lock(mutex_);
          records_.push_back(record);
        },
        drain, clock_);
    Result<BoundPort> bound = TcpPortBinder().Bind("127.0.0.1", 0);
    port = bound->port;
    server->Start(std::move(bound->listener));
  }

  ~RunningServer() {
    OpenGate();
    server.reset();  // before what its requests use
  }

  /// Ends the server, so that no record can be added.
  std::vector<RequestRecord> TakeRecords() {
    server.reset();
    MutexLock lock(mutex_);
    return std::move(records_);
  }

  /// For GET /gate: they wait here until the test opens it.
  void OpenGate() {
    MutexLock lock(mutex_);
    gate_open_ = true;
    gate_opened_.NotifyAll();
  }
  void WaitUntilSomebodyIsAtTheGate() {
    MutexLock lock(mutex_);
    while (at_gate_ == 0) at_gate_changed_.Wait(mutex_);
  }

  DrainState drain;
  std::uint16_t port = 0;
  std::unique_ptr<HttpServer> server;

 private:
  std::vector<HttpRoute> Routes() {
    return {
        {"GET", "/hello",
         [](const HttpRequest&) {
           return HttpResponse{200, "\"hello\""};
         }},
        {"GET", "/empty", [](const HttpRequest&) { return HttpResponse{204}; }},
        {"GET", "/big",
         [](const HttpRequest&) {
           return HttpResponse{200, std::string(3'000'000, 'b')};
         }},
        {"POST", "/echo",
         [](const HttpRequest& request) {
           return HttpResponse{200, request.body, "text/plain"};
         }},
        {"GET", "/query",
         [](const HttpRequest& request) {
           return HttpResponse{200, request.query.at("q")};
         }},
        {"GET", "/throw",
         [](const HttpRequest&) -> HttpResponse {
           throw std::runtime_error("db password=hunter2");
         }},
        {"GET", "/seen", WhatItSees},
        {"GET", "/gate",
         [this](const HttpRequest&) {
           MutexLock lock(mutex_);
           ++at_gate_;
           at_gate_changed_.NotifyAll();
           while (!gate_open_) gate_opened_.Wait(mutex_);
           return HttpResponse{200, "\"through\""};
         }},
    };
  }

  static HttpResponse WhatItSees(const HttpRequest& request) {
    const LogContext* context = LogContextScope::Current();
    std::string text;
    text.append("request_id=").append(request.request_id).append("\n");
    text.append("trace_id=").append(request.trace_id).append("\n");
    text.append("traceparent=").append(request.traceparent).append("\n");
    text.append("tracestate=").append(request.tracestate).append("\n");
    text.append("key=").append(request.headers.Get("X-Api-Key")).append("\n");
    text.append("remote=").append(request.headers.Get("REMOTE_ADDR")).append("\n");
    text.append("context=").append(context->trace_id + " " + context->request_id).append("\n");
    return {200, text, "text/plain"};
  }

  SystemClock clock_;
  Mutex mutex_;
  CondVar gate_opened_;
  CondVar at_gate_changed_;
  bool gate_open_ TWELVE_GUARDED_BY(mutex_) = false;
  int at_gate_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::vector<RequestRecord> records_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve
