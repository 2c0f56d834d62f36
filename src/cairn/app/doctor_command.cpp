#include "cairn/app/doctor_command.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cairn/app/config_command.h"
#include "cairn/app/diagnosis.h"
#include "cairn/app/exit_code.h"

namespace cairn::app {
namespace {

namespace json = boost::json;

void print_json(const std::vector<Diagnosis>& found) {
  json::array items;
  for (const auto& [grade, about, text] : found)
    items.push_back(json::object{{"grade", name_of(grade)}, {"about", about}, {"text", text}});
  fmt::print("{}\n", json::serialize(items));
}

}  // namespace

int doctor(Files& files, const ConfigFlags& flags, bool as_json) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const SystemClock clock;
  const auto found = diagnose(files, config->settings(), clock);
  if (as_json) {
    print_json(found);
  } else {
    for (const auto& [grade, about, text] : found) fmt::print("{:<8} {}: {}\n", name_of(grade), about, text);
  }
  const bool wrong = std::ranges::find(found, Grade::kWrong, &Diagnosis::grade) != found.end();
  return wrong ? kExitConfig : 0;
}

}  // namespace cairn::app
