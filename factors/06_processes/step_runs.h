#pragma once

#include <string>

#include "factors/06_processes/judge.h"
#include "factors/06_processes/visitor.h"
#include "factors/lab/lab.h"

namespace twelve::processes {

/// Where to ask this process; port 0 when there is none of this name.
Place PlaceOf(const Deploy& web, const std::string& process);

// What each step does and measures. They leave three web processes behind, all ready.
KillFacts KillHers(Lab& lab, Visitor& ada);
PinnedFacts Pin(Lab& lab, Visitor& ada);
RestartFacts ReplaceAll(Lab& lab, Visitor& ada);
ReaderFacts ReadElsewhere(Lab& lab, Visitor& ada);
SavedFacts SaveAndKill(Lab& lab, Visitor& ada);
UploadFacts Upload(Lab& lab, Visitor& ada);

}  // namespace twelve::processes
