#pragma once
#include <string>
#include <string_view>

#include "cairn/app/storage.h"

namespace cairn::app {

/// Examines everything that is stored; deep, the bytes of all content too. `tell` as of content::Examiner. Changes nothing but
/// the mark of content whose bytes are damaged.
Task<db::Findings> examine(Storage& storage, bool deep, content::Examiner::Tell tell);

/// What was found, as JSON: `{"all_well": true, "errors": [{"rule", "count", "examples"}], "notes": [...]}`.
[[nodiscard]] std::string to_json(const db::Findings& findings);

/// The same for people, from that JSON; and whether all is well.
struct ToldFindings {
  std::string text;
  bool all_well = false;
};
[[nodiscard]] ToldFindings tell_findings(std::string_view findings_json);

}  // namespace cairn::app
