// The scalar type of the whole library: float, or double when built so (the
// gradient checks are).
#pragma once

namespace autograd {

#ifdef ATTENTION_REAL_DOUBLE
using Real = double;
#else
using Real = float;
#endif

}  // namespace autograd
