#include "factors/03_config/pictures.h"

#include <fmt/format.h>

#include <set>

namespace twelve::config {
namespace {

struct Cell {
  std::string text;
  Mark mark = Mark::kNone;
};

Cell DrawLook(const std::vector<Look>& looks, std::size_t index) {
  if (index >= looks.size()) return {"not looked yet", Mark::kFaint};
  const Look& look = looks[index];
  if (!look.found) return {fmt::format("no ({})", look.looked_at), Mark::kGood};
  if (look.meant) return {"yes, as meant", Mark::kFaint};
  return {"yes: " + look.where, Mark::kBad};
}

std::string Shown(const std::string& name, const std::string& value) {
  if (name == "API_KEY") return "•••••• (set)";
  // The directory of this run says nothing to a reader.
  if (name == "DATABASE_URL") return "sqlite://…" + value.substr(value.rfind('/'));
  return value;
}

}  // namespace

TablePanel DrawSecretMap(const PictureNotes& notes) {
  TablePanel table;
  table.title = "Who can see a secret";
  table.columns = {"Place", "Who can look", "API_KEY", "Password of the database"};
  const std::vector<Look>& named = notes.key_looks.empty() ? notes.password_looks : notes.key_looks;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const Cell key = DrawLook(notes.key_looks, i);
    const Cell password = DrawLook(notes.password_looks, i);
    table.rows.push_back({named[i].place, named[i].who, key.text, password.text});
    table.marks.push_back({Mark::kNone, Mark::kNone, key.mark, password.mark});
  }
  if (named.empty()) {
    table.rows.push_back({"Step 5 follows a key, step 6 a password.", "", "", ""});
    table.marks.push_back({Mark::kFaint});
  }
  return table;
}

TablePanel DrawEnvironments(const Lab& lab, const PictureNotes& notes) {
  TablePanel table;
  table.title = "One build, two environments";
  table.columns = {"Variable"};
  std::set<std::string> names;
  for (const std::unique_ptr<Deploy>& deploy : lab.deploys) {
    table.columns.push_back(deploy->spec().type);
    for (const auto& [name, value] : deploy->spec().environment) {
      if (name != "TMPDIR") names.insert(name);
    }
  }
  std::vector<std::string> program = {"the program"};
  for (const std::unique_ptr<Deploy>& deploy : lab.deploys) {
    const auto found = notes.fingerprints.find(deploy->spec().type);
    program.push_back(found == notes.fingerprints.end() ? "not compared yet" : found->second);
  }
  table.rows.push_back(std::move(program));
  table.marks.push_back({});
  for (const std::string& name : names) {
    std::vector<std::string> row = {name};
    std::set<std::string> values;
    for (const std::unique_ptr<Deploy>& deploy : lab.deploys) {
      const Environment& environment = deploy->spec().environment;
      const auto found = environment.find(name);
      const bool set = found != environment.end();
      values.insert(set ? found->second : std::string());
      row.push_back(set ? Shown(name, found->second) : "not set");
    }
    const Mark mark = values.size() > 1 ? Mark::kGood : Mark::kFaint;
    table.marks.push_back(std::vector<Mark>(row.size(), mark));
    table.marks.back().front() = Mark::kNone;
    table.rows.push_back(std::move(row));
  }
  return table;
}

Code DrawOutage(const std::vector<std::string>& lines, const std::string& password) {
  Code code;
  code.title = "What the log says of the outage";
  code.language = "json";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    code.text += lines[i] + "\n";
    if (lines[i].find(password) != std::string::npos)
      code.marked.push_back(static_cast<int>(i) + 1);
  }
  return code;
}

Code DrawComplaint(const PictureNotes& notes) {
  Code code;
  code.title = "What a start without a valid environment prints";
  code.language = "sh";
  code.text = notes.complaint;
  return code;
}

}  // namespace twelve::config
