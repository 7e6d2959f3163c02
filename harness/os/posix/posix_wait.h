#pragma once

namespace twelve {

/// Blocks until `fd` takes bytes again, or is broken; for a main() that writes to a non-blocking
/// standard output and has no loop. Threads: any.
void AwaitWritable(int fd);

}  // namespace twelve
