#include "cairn/app/examination.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace cairn::app {
namespace {

namespace json = boost::json;

constexpr Turn kExamination{};

struct RunCheck {
  db::Check check;

  db::Findings run(db::Snapshot& snapshot) const {
    db::Findings findings;
    check.run(snapshot, findings);
    return findings;
  }
};

json::array rules_of(const std::map<std::string, db::Findings::Rule, std::less<>>& rules) {
  json::array list;
  for (const auto& [rule, found] : rules) {
    const json::array examples(found.examples.begin(), found.examples.end());
    list.push_back(json::object{{"rule", rule}, {"count", found.count}, {"examples", examples}});
  }
  return list;
}

void tell_rules(std::string& text, std::string_view heading, const json::array& rules) {
  if (rules.empty()) return;
  text += fmt::format("{}:\n", heading);
  for (const auto& value : rules) {
    const auto& rule = value.as_object();
    text +=
        fmt::format("  {} ({})\n", std::string_view(rule.at("rule").as_string()), rule.at("count").to_number<std::uint64_t>());
    for (const auto& example : rule.at("examples").as_array())
      text += fmt::format("    {}\n", std::string_view(example.as_string()));
  }
}

}  // namespace

Task<db::Findings> examine(Storage& storage, bool deep, content::Examiner::Tell tell) {
  db::Findings findings;
  for (const auto& check : storage.checks()) {
    auto run = RunCheck{check};
    try {
      const auto found = co_await storage.database().read(kExamination, run);
      findings.add(found);
    } catch (const Failure& failure) {  // the others may still tell more
      findings.error("an examination that could not be made", std::string(check.name) + ": " + failure.error().message);
    }
    if (!tell({.what = check.name, .done = 0})) co_return findings;
  }
  auto examiner = storage.examiner();
  co_await examiner.run(kExamination, deep, findings, tell);
  co_return findings;
}

std::string to_json(const db::Findings& findings) {
  return json::serialize(json::object{
      {"all_well", findings.all_well()}, {"errors", rules_of(findings.errors())}, {"notes", rules_of(findings.notes())}});
}

ToldFindings tell_findings(std::string_view findings_json) {
  const auto value = json::parse(findings_json);
  const auto& findings = value.as_object();
  ToldFindings told{.text = {}, .all_well = findings.at("all_well").as_bool()};
  tell_rules(told.text, "Wrong", findings.at("errors").as_array());
  tell_rules(told.text, "Worth knowing", findings.at("notes").as_array());
  told.text += told.all_well ? "All is well.\n"
                             : "Something is wrong. Restore a backup, or ask for help, before anything else is changed.\n";
  return told;
}

}  // namespace cairn::app
