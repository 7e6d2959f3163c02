#include "factors/10_dev_prod_parity/parts/adapter_choice.h"

#include <filesystem>
#include <system_error>

namespace twelve {

std::string SchemeAdapterChoice::DatabaseUrl(const std::string& configured,
                                             const std::string& /*environment_name*/) const {
  return configured;
}

std::string EnvironmentAdapterChoice::DatabaseUrl(const std::string& configured,
                                                  const std::string& environment_name) const {
  if (environment_name != "development") return configured;
  std::error_code problem;
  const std::filesystem::path here = std::filesystem::current_path(problem);
  return "sqlite://" + (here / "development.sqlite3").string();
}

}  // namespace twelve
