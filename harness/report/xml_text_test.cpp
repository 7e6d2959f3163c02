#include "harness/report/xml_text.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(XmlText, LeavesNothingThatEndsAnElementOrAnAttribute) {
  EXPECT_EQ(XmlText("</script>]]> & \"a\" 'b'"),
            "&lt;/script&gt;]]&gt; &amp; &quot;a&quot; &#39;b&#39;");
  EXPECT_EQ(XmlText("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(XmlAttribute("a\tb\nc"), "a&#9;b&#10;c");
}

TEST(XmlText, ReplacesWhatXmlCannotHold) {
  EXPECT_EQ(XmlText(std::string("a\0\x1b\r", 4)), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(XmlText("\xef\xbf\xbe|\xef\xbf\xbf|\xef\xbf\xbd"),
            "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd");
}

}  // namespace
}  // namespace twelve
