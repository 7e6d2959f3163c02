#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve doctor [--json]`: what this machine lets Twelve measure.
void AddDoctorCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
