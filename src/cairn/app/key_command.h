#pragma once
#include "cairn/app/load_config.h"

namespace cairn::app {

/// `cairn key recovery-code`: prints the master key's recovery code, to be kept on paper.
int key_recovery_code(Files& files, const ConfigFlags& flags);

/// `cairn key restore`: reads a recovery code from standard input and writes the master key's file, which must be missing.
int key_restore(Files& files, const ConfigFlags& flags);

}  // namespace cairn::app
