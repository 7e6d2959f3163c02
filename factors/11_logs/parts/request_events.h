#pragma once

#include "factors/contracts/event_sink.h"
#include "factors/contracts/http.h"
#include "factors/contracts/termination.h"

namespace twelve {

/// Tells each request as an "http_request" event, and before it, when its handler failed, what
/// failed as an "error" event.
///
/// The level says whom it concerns. ERROR: somebody has to look (500 and what is like it). WARNING:
/// something that the service needs is away (503). INFO: all others, the client's mistakes
/// included, and the 503 of a process that has been asked to end: that one is meant.
///
/// Threads: any. What it is made with must outlive it.
class RequestEvents {
 public:
  RequestEvents(EventSink& events, const DrainState& drain) : events_(events), drain_(drain) {}

  void Observe(const RequestRecord& record) const;

 private:
  EventLevel LevelOf(int status) const;

  EventSink& events_;
  const DrainState& drain_;
};

}  // namespace twelve
