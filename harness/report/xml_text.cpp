#include "harness/report/xml_text.h"

namespace twelve {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

std::string Escaped(std::string_view text, bool attribute) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else if (c == '\n' || c == '\t') {
      out += !attribute ? std::string(1, c) : c == '\n' ? "&#10;" : "&#9;";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += kReplacement;
    } else if (const std::string_view three = text.substr(i, 3);
               three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {
      out += kReplacement;
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string XmlText(std::string_view text) {
  return Escaped(text, false);
}

std::string XmlAttribute(std::string_view text) {
  return Escaped(text, true);
}

}  // namespace twelve
