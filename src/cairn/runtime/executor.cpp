#include "cairn/runtime/executor.h"

namespace cairn {

thread_local Executor* Executor::current_ = nullptr;

}  // namespace cairn
