#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(4.2): take in one score, merge two readers, and read the context.
void see(Reader& reader, double score, std::span<const double> value) {
  todo(reader, score, value);
}

Reader merge(const Reader& a, const Reader& b) { todo(a, b); }

std::vector<double> context(const Reader& reader) { todo(reader); }

}  // namespace exercise
