#include "nn/bpe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "autograd/random.h"
#include "tests/support/expect.h"

namespace nn {
namespace {

using Ids = std::vector<int>;
using Words = std::vector<std::string_view>;

std::string decoded(const Bpe& bpe, const Ids& ids) {
  std::string out;
  for (const int id : ids) out += bpe.token(id);
  return out;
}

// aa is seen 4 times; then ab and (aa)a twice each, of which ab has the smaller
// ids; then (aa)(ab) twice; then no pair.
TEST(Bpe, MergesTheMostFrequentPairByHand) {
  const std::string text = "aaabdaaabac";
  const Bpe bpe = Bpe::train(text, 10);
  EXPECT_EQ(bpe.to_text(), "bytes\n97 97\n97 98\n256 257\n");
  EXPECT_EQ(bpe.size(), 259);
  EXPECT_EQ(bpe.token(258), "aaab");
  EXPECT_EQ(bpe.encode(text), (Ids{258, 'd', 258, 'a', 'c'}));
  EXPECT_EQ(bpe.encode("aab"), (Ids{256, 'b'}));  // aa is the earlier merge
  EXPECT_EQ(Bpe::train(text, 1).to_text(), "bytes\n97 97\n");
}

TEST(Bpe, OverlapsMergeFromTheLeft) {
  Ids ids = {1, 1, 1, 2, 1, 1};
  Bpe::merge(ids, {1, 1}, 9);
  EXPECT_EQ(ids, (Ids{9, 1, 2, 9}));
  ids = {};
  Bpe::merge(ids, {1, 1}, 9);
  EXPECT_EQ(ids, Ids{});
}

TEST(Bpe, MergesStayWithinWords) {
  EXPECT_EQ(Bpe::words("The cat's 12th  day.\n\n Yes"),
            (Words{"The", " cat", "'", "s", " 12", "th", " ", " day", ".",
                   "\n\n", " Yes"}));
  EXPECT_EQ(Bpe::words("汤姆 追逐 杰瑞。"),
            (Words{"汤姆", " 追逐", " 杰瑞。"}));
  EXPECT_EQ(Bpe::words("a  "), (Words{"a", "  "}));
  EXPECT_EQ(Bpe::words(" "), (Words{" "}));
  EXPECT_EQ(Bpe::words(""), Words{});
}

// Long words are cut between characters, bad bytes anywhere.
TEST(Bpe, WordsHaveAnEnd) {
  std::string long_word;
  for (int i = 0; i < 30; ++i) long_word += "汤";
  const Words words = Bpe::words(long_word);
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].size(), 63u);
  const std::string bad(130, '\x80');
  EXPECT_EQ(Bpe::words(bad).size(), 3u);
  EXPECT_EQ(Bpe::words(bad)[0].size(), 64u);
  // No token is longer, however often it is seen.
  const Bpe bpe = Bpe::train(std::string(4096, 'a'), 100);
  EXPECT_EQ(bpe.size(), 256 + 6);
  EXPECT_EQ(bpe.encode(std::string(130, 'a')), (Ids{261, 261, 256}));
}

