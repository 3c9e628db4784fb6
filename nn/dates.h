// Dates as people write them, and as ISO 8601 does: letter by letter, with the
// part of the date that each letter belongs to.
#pragma once

#include <string>
#include <vector>

#include "autograd/random.h"
#include "nn/corpus.h"

namespace nn {

struct Date {
  int year = 2000, month = 1, day = 1;
  bool operator==(const Date&) const = default;
};

// In the Gregorian calendar.
int days_in(int year, int month);
// 0 for Sunday (Zeller 1882, counted from Sunday).
int weekday(const Date& date);

// How many ways of writing there are; see `written`.
inline constexpr int date_formats = 10;

// The date in the way `format`, its characters apart, target "2026-11-21". Each
// digit of the target is linked with the characters of the source that say its
// year, its month or its day; its dashes with none.
Pair written(const Date& date, int format);

// A day from 1900 to 2099. A fifth of the days of a year (the 21st of November
// is one of them) is held out, in every year.
Date draw_date(bool held_out, autograd::Rng& rng);

// Dates in ways drawn with equal chances; the same may come twice.
std::vector<Pair> draw_dates(int count, bool held_out, autograd::Rng& rng);

}  // namespace nn
