// Gradients of tables of which a step uses few rows, as embeddings: the memory
// is that of all rows, but only rows in use are cleared, summed up and read.
#pragma once

#include "autograd/graph.h"
#include "autograd/indices.h"

namespace autograd {

// The place where x's gradient gathers, for an op that adds to these rows of a
// table x [V, D] only. Empty where x needs no gradient.
GradientSlot add_to_rows(const Tensor& x, const Indices& rows);

// Of a leaf's gradient [V, D], read by gradient(x): [V], not 0 for the rows
// that may differ from zero; null where any may. Tensor::grad forgets it, for
// whoever has that handle may write.
const char* used_rows(const Tensor& x);

// Drops the gradient; one that is known by its used rows leaves its memory,
// cleared, for the next.
void drop_gradient(Node& node);

}  // namespace autograd
