#pragma once

namespace exercise {

// The standard deviation of q . k: q and k have d numbers each, independent,
// with mean 0, those of q with deviation `query`, those of k with `key`.
double deviation(int d, double query, double key);

// That of the scaled score, q . k / sqrt(d).
double scaled_deviation(int d, double query, double key);

// The largest d for which numbers of deviation 1 have a product whose deviation
// is not above `most`, which is 1 or more.
int widest(double most);

// The deviation, the same of queries and keys, with which q . k has deviation 1
// without being scaled.
double quiet_start(int d);

}  // namespace exercise
