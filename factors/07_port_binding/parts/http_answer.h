#pragma once

#include <string>
#include <string_view>

#include "factors/contracts/http.h"

namespace twelve {

/// Puts an answer together as HTTP/1.1 sends it, so that it leaves in one piece.
///
///   HttpAnswer answer(response);
///   answer.Add("Connection", "close");
///   stream.write(answer.Finish(to_head));
///
/// Threads: one. `response` must outlive it.
/// Errors:  a header that could end the header, or change where the body ends, is left out.
class HttpAnswer {
 public:
  /// The status line and the headers of the handler.
  explicit HttpAnswer(const HttpResponse& response);

  void Add(std::string_view name, std::string_view value);
  /// All of it; an answer to HEAD tells the length of the body and leaves it out.
  std::string Finish(bool to_head);

 private:
  const HttpResponse& response_;
  std::string bytes_;
};

}  // namespace twelve
