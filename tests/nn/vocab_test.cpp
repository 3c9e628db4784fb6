#include "nn/vocab.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace nn {
namespace {

using Words = std::vector<std::string>;
using Ids = std::vector<int>;

// cat 3 times, dog and ant twice (dog first), bee once.
Vocab animals(int min_count = 1) {
  return Vocab::build(
      {{"dog", "cat", "ant"}, {"cat", "bee", "ant"}, {}, {"dog", "cat"}},
      min_count);
}

TEST(Vocab, OrdersByCountThenFirstAppearance) {
  const Vocab vocab = animals();
  EXPECT_EQ(vocab.size(), 8);
  EXPECT_EQ(vocab.encode({"<pad>", "<unk>", "<s>", "</s>"}),
            (Ids{Vocab::pad, Vocab::unknown, Vocab::start, Vocab::end}));
  EXPECT_EQ(vocab.encode({"cat", "dog", "ant", "bee"}), (Ids{4, 5, 6, 7}));
  EXPECT_EQ(vocab.token(5), "dog");
}

TEST(Vocab, RareWordsAreUnknown) {
  const Vocab vocab = animals(2);
  EXPECT_EQ(vocab.size(), 7);
  EXPECT_EQ(vocab.id("bee"), Vocab::unknown);
  EXPECT_FALSE(vocab.contains("bee"));
  EXPECT_EQ(vocab.encode_with_end({"cat", "bee"}), (Ids{4, 1, 3}));
  EXPECT_EQ(vocab.encode_with_end({}), Ids{3});
}

TEST(Vocab, DecodeStopsAtTheEnd) {
  const Vocab vocab = animals();
  EXPECT_EQ(vocab.decode({2, 4, 0, 1, 3, 5}), (Words{"cat", "<unk>"}));
  EXPECT_EQ(vocab.decode(vocab.encode({"ant", "bee"})), (Words{"ant", "bee"}));
}

TEST(Vocab, SpecialTokensInTheTextAreNotCountedAgain) {
  const Vocab vocab = Vocab::build({{"<unk>", "</s>", "a"}});
  EXPECT_EQ(vocab.size(), 5);
  EXPECT_EQ(vocab.id("</s>"), Vocab::end);
}

TEST(Vocab, ComesBackFromText) {
  const Vocab vocab = Vocab::build({{"汤姆", "追逐", "杰瑞"}});
  EXPECT_EQ(vocab.to_text(), "<pad>\n<unk>\n<s>\n</s>\n汤姆\n追逐\n杰瑞\n");
  EXPECT_EQ(Vocab::from_text(vocab.to_text()), vocab);
  EXPECT_EQ(Vocab::from_text(Vocab().to_text()), Vocab());
  EXPECT_FALSE(vocab == Vocab());
}

TEST(Vocab, RefusesBadTextsIdsAndCounts) {
  const std::string special = Vocab().to_text();
  for (const std::string& bad :
       {std::string(), std::string("a\nb\nc\nd\n"), special + "a\na\n",
        special + "a b\n", special + "\nx\n", special + "</s>\n"})
    EXPECT_THROW(Vocab::from_text(bad), std::invalid_argument) << bad;
  EXPECT_THROW(Vocab().token(4), std::invalid_argument);
  EXPECT_THROW(Vocab().token(-1), std::invalid_argument);
  EXPECT_THROW(Vocab().decode({9}), std::invalid_argument);
  EXPECT_THROW(Vocab::build({}, 0), std::invalid_argument);
}

}  // namespace
}  // namespace nn
