#include "tests/laws.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/attention/kinds.h"
#include "tests/attention/kinds_of_reads.h"
#include "tests/attention/mutants.h"
#include "tests/attention/zoo_kinds.h"

namespace laws {
namespace {

TEST(Laws, HoldForEveryKind) {
  for (const Kind& kind : kinds()) expect_laws(kind);
}

TEST(Laws, HoldWithoutWeightsToo) {
  int streaming = 0;
  for (const Kind& kind : kinds()) {
    if (!kind.context) continue;
    ++streaming;
    expect_laws(streamed(kind));
  }
  EXPECT_GE(streaming, 12);
}

TEST(Laws, HoldForEveryScoreWithEveryAlignment) {
  const std::vector<Kind> all = zoo();
  EXPECT_EQ(all.size(), 9u * 7u);
  for (const Kind& kind : all) expect_laws(kind);
}

TEST(Laws, HoldForHardReadsButThoseDeclared) {
  for (const Kind& kind : hard_kinds()) expect_laws(kind);
}

TEST(Laws, AreHeldAgainstWhatIsDeclared) {
  const Kind mutant = mutants().front();
  EXPECT_NONFATAL_FAILURE(expect_laws(mutant),
                          "query ignored breaks query_matters");
  Kind modest = kinds().front();
  modest.breaks = {Law::rows_sum_to_one};
  EXPECT_NONFATAL_FAILURE(expect_laws(modest), "dot keeps rows_sum_to_one");
}

TEST(Laws, HaveNames) {
  for (std::size_t i = 0; i < all_laws().size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(all_laws()[i]), i);
  EXPECT_STREQ(name_of(Law::rows_sum_to_one), "rows_sum_to_one");
}

bool declared(const Kind& kind, Law law) {
  return std::count(kind.breaks.begin(), kind.breaks.end(), law) > 0;
}

// A line for each mutant, a column for each law: x where the law catches it, o
// where what it was planted in breaks the law anyway.
std::string matrix() {
  std::ostringstream out;
  out << "Which law catches which planted bug (x); o: what the bug was "
         "planted\n"
         "in breaks the law anyway. Made by\n"
         "UPDATE_LAW_MATRIX=1 make unit-tests FILTER=LawMatrix.*\n\n";
  for (std::size_t i = 0; i < all_laws().size(); ++i)
    out << static_cast<char>('a' + i) << "  " << name_of(all_laws()[i]) << '\n';
  out << '\n';
  for (std::size_t i = 0; i < all_laws().size(); ++i)
    out << static_cast<char>('a' + i) << ' ';
  out << " planted bug\n";
  for (const Kind& mutant : mutants()) {
    for (Law law : all_laws())
      out << (violation(law, mutant).empty() ? ". "
              : declared(mutant, law)        ? "o "
                                             : "x ");
    out << ' ' << mutant.name << '\n';
  }
  return out.str();
}

TEST(LawMatrix, IsTheCommittedOne) {
#ifdef ATTENTION_OPENBLAS
  GTEST_SKIP() << "the laws of bits hold up to rounding";
#endif
  const std::filesystem::path path =
      std::filesystem::path(ATTENTION_SOURCE_DIR) /
      "tests/attention/law_matrix.txt";
  const std::string now = matrix();
  if (std::getenv("UPDATE_LAW_MATRIX")) std::ofstream(path) << now;
  std::ifstream file(path);
  std::stringstream committed;
  committed << file.rdbuf();
  EXPECT_EQ(now, committed.str());
}

TEST(LawMatrix, EveryLawCatchesAndEveryMutantIsCaught) {
#ifdef ATTENTION_OPENBLAS
  GTEST_SKIP() << "the laws of bits hold up to rounding";
#endif
  std::istringstream lines(matrix());
  std::vector<bool> catches(all_laws().size());
  std::string line;
  while (std::getline(lines, line) && !line.starts_with("a b ")) continue;
  while (std::getline(lines, line)) {
    bool caught = false;
    for (std::size_t i = 0; i < catches.size(); ++i)
      if (line[2 * i] == 'x') caught = catches[i] = true;
    EXPECT_TRUE(caught) << line;
  }
  for (std::size_t i = 0; i < catches.size(); ++i)
    EXPECT_TRUE(catches[i]) << name_of(all_laws()[i]) << " catches nothing";
}

}  // namespace
}  // namespace laws
