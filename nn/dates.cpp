#include "nn/dates.h"

#include <array>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {

using autograd::check;

namespace {

const std::array<std::string, 12> months = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
const std::array<std::string, 7> weekdays = {"Sunday",    "Monday",   "Tuesday",
                                             "Wednesday", "Thursday", "Friday",
                                             "Saturday"};

// With a zero in front where it has one digit.
std::string two(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

// "st" of 21st.
std::string ordinal(int day) {
  if (day / 10 == 1 || day % 10 == 0 || day % 10 > 3) return "th";
  return day % 10 == 1 ? "st" : day % 10 == 2 ? "nd" : "rd";
}

// Characters one by one, each with the part of the date that it says.
enum Part { nothing, year, month, day };
struct Writer {
  std::vector<std::string> characters;
  std::vector<Part> parts;

  Writer& add(const std::string& text, Part part = nothing) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t bytes = character_bytes({&text[i], text.size() - i});
      characters.push_back(text.substr(i, bytes));
      if (characters.back() == " ") characters.back() = "_";
      parts.push_back(part);
      i += bytes;
    }
    return *this;
  }
};

void write(Writer& out, const Date& d, int format) {
  const std::string name = months[std::size_t(d.month - 1)];
  const std::string y = std::to_string(d.year), n = std::to_string(d.day);
  switch (format) {
    case 0:  // 21 November 2026
      out.add(n, day).add(" ").add(name, month).add(" ").add(y, year);
      break;
    case 1:  // November 21, 2026
      out.add(name, month).add(" ").add(n, day).add(", ").add(y, year);
      break;
    case 2:  // 21 Nov 2026
      out.add(n, day).add(" ").add(name.substr(0, 3), month).add(" ");
      out.add(y, year);
      break;
    case 3:  // Nov 21, 2026
      out.add(name.substr(0, 3), month).add(" ").add(n, day).add(", ");
      out.add(y, year);
      break;
    case 4:  // 21.11.2026, as in Europe
      out.add(n, day).add(".").add(std::to_string(d.month), month).add(".");
      out.add(y, year);
      break;
    case 5:  // 11/21/2026, as in America
      out.add(two(d.month), month).add("/").add(two(d.day), day).add("/");
      out.add(y, year);
      break;
    case 6:  // 21st of November 2026
      out.add(n, day).add(ordinal(d.day) + " of ").add(name, month).add(" ");
      out.add(y, year);
      break;
    case 7:  // Saturday, 21 November 2026
      out.add(weekdays[std::size_t(weekday(d))] + ", ").add(n, day).add(" ");
      out.add(name, month).add(" ").add(y, year);
      break;
    case 8:  // 2026年11月21日
      out.add(y, year).add("年").add(std::to_string(d.month), month);
      out.add("月").add(n, day).add("日");
      break;
    default:  // 2026 Nov 21
      out.add(y, year).add(" ").add(name.substr(0, 3), month).add(" ");
      out.add(n, day);
  }
}

bool holds_out(const Date& date) {
  return (date.day + 3 * date.month) % 5 == 4;
}

void check_date(const Date& d) {
  check(1000 <= d.year && d.year <= 9999 && 1 <= d.month && d.month <= 12 &&
            1 <= d.day && d.day <= days_in(d.year, d.month),
        "[dates] wanted a day of a year of four digits, got ", d.year, '-',
        d.month, '-', d.day);
}

}  // namespace

int days_in(int year, int month) {
  if (month == 2)
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int weekday(const Date& date) {
  check_date(date);
  // January and February count as months 13 and 14 of the year before.
  const int m = date.month < 3 ? date.month + 12 : date.month;
  const int y = date.month < 3 ? date.year - 1 : date.year;
  const int k = y % 100, j = y / 100;
  const int from_saturday =
      (date.day + 13 * (m + 1) / 5 + k + k / 4 + j / 4 + 5 * j) % 7;
  return (from_saturday + 6) % 7;
}

Pair written(const Date& date, int format) {
  check_date(date);
  check(0 <= format && format < date_formats, "[written] wanted a format of ",
        date_formats, ", got ", format);
  Writer source, target;
  write(source, date, format);
  target.add(std::to_string(date.year), year).add("-");
  target.add(two(date.month), month).add("-").add(two(date.day), day);
  Pair pair{source.characters, target.characters, {}};
  for (std::size_t s = 0; s < source.parts.size(); ++s)
    for (std::size_t t = 0; t < target.parts.size(); ++t)
      if (source.parts[s] != nothing && source.parts[s] == target.parts[t])
        pair.links.emplace_back(int(s), int(t));
  return pair;
}

Date draw_date(bool held_out, autograd::Rng& rng) {
  Date date;
  do {
    date.year = 1900 + rng.below(200);
    date.month = 1 + rng.below(12);
    date.day = 1 + rng.below(days_in(date.year, date.month));
  } while (holds_out(date) != held_out);
  return date;
}

std::vector<Pair> draw_dates(int count, bool held_out, autograd::Rng& rng) {
  check(count >= 0, "[draw_dates] wanted a count of 0 or more, got ", count);
  std::vector<Pair> pairs;
  for (int i = 0; i < count; ++i) {
    const Date date = draw_date(held_out, rng);
    pairs.push_back(written(date, rng.below(date_formats)));
  }
  return pairs;
}

}  // namespace nn
