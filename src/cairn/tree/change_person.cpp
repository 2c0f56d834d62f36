#include "cairn/tree/change_person.h"

namespace cairn::tree {

account::Person ChangePerson::run(db::Transaction& tx) const {
  if (change.display_name || change.admin || change.disabled)
    account::change_person(tx, *journal, operation, author, person, change);
  if (quota) set_quota(tx, *journal, operation, author, require_home(tx, person).id, *quota);
  if (!password.empty()) account::set_password(tx, *journal, operation, author, person, password, keep);
  auto changed = account::find_person(tx, person);
  if (!changed) throw Failure({ErrorCode::kNotFound, "There is no such person."});
  return *std::move(changed);
}

}  // namespace cairn::tree
