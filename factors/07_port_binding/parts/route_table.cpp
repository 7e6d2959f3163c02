#include "factors/07_port_binding/parts/route_table.h"

namespace twelve {
namespace {

template <typename Text>
std::vector<Text> Segments(std::string_view path) {
  std::vector<Text> segments;
  std::size_t from = path.substr(0, 1) == "/" ? 1 : 0;
  for (;;) {
    const std::size_t slash = path.find('/', from);
    segments.emplace_back(path.substr(from, slash == path.npos ? path.npos : slash - from));
    if (slash == path.npos) return segments;
    from = slash + 1;
  }
}

bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path,
             std::vector<std::string>& captures) {
  captures.clear();
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].starts_with('{') && !path[i].empty()) {
      captures.emplace_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

RouteTable::RouteTable(std::vector<HttpRoute> routes) {
  for (HttpRoute& route : routes) {
    std::vector<std::string> segments = Segments<std::string>(route.pattern);
    rows_.push_back({std::move(route), std::move(segments)});
  }
}

RouteTable::Match RouteTable::Find(std::string_view method, std::string_view path) const {
  const std::vector<std::string_view> segments = Segments<std::string_view>(path);
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  Match match;
  for (const Row& row : rows_) {
    if (!Matches(row.segments, segments, match.captures)) continue;
    if (row.route.method == wanted) {
      match.route = &row.route;
      return match;
    }
    match.allowed += (match.allowed.empty() ? "" : ", ") + row.route.method;
  }
  return match;
}

}  // namespace twelve
