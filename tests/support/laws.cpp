#include "tests/laws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <exception>

#include "tests/support/law_input.h"

namespace laws {
namespace {

struct Entry {
  Law law;
  const char* name;
  std::string (*violation)(const Kind&);
};

#define LAW(name) \
  { Law::name, #name, name }
const Entry entries[] = {
    LAW(query_matters),           LAW(keys_matter),
    LAW(queries_stand_alone),     LAW(rows_sum_to_one),
    LAW(hidden_weighs_nothing),   LAW(hidden_changes_nothing),
    LAW(hidden_nan_stays_out),    LAW(hidden_learns_nothing),
    LAW(all_hidden_is_zero),      LAW(future_changes_nothing),
    LAW(padding_changes_nothing), LAW(batch_mates_change_nothing),
    LAW(order_means_nothing),     LAW(equal_keys_share),
    LAW(reads_within_hull),       LAW(streamed_is_materialised),
    LAW(gradients_are_right),
};
#undef LAW

const Entry& entry(Law law) { return entries[static_cast<int>(law)]; }

}  // namespace

const std::vector<Law>& all_laws() {
  static const std::vector<Law> laws = [] {
    std::vector<Law> result;
    for (const Entry& entry : entries) result.push_back(entry.law);
    return result;
  }();
  return laws;
}

const char* name_of(Law law) { return entry(law).name; }

std::string violation(Law law, const Kind& kind) {
  try {
    return entry(law).violation(kind);
  } catch (const std::exception& error) {
    return error.what();
  }
}

Kind streamed(const Kind& kind) {
  Kind other = kind;
  other.name += ", streamed";
  other.attend = [kind](const Tensor& query, const Tensor& keys,
                        const Tensor& values, const Mask& mask) {
    return Result{kind.context(query, keys, values, mask),
                  kind.attend(query, keys, values, mask).weights};
  };
  return other;
}

void expect_laws(const Kind& kind) {
  for (Law law : all_laws()) {
    const bool declared =
        std::count(kind.breaks.begin(), kind.breaks.end(), law) > 0;
    const std::string found = violation(law, kind);
    if (declared)
      EXPECT_NE(found, "") << kind.name << " keeps " << name_of(law)
                           << ", which it declares as broken";
    else
      EXPECT_EQ(found, "") << kind.name << " breaks " << name_of(law);
  }
}

}  // namespace laws