// Counts all anew before each merge, as the article's own program does.
std::string train_naively(std::string_view text, int merges) {
  std::vector<Ids> words;
  for (const auto word : Bpe::words(text)) {
    words.emplace_back();
    for (const char c : word)
      words.back().push_back(static_cast<unsigned char>(c));
  }
  std::string out = "bytes\n";
  for (int i = 0; i < merges; ++i) {
    std::map<Bpe::Pair, int> counts;
    for (const Ids& ids : words)
      for (std::size_t k = 0; k + 1 < ids.size(); ++k)
        ++counts[{ids[k], ids[k + 1]}];
    const auto best = std::max_element(
        counts.begin(), counts.end(),
        [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best == counts.end() || best->second < 2) break;
    const auto [left, right] = best->first;
    for (Ids& ids : words) Bpe::merge(ids, best->first, Bpe::bytes + i);
    out += std::to_string(left) + ' ' + std::to_string(right) + '\n';
  }
  return out;
}

std::string random_text(int length, int letters, std::uint64_t seed) {
  autograd::Rng rng(seed);
  std::string text;
  for (int i = 0; i < length; ++i)
    text +=
        rng.below(6) == 0 ? ' ' : static_cast<char>('a' + rng.below(letters));
  return text;
}

TEST(Bpe, CountsInStepsAsItCountsAnew) {
  for (const int letters : {1, 2, 3, 9})
    for (const int length : {0, 1, 7, 33, 900}) {
      const std::string text = random_text(length, letters, 5);
      for (const int merges : {0, 1, 8, 60})
        EXPECT_EQ(Bpe::train(text, merges).to_text(),
                  train_naively(text, merges))
            << letters << ' ' << length << ' ' << merges;
    }
}

TEST(Bpe, GivesBackWhateverItReads) {
  const Bpe bpe = Bpe::train("汤姆 追逐 杰瑞 汤姆 追逐 Tom chase Tom", 40);
  EXPECT_GT(bpe.size(), 256 + 8);
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& text :
       {std::string(), std::string("汤姆 Tom \xf0\x9f\x90\xad é"), all,
        all + all, std::string("汤\xe6\xb1 \xff\xfe\xb1"),
        std::string("a\0b", 3)}) {
    EXPECT_EQ(decoded(bpe, bpe.encode(text)), text);
    EXPECT_EQ(decoded(Bpe(), Bpe().encode(text)), text);
  }
  EXPECT_EQ(Bpe().encode("a\xff"), (Ids{97, 255}));
}

// Learnt merges make the text shorter, and all of them can come up.
TEST(Bpe, FewerTokensThanBytes) {
  const std::string text = random_text(2000, 4, 1);
  const Bpe bpe = Bpe::train(text, 30);
  const Ids ids = bpe.encode(text);
  EXPECT_LT(3 * ids.size(), 2 * text.size());
  EXPECT_GT(std::set<int>(ids.begin(), ids.end()).size(), 15u);
}

TEST(Bpe, KeepsItselfAsText) {
  const Bpe bpe = Bpe::train(random_text(500, 3, 2), 20);
  EXPECT_EQ(Bpe::from_text(bpe.to_text()), bpe);
  EXPECT_EQ(Bpe::from_text("bytes\n"), Bpe());
  EXPECT_FALSE(bpe == Bpe());
}

TEST(Bpe, RefusesTextThatIsNoBpe) {
  const auto reason = [](const std::string& text) {
    return tests::thrown([&] { Bpe::from_text(text); });
  };
  const auto expect = [&](const std::string& text, const std::string& part) {
    EXPECT_NE(reason(text).find(part), std::string::npos) << reason(text);
  };
  expect("", "wanted 'bytes' on the first line");
  expect("letters\n", "got 'letters'");
  expect("bytes\n97\n", "wanted two ids below 256 on line 2, got '97'");
  expect("bytes\n97 98 99\n", "line 2");
  expect("bytes\n97 -1\n", "line 2");
  expect("bytes\n97 b\n", "line 2");
  expect("bytes\n97 256\n", "below 256");  // itself
  expect("bytes\n97 98\n\n97 99\n", "line 3");
  expect("bytes\n97 98\n97 98\n", "'97 98' on line 3 is there already");
  std::string doubling = "bytes\n97 97\n";
  for (int id = 256; id < 300; ++id)
    doubling += std::to_string(id) + ' ' + std::to_string(id) + '\n';
  expect(doubling, "line 8 is longer than 64 bytes");
  EXPECT_THROW(Bpe().token(256), std::invalid_argument);
  EXPECT_THROW(Bpe().token(-1), std::invalid_argument);
  EXPECT_THROW(Bpe::train("a", -1), std::invalid_argument);
}

}  // namespace
}  // namespace nn
