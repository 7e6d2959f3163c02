#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace twelve {

/// What a program says that it links, from the text of `readelf -d`: sonames.
std::vector<std::string> LibrariesOfReadelf(std::string_view text);
/// What the loader would load for it, from the text of `ldd`, without the kernel's own page.
std::vector<std::string> LibrariesOfLdd(std::string_view text);
/// What a process has loaded, from the text of /proc/PID/maps: names of files.
std::vector<std::string> LibrariesOfMaps(std::string_view text);
/// Versions by package, from lines "NAME VERSION".
std::map<std::string, std::string> PackageVersions(std::string_view text);
/// "debian 12" from the text of /etc/os-release.
std::string DistributionOf(std::string_view os_release);

/// Whether a file "libfmt.so.9.1.0" is what the soname "libfmt.so.9" leads to.
bool IsLibraryFile(std::string_view file, std::string_view soname);

}  // namespace twelve
