#include "nn/grammar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "nn/text.h"

namespace nn {
namespace {

using autograd::Rng;
using Words = std::vector<std::string>;

const Grammar& english_chinese() {
  static const Grammar grammar = Grammar::english_chinese();
  return grammar;
}

const Grammar::Split& corpus() {
  static const Grammar::Split split = [] {
    Rng rng(7);
    return english_chinese().corpus(rng, 4000, 800);
  }();
  return split;
}

// The only sentence of a grammar, as "source | target | links".
std::string only(const std::string& text) {
  Rng rng(1);
  const Pair pair = Grammar::parse(text).generate(rng, {1, 20});
  return join(pair.source) + " | " + join(pair.target) + " | " +
         pharaoh(pair.links);
}

std::string error_of(const std::string& text) {
  try {
    Grammar::parse(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(Grammar, LinksWordsWithinAChoice) {
  EXPECT_EQ(only("s:\n a = x"), "a | x | 0-0");
  EXPECT_EQ(only("s:\n a b = x y"), "a b | x y | 0-0 0-1 1-0 1-1");
  EXPECT_EQ(only("s:\n (the) a = x (y)"), "the a | x y | 1-0");
}

TEST(Grammar, MovesSlots) {
  EXPECT_EQ(only("s:\n <v> in <p> = 在 <p> <v>\nv:\n run = 跑\np:\n (the) "
                 "park = 公园"),
            "run in the park | 在 公园 跑 | 0-2 1-0 3-1");
  EXPECT_EQ(only("s:\n <n:b> of <n:a> = <n:a> 的 <n:b>\nn:\n x = y"),
            "x of x | y 的 y | 0-2 1-1 2-0");
}

TEST(Grammar, LinksServingWordsWithTheHead) {
  const std::string words = "d:\n two = 两\nq:\n big = 大\nn:\n cat = 猫\n";
  EXPECT_EQ(only("s:\n <d> <m>^ = <d> +只 <m>\nm:\n <q> <n>^ = <q> +的 <n>\n" +
                 words),
            "two big cat | 两 只 大 的 猫 | 0-0 1-2 2-1 2-3 2-4");
  EXPECT_EQ(only("s:\n <d> <n> = <d> +只 <n>\n" + words),
            "two cat | 两 只 猫 | 0-0 0-1 1-2");
  EXPECT_EQ(only("s:\n (a) b = +x y"), "a b | x y | 1-0 1-1");
}

TEST(Grammar, ReadsCommentsBarsAndContinuedLines) {
  const Grammar grammar = Grammar::parse(
      "# first\n\ns:\r\n  [2] a = x | b = y\n  # between\n"
      "  c\n    = z\n  d = w | e\n  = v\n");
  EXPECT_EQ(grammar.source_words(), (Words{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(grammar.target_words(), (Words{"x", "y", "z", "w", "v"}));
}

TEST(Grammar, NamesTheLineOfAnError) {
  const std::map<std::string, std::string> cases = {
      {"", "no class"},
      {"# only\n", "no class"},
      {" a = b", "line 1: a choice before the first class"},
      {"s", "line 1: wanted a class"},
      {"s:\n", "line 1: class s has no choice"},
      {"s:\n a = b\ns:\n", "line 3: class s is there already"},
      {"s:\n\n a", "line 3: wanted `left = right`"},
      {"s:\n a = b = c", "line 2: a choice has two ="},
      {"s:\n a =", "line 2: a side of the choice is empty"},
      {"s:\n [2] = b", "line 2: a side of the choice is empty"},
      {"s:\n a = b | ", "line 2: wanted `left = right`"},
      {"s:\n [0] a = b", "line 2: wanted a weight"},
      {"s:\n <t> = b\nt:\n a = b", "line 2: the right side must have each"},
      {"s:\n <t> = <t> <t>\nt:\n a = b", "line 2: the right side must have"},
      {"s:\n a = <t>", "line 2: slot '<t>' is not on the left side"},
      {"s:\n <t> <t> = <t> <t>", "line 2: two slots are '<t>'"},
      {"s:\n <t> = <t>", "line 2: no class t"},
      {"s:\n <t = <t", "line 2: wanted a slot"},
      {"s:\n <> = <>", "line 2: wanted a slot"},
      {"s:\n +a = b", "line 2: '+a' belongs on the right"},
      {"s:\n () = b", "line 2: wanted a word"},
      {"s:\n a = \xff", "line 2: it is not UTF-8"},
      {"s:\n <s> = <s>", "can be replaced by itself"},
      {"s:\n <t> = <t>\nt:\n <s> = <s> | a = b", "can be replaced by itself"},
      {"hold out x of a", "line 1: wanted one word for each"},
      {"hold out 101 % of a", "line 1: wanted `hold out 20 %"},
      {"hold out 20 % of a b\nhold out x", "line 2: wanted one word for each"},
  };
  for (const auto& [text, wanted] : cases)
    EXPECT_NE(error_of(text).find(wanted), std::string::npos)
        << text << "\ngave: " << error_of(text);
}

TEST(Grammar, ClassWithoutWordsMakesNoSentence) {
  const Grammar endless = Grammar::parse("s:\n a <s> = b <s>");
  Rng rng(1);
  EXPECT_THROW(endless.generate(rng), std::invalid_argument);
  EXPECT_THROW(english_chinese().generate(rng, {5, 4}), std::invalid_argument);
  EXPECT_THROW(english_chinese().generate(rng, {0, 4}), std::invalid_argument);
  EXPECT_THROW(english_chinese().generate(rng, {3, Grammar::max_words + 1}),
               std::invalid_argument);
  EXPECT_THROW(english_chinese().generate(rng, {1, 2}), std::invalid_argument);
  EXPECT_THROW(english_chinese().corpus(rng, -1, 0), std::invalid_argument);
  EXPECT_THROW(Grammar::parse("s:\n a = b | c = d").corpus(rng, 3, 0, {1, 1}),
               std::invalid_argument);
  EXPECT_THROW(Grammar::load("/no/such/grammar"), std::runtime_error);
}

TEST(Grammar, WeightsAndLengthsSetTheChances) {
  const Grammar grammar =
      Grammar::parse("s:\n [3] a = x | b = y | c c = z | c c c = w");
  Rng rng(2);
  std::map<std::size_t, int> lengths;
  int first = 0;
  for (int i = 0; i < 6000; ++i) {
    const Pair pair = grammar.generate(rng, {1, 3});
    ++lengths[pair.source.size()];
    first += pair.source[0] == "a";
  }
  for (const std::size_t n : {1u, 2u, 3u}) EXPECT_NEAR(lengths[n], 2000, 150);
  EXPECT_NEAR(first, 1500, 150);
}

TEST(Grammar, LengthIsControlledFrom3To60Words) {
  Rng rng(3);
  for (const int n : {3, 4, 7, 12, 20, 33, 59, 60})
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(english_chinese().generate(rng, {n, n}).source.size(),
                static_cast<std::size_t>(n));
}

TEST(Grammar, SameStateSameSentence) {
  Rng a(9), b(9);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(english_chinese().generate(a).source,
              english_chinese().generate(b).source);
  EXPECT_EQ(a.state(), b.state());
}

TEST(Grammar, ManyAreThoseOfOneAfterAnother) {
  Rng a(9), b(9);
  const auto many = english_chinese().generate(a, {4, 6}, 30);
  ASSERT_EQ(many.size(), 30u);
  for (const Pair& pair : many)
    EXPECT_EQ(pair.source, english_chinese().generate(b, {4, 6}).source);
  EXPECT_TRUE(english_chinese().generate(a, {4, 6}, 0).empty());
  EXPECT_THROW(english_chinese().generate(a, {4, 6}, -1),
               std::invalid_argument);
}

// Any length from 2 on, few words, the time before the verb, nothing held out.
TEST(Clauses, HaveAnyLength) {
  const Grammar clauses = Grammar::clauses();
  EXPECT_EQ(clauses.source_words().size(), 14u);
  EXPECT_EQ(clauses.target_words().size(), 14u);
  EXPECT_FALSE(clauses.holds_out({"Tom", "chase", "Mary"}));
  Rng rng(5);
  for (int n = 2; n <= Grammar::max_words; ++n) {
    const Pair pair = clauses.generate(rng, {n, n});
    EXPECT_EQ(pair.source.size(), static_cast<std::size_t>(n));
    EXPECT_EQ(pair.target.size(), pair.source.size());
    EXPECT_EQ(pair.links.size(), pair.source.size());
  }
  EXPECT_THROW(clauses.generate(rng, {1, 1}), std::invalid_argument);
  for (const Pair& pair : clauses.generate(rng, {4, 4}, 50))
    EXPECT_EQ(pair.links, (Links{{0, 0}, {1, 2}, {2, 3}, {3, 1}}))
        << join(pair.source);
}

TEST(EnglishChinese, TomChaseJerryIsASentence) {
  Rng rng(4);
  for (int i = 0; i < 100000; ++i) {
    const Pair pair = english_chinese().generate(rng, {3, 3});
    if (pair.source != Words{"Tom", "chase", "Jerry"}) continue;
    EXPECT_EQ(pair.target, (Words{"汤姆", "追逐", "杰瑞"}));
    EXPECT_EQ(pair.links, (Links{{0, 0}, {1, 1}, {2, 2}}));
    return;
  }
  FAIL() << "Tom never chased Jerry";
}

TEST(EnglishChinese, HoldsTomChaseJerryOutButTrainsOnItsParts) {
  EXPECT_TRUE(english_chinese().holds_out({"Tom", "chase", "Jerry"}));
  bool tom_chase = false, chase_jerry = false;
  for (const Pair& pair : corpus().train) {
    const std::string source = " " + join(pair.source) + " ";
    EXPECT_EQ(join(pair.target).find("汤姆 追逐 杰瑞"), std::string::npos)
        << source;
    tom_chase = tom_chase || source.find(" Tom chase ") != std::string::npos;
    chase_jerry =
        chase_jerry || source.find(" chase Jerry ") != std::string::npos;
  }
  EXPECT_TRUE(tom_chase);
  EXPECT_TRUE(chase_jerry);
}

TEST(Grammar, HoldsCombinationsOfHeadsOut) {
  const Grammar grammar = Grammar::parse(
      "hold out 0 % of subject verb\n"
      "hold out Tom run\n"
      "distinct first second\n"
      "s:\n <who:subject> <do:verb> = <do:verb> <who:subject>\n"
      "who:\n the <who>^ = <who>\n <name> = <name>\n"
      " <name:first>^ and <name:second>^ = <name:first> <name:second>\n"
      "name:\n Tom = t | Ann = a\n"
      "do:\n run = r | sit = s | <do> and = <do>\n");
  Rng rng(1);
  const Grammar::Split split = grammar.corpus(rng, 100, 100, {1, 12});
  for (const Pair& pair : split.held_out) {
    EXPECT_TRUE(contains(pair.source, "Tom") && contains(pair.source, "run"));
  }
  int both = 0;
  for (const Pair& pair : split.train) {
    EXPECT_FALSE(contains(pair.source, "Tom") && contains(pair.source, "run"))
        << join(pair.source);
    both += contains(pair.source, "Tom") && contains(pair.source, "Ann");
    EXPECT_EQ(join(pair.source).find("Tom and Tom"), std::string::npos);
  }
  EXPECT_GT(both, 0);
}

TEST(EnglishChinese, SplitsByComposition) {
  const Grammar& grammar = english_chinese();
  EXPECT_EQ(corpus().train.size(), 4000u);
  EXPECT_EQ(corpus().held_out.size(), 800u);
  std::set<Words> seen;
  int plain = 0;  // sentences `name verb name`: three links, one to one
  const auto look = [&](const Pair& pair, bool held_out) {
    EXPECT_TRUE(seen.insert(pair.source).second) << join(pair.source);
    if (pair.links != Links{{0, 0}, {1, 1}, {2, 2}}) return;
    ++plain;
    EXPECT_EQ(grammar.holds_out(pair.source), held_out) << join(pair.source);
  };
  for (const Pair& pair : corpus().train) look(pair, false);
  for (const Pair& pair : corpus().held_out) look(pair, true);
  EXPECT_GT(plain, 100);
}

TEST(EnglishChinese, HoldsOutAFifthOfTheTriples) {
  int held_out = 0, all = 0;
  for (const std::string& a : english_chinese().source_words())
    for (const std::string& b : english_chinese().source_words()) {
      held_out += english_chinese().holds_out({a, "see", b});
      ++all;
    }
  EXPECT_NEAR(held_out / static_cast<double>(all), 0.2, 0.03);
}

TEST(EnglishChinese, HeldOutWordsAreAllTrainedOn) {
  std::set<std::string> source, target;
  for (const Pair& pair : corpus().train) {
    source.insert(pair.source.begin(), pair.source.end());
    target.insert(pair.target.begin(), pair.target.end());
  }
  EXPECT_EQ(source.size(), english_chinese().source_words().size());
  EXPECT_EQ(target.size(), english_chinese().target_words().size());
  for (const std::string& word : source)
    EXPECT_TRUE(english_chinese().known(word)) << word;
  EXPECT_FALSE(english_chinese().known("Garfield"));
  EXPECT_FALSE(english_chinese().known("汤姆"));
}

TEST(EnglishChinese, IsWorthLearning) {
  for (const auto* side : {&corpus().train, &corpus().held_out}) {
    const CorpusFigures f = figures(*side);
    EXPECT_GE(f.reordered, 0.5);
    EXPECT_GE(f.unaligned, 0.4);
  }
  const double lookup = lookup_baseline(corpus().train, corpus().held_out);
  EXPECT_LT(lookup, 0.4);
  EXPECT_GT(lookup, 0.05);
}

TEST(EnglishChinese, EveryChineseWordHasExactlyOneLink) {
  for (const Pair& pair : corpus().held_out) {
    std::vector<int> links(pair.target.size());
    for (const auto& link : pair.links)
      ++links[static_cast<std::size_t>(link.second)];
    EXPECT_EQ(std::count(links.begin(), links.end(), 1),
              static_cast<std::ptrdiff_t>(links.size()))
        << join(pair.source);
  }
}

// What was generated is read back: the same words, the same links. (From 9
// words on there are sentences with two readings: "A see B and C and D sing".)
TEST(EnglishChinese, TranslatesWhatItGenerates) {
  const Grammar grammar = Grammar::english_chinese();
  Rng rng(7);
  for (int i = 0; i < 300; ++i) {
    const Pair pair = grammar.generate(rng, {3, 8});
    const auto found = grammar.translate(pair.source);
    ASSERT_TRUE(found) << join(pair.source);
    EXPECT_EQ(found->source, pair.source);
    EXPECT_EQ(found->target, pair.target);
    EXPECT_EQ(found->links, pair.links) << join(pair.source);
  }
  EXPECT_EQ(grammar.translate(split("Tom chase Jerry"))->links,
            (Links{{0, 0}, {1, 1}, {2, 2}}));
  for (const char* wrong : {"", "Tom", "Tom chase", "Tom chase Godzilla",
                            "chase Tom Jerry", "Tom chase Jerry Jerry"})
    EXPECT_FALSE(grammar.translate(split(wrong))) << wrong;
}

// The default grammar with one word left of every list of words, so that
// sentences come again and again and an ambiguous one would show.
TEST(EnglishChinese, OneSentenceHasOneTranslation) {
  std::string text;
  for (const std::string& line : split(english_chinese_grammar, '\n')) {
    if (line.starts_with("distinct")) continue;
    const Words choices = split(line, '|');
    const bool list = choices.size() > 1 &&
                      line.find('<') == std::string::npos && line[0] == ' ';
    text += (list ? choices[0] : line) + '\n';
  }
  const Grammar small = Grammar::parse(text);
  Rng rng(6);
  std::map<Words, Words> translations;
#ifdef ATTENTION_SANITIZED
  constexpr int sentences = 5'000, least = 1'000;
#else
  constexpr int sentences = 30'000, least = 10'000;
#endif
  int repeated = 0;
  for (int i = 0; i < sentences; ++i) {
    const Pair pair = small.generate(rng, {3, 14});
    const auto [found, is_new] = translations.emplace(pair.source, pair.target);
    repeated += !is_new;
    ASSERT_EQ(found->second, pair.target) << join(pair.source);
  }
  EXPECT_GT(repeated, least);
}

}  // namespace
}  // namespace nn
