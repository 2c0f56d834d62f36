#pragma once
// webapp/: serves the web app from the program itself: one file is the whole product. Knows no people and no files of theirs;
// what the app shows it asks of api/, as any other client.

#include <vector>

#include "cairn/net/router.h"

namespace cairn::webapp {

/// The app's page, at each address that the app knows (web/src/router.tsx), and its scripts, styles and fonts.
///
/// The page has a policy of its own for each answer: nothing runs or is loaded but what comes from here. What it loads has the
/// hash of its content in its name, and is kept by browsers for a year.
[[nodiscard]] std::vector<net::Route> routes();

}  // namespace cairn::webapp
