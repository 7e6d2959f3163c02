#pragma once

#include <string>

#include "harness/report/finished_report.h"

namespace twelve {

/// TAP that readers of version 13 and of version 14 accept: the header says 13, which a reader of
/// 14 must take as well, and the body keeps the rules of both.
///
/// FAIL of a MUST, INCONCLUSIVE, and a required check that was not measured, is "not ok". A failing
/// SHOULD or INFO is "not ok … # TODO": it fails nothing. NA, not declared and left out are
/// "ok … # SKIP". WARN is "ok" with its YAML block. The lines of a block are JSON strings, so that
/// no text can end it.
std::string TapReport(const FinishedReport& report);

}  // namespace twelve
