#pragma once
#include <memory>
#include <string>

#include "cairn/app/data_directory.h"
#include "cairn/base/settings.h"
#include "cairn/net/tls.h"
#include "cairn/runtime/files.h"

namespace cairn::app {

/// The certificate that is configured; else the one that Cairn has made for itself, in `DIR/tls`: made now if there is none yet,
/// or it ends within a month, or does not name a host that is listened on. Throws Failure with what to do.
[[nodiscard]] net::Certificate load_certificate(Files& files, const DataDirectory& data, const Settings& settings,
                                                const Clock& clock);

/// When the certificate that load_certificate() would give ends; nothing is made. kNotFound if there is none yet.
[[nodiscard]] Result<Instant> certificate_end(Files& files, const std::string& data, const Settings& settings);

/// True if any address is HTTPS.
[[nodiscard]] bool needs_certificate(const Settings& settings);

}  // namespace cairn::app
