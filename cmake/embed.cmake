# Writes OUTPUT, a C++ source that defines
#   std::span<const twelve::EmbeddedFile> twelve::NAME();
# with one entry per file of FILES ("a|b|c"); the entry's name is the path below ROOT.
# Declare that function in the header of the target that embeds; EmbeddedFile is in harness/base.
string(REPLACE "|" ";" FILES "${FILES}")
set(body "#include <array>\n#include <span>\n\n#include \"harness/base/embedded_file.h\"\n\n")
set(table "")
set(i 0)
foreach(file IN LISTS FILES)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  file(RELATIVE_PATH relative ${ROOT} ${file})
  string(APPEND body "static const unsigned char kFile${i}[] = {${bytes}0};\n")
  string(APPEND table
    "    {\"${relative}\", {reinterpret_cast<const char*>(kFile${i}), sizeof kFile${i} - 1}},\n")
  math(EXPR i "${i} + 1")
endforeach()
string(APPEND body "\nnamespace twelve {\nstd::span<const EmbeddedFile> ${NAME}() {\n"
  "  static const std::array<EmbeddedFile, ${i}> kFiles = {{\n${table}  }};\n  return kFiles;\n}\n"
  "}  // namespace twelve\n")
file(WRITE ${OUTPUT} "${body}")
