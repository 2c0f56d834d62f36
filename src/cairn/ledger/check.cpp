#include "cairn/ledger/check.h"

#include "cairn/ledger/job.h"

namespace cairn::ledger {
namespace {

void check_chain(db::Snapshot& snapshot, const Journal& journal, const StreamId& stream, db::Findings& findings) {
  constexpr std::string_view kRule = "a journal was changed";
  try {
    if (const auto wrong = journal.find_break(snapshot, stream)) findings.error(kRule, stream.text() + ": " + *wrong);
  } catch (const Failure& failure) {
    findings.error(kRule, stream.text() + ": " + failure.error().message);
  }
}

void note_failed_jobs(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kFailed = "SELECT id, kind, error FROM job WHERE state = 3";
  auto rows = snapshot.query(kFailed);
  while (rows.next())
    findings.note("a job that was given up",
                  rows.id<JobId>(0).text() + " (" + std::string(rows.text(1)) + "): " + std::string(rows.text(2)));
}

}  // namespace

std::vector<db::Check> checks(const Journal& journal) {
  return {{.name = "journal chains",
           .run =
               [&journal](db::Snapshot& snapshot, db::Findings& findings) {
                 for (const auto& stream : all_streams(snapshot)) check_chain(snapshot, journal, stream, findings);
               }},
          {.name = "jobs", .run = note_failed_jobs}};
}

}  // namespace cairn::ledger
