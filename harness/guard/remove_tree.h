#pragma once

namespace twelve::guard {

/// Deletes a directory and all that is in it; never follows a symbolic link, never leaves the file
/// system that it lies on. What cannot be deleted stays. Somebody may still be writing there: it
/// goes on until nothing comes any more.
void RemoveTree(const char* path);

}  // namespace twelve::guard
