#pragma once

#include <string>

namespace twelve {

/// Which URL stands for the database once the configuration has been read.
///
/// Threads: main only.
class AdapterChoice {
 public:
  virtual ~AdapterChoice() = default;
  virtual std::string DatabaseUrl(const std::string& configured,
                                  const std::string& environment_name) const = 0;
};

/// Factor X: the scheme of the URL chooses the adapter, so that every environment can use every
/// store and no code runs in production alone.
class SchemeAdapterChoice final : public AdapterChoice {
 public:
  std::string DatabaseUrl(const std::string& configured,
                          const std::string& environment_name) const override;
};

/// Violation of factor X, "dev-uses-sqlite": an environment that is called "development" keeps its
/// data in development.sqlite3, here; whatever is tested there is not what runs elsewhere.
class EnvironmentAdapterChoice final : public AdapterChoice {
 public:
  std::string DatabaseUrl(const std::string& configured,
                          const std::string& environment_name) const override;
};

}  // namespace twelve
