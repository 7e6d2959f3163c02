#pragma once

// Code points of Font Awesome 4.7 (Debian's fonts-font-awesome), as UTF-8.
namespace twelve::icon {

inline constexpr const char* kAdd = "\xef\x81\xa7";          // U+F067
inline constexpr const char* kBook = "\xef\x80\xad";         // U+F02D
inline constexpr const char* kBranch = "\xef\x83\xa8";       // U+F0E8
inline constexpr const char* kCheck = "\xef\x80\x8c";        // U+F00C
inline constexpr const char* kCheckCircle = "\xef\x81\x98";  // U+F058
inline constexpr const char* kClose = "\xef\x80\x8d";        // U+F00D
inline constexpr const char* kCopy = "\xef\x83\x85";         // U+F0C5
inline constexpr const char* kDown = "\xef\x84\x83";         // U+F103
inline constexpr const char* kEvents = "\xef\x83\xa7";       // U+F0E7
inline constexpr const char* kFlask = "\xef\x83\x83";        // U+F0C3
inline constexpr const char* kHome = "\xef\x80\x95";         // U+F015
inline constexpr const char* kKeyboard = "\xef\x84\x9c";     // U+F11C
inline constexpr const char* kList = "\xef\x80\xba";         // U+F03A
inline constexpr const char* kMinus = "\xef\x81\xa8";        // U+F068
inline constexpr const char* kMoon = "\xef\x86\x86";         // U+F186
inline constexpr const char* kPause = "\xef\x81\x8c";        // U+F04C
inline constexpr const char* kPlay = "\xef\x81\x8b";         // U+F04B
inline constexpr const char* kRefresh = "\xef\x80\xa1";      // U+F021
inline constexpr const char* kScreen = "\xef\x84\x88";       // U+F108
inline constexpr const char* kSearch = "\xef\x80\x82";       // U+F002
inline constexpr const char* kSettings = "\xef\x80\x93";     // U+F013
inline constexpr const char* kSliders = "\xef\x87\x9e";      // U+F1DE
inline constexpr const char* kStop = "\xef\x81\x8d";         // U+F04D
inline constexpr const char* kSun = "\xef\x86\x85";          // U+F185
inline constexpr const char* kUsers = "\xef\x83\x80";        // U+F0C0
inline constexpr const char* kWarning = "\xef\x81\xb1";      // U+F071

}  // namespace twelve::icon
