#include "factors/06_processes/parts/process_info.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "factors/contracts/random_id.h"

namespace twelve {

std::vector<HttpRoute> ProcessRoutes(std::string process_type, std::string release_id,
                                     const Clock& clock) {
  const auto started_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock.WallNow().time_since_epoch())
          .count();
  const nlohmann::ordered_json fixed = {{"process_id", RandomHex<16>()},
                                        {"process_type", std::move(process_type)},
                                        {"pid", ::getpid()},
                                        {"release", std::move(release_id)},
                                        {"started_ms", started_ms}};
  const TimePoint start = clock.Now();
  return {{"GET",
           "/api/v1/process",
           [fixed, start, &clock](const HttpRequest&) {
             nlohmann::ordered_json json = fixed;
             json["uptime_seconds"] = ToSeconds(clock.Now() - start);
             return HttpResponse{
                 200, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
           },
           {.summary = "Which of the equal processes answers"}}};
}

}  // namespace twelve
