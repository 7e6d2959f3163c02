#include "harness/report/badge_report.h"

#include <fmt/format.h>

#include "harness/report/xml_text.h"

namespace twelve {
namespace {

// Of 11 px Verdana, rounded up; textLength makes the text fit whatever font is there.
constexpr int kCharacterWidth = 7;
constexpr int kPadding = 6;
constexpr int kHeight = 20;

std::string_view ColourOf(const FinishedReport& report) {
  if (report.MustsFailing() > 0) return "#b3261e";
  return report.exit_code == kExitMet ? "#1b6e3c" : "#5f5f5f";
}

}  // namespace

std::string BadgeReport(const FinishedReport& report) {
  const std::string label = "twelve";
  const std::string claim = ShortClaim(report);
  const int label_text = kCharacterWidth * static_cast<int>(label.size());
  const int claim_text = kCharacterWidth * static_cast<int>(claim.size());
  const int label_width = label_text + 2 * kPadding;
  const int width = label_width + claim_text + 2 * kPadding;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"{2}: {3}\">\n"
      "  <title>{2}: {3} ({4}, {5})</title>\n",
      width, kHeight, label, XmlAttribute(claim), XmlText(OnOneLine(report.target)),
      XmlText(report.started.substr(0, 10)));
  out += fmt::format(
      "  <rect width=\"{0}\" height=\"{2}\" fill=\"#3a3a3a\"/>\n"
      "  <rect x=\"{0}\" width=\"{1}\" height=\"{2}\" fill=\"{3}\"/>\n",
      label_width, width - label_width, kHeight, ColourOf(report));
  out += "  <g fill=\"#ffffff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\n";
  out += fmt::format("    <text x=\"{}\" y=\"14\" textLength=\"{}\">{}</text>\n", kPadding,
                     label_text, label);
  out += fmt::format("    <text x=\"{}\" y=\"14\" textLength=\"{}\">{}</text>\n",
                     label_width + kPadding, claim_text, XmlText(claim));
  return out + "  </g>\n</svg>\n";
}

}  // namespace twelve
