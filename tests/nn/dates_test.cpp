#include "nn/dates.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "nn/text.h"

namespace {

using nn::Date;
using nn::Pair;

std::string source(const Date& date, int format) {
  return nn::join(nn::written(date, format).source, "");
}

TEST(Dates, AreWrittenInTenWays) {
  const Date date{2026, 11, 21};
  const std::vector<std::string> ways = {"21_November_2026",
                                         "November_21,_2026",
                                         "21_Nov_2026",
                                         "Nov_21,_2026",
                                         "21.11.2026",
                                         "11/21/2026",
                                         "21st_of_November_2026",
                                         "Saturday,_21_November_2026",
                                         "2026年11月21日",
                                         "2026_Nov_21"};
  ASSERT_EQ(ways.size(), std::size_t(nn::date_formats));
  for (int f = 0; f < nn::date_formats; ++f) {
    EXPECT_EQ(source(date, f), ways[std::size_t(f)]);
    EXPECT_EQ(nn::join(nn::written(date, f).target, ""), "2026-11-21");
  }
  EXPECT_EQ(source({1999, 3, 2}, 5), "03/02/1999");
  EXPECT_EQ(source({1999, 3, 2}, 6), "2nd_of_March_1999");
  EXPECT_EQ(source({1999, 3, 13}, 6), "13th_of_March_1999");
  EXPECT_EQ(source({1999, 3, 23}, 6), "23rd_of_March_1999");
}

// Every digit of the target is linked, with the right part; dashes are not.
TEST(Dates, LinksNameTheParts) {
  const Pair pair = nn::written({2026, 11, 21}, 9);  // 2026_Nov_21
  std::vector<std::set<int>> of(pair.target.size());
  for (const auto& [s, t] : pair.links) of[std::size_t(t)].insert(s);
  const std::set<int> year = {0, 1, 2, 3}, month = {5, 6, 7}, day = {9, 10};
  EXPECT_EQ(of, (std::vector<std::set<int>>{
                    year, year, year, year, {}, month, month, {}, day, day}));
}

TEST(Dates, KnowTheCalendar) {
  EXPECT_EQ(nn::weekday({2026, 11, 21}), 6);
  EXPECT_EQ(nn::weekday({1900, 1, 1}), 1);
  EXPECT_EQ(nn::weekday({2000, 2, 29}), 2);
  EXPECT_EQ(nn::days_in(1900, 2), 28);
  EXPECT_EQ(nn::days_in(2000, 2), 29);
  EXPECT_EQ(nn::days_in(2024, 2), 29);
  EXPECT_EQ(nn::days_in(2026, 11), 30);
  EXPECT_EQ(nn::days_in(2026, 12), 31);
  // One day after another, over a leap year and a century.
  Date date{1899, 12, 31};
  int last = nn::weekday(date);
  for (int i = 0; i < 1500; ++i) {
    if (++date.day > nn::days_in(date.year, date.month)) {
      date.day = 1;
      if (++date.month > 12) date = {date.year + 1, 1, 1};
    }
    EXPECT_EQ(nn::weekday(date), (last + 1) % 7);
    last = nn::weekday(date);
  }
}

TEST(Dates, SplitIsByTheDayOfTheYear) {
  autograd::Rng rng(1);
  std::set<std::pair<int, int>> train, held_out;
  for (int i = 0; i < 6000; ++i) {
    const Date date = nn::draw_date(i % 2 == 0, rng);
    (i % 2 ? train : held_out).insert({date.month, date.day});
  }
  for (const auto& day : held_out) EXPECT_FALSE(train.contains(day));
  EXPECT_GE(train.size() + held_out.size(), 365u);
  EXPECT_NEAR(double(held_out.size()), 73, 3);
  EXPECT_TRUE(held_out.contains({11, 21}));
  EXPECT_EQ(nn::draw_dates(7, true, rng).size(), 7u);
  EXPECT_TRUE(nn::draw_dates(0, true, rng).empty());
}

TEST(Dates, RefuseWhatIsNoDate) {
  autograd::Rng rng(1);
  EXPECT_THROW(nn::written({1900, 2, 29}, 0), std::invalid_argument);
  EXPECT_THROW(nn::written({1900, 13, 1}, 0), std::invalid_argument);
  EXPECT_THROW(nn::written({1900, 1, 1}, 10), std::invalid_argument);
  EXPECT_THROW(nn::weekday({1900, 1, 0}), std::invalid_argument);
  EXPECT_THROW(nn::draw_dates(-1, true, rng), std::invalid_argument);
}

}  // namespace
