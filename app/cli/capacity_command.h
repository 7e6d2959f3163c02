#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve capacity`: how many instances a population of users needs, with each step of the sum,
/// and the scalability law fitted to measurements.
void AddCapacityCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
