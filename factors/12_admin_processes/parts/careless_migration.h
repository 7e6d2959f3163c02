#pragma once

#include "factors/contracts/database.h"
#include "factors/contracts/termination.h"

namespace twelve {

/// Violation of factor VIII, "migrate-on-boot": each web process makes the table that it needs, at
/// its start, when it is not there. Nothing keeps another one from doing so between the look and
/// the making: of processes that start together, only one survives.
Status MigrateAtBoot(Database& database, TerminationHandling& termination);

}  // namespace twelve
