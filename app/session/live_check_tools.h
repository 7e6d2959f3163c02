#pragma once

#include <string>

#include "app/session/check_session.h"

namespace twelve {

/// What a path or a line stands for: a directory, a Procfile or a twelve.json that exists, else the
/// line that starts the service, in the working directory. PATH comes from this program.
Result<Target> TargetFromText(const std::string& text);

/// The real machine. Errors: the programs of this build are not beside this one.
Result<CheckTools> LiveCheckTools(const Clock& clock);

}  // namespace twelve
