#pragma once

#include <vector>

namespace exercise {

// For query t, which stands at place first + t, and key s, at place s: the row
// of a table of 2 clip + 1 rows. Row 0 is of keys clip places or more before
// the query, row clip of the query's own place, row 2 clip of keys clip places
// or more behind it.
std::vector<std::vector<int>> rows_of(int queries, int keys, int first,
                                      int clip);

}  // namespace exercise
