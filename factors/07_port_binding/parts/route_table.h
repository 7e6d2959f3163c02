#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// Finds the route of a request. Threads: any, once it is made.
class RouteTable {
 public:
  explicit RouteTable(std::vector<HttpRoute> routes);

  struct Match {
    const HttpRoute* route = nullptr;  // null: no such path, or not with this method
    std::vector<std::string> captures;
    std::string allowed;  // with a null route: the methods that the path has, "GET, PUT"
  };
  Match Find(std::string_view method, std::string_view path) const;

 private:
  struct Row {
    HttpRoute route;
    std::vector<std::string> segments;  // of the pattern
  };
  std::vector<Row> rows_;
};

}  // namespace twelve
