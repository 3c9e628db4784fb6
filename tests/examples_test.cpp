// The programs as a user meets them: what they print, and how they end.

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "nn/text.h"
#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

TEST_F(Examples, ExplainTheirFlags) {
  const Arguments translate = {
      "file",           "model",   "dev",       "log",          "epochs",
      "steps",          "batch",   "min-count", "patience",     "average",
      "rate",           "dropout", "smoothing", "clip",         "seed",
      "resume",         "context", "embedding", "hidden",       "score-width",
      "layers",         "heads",   "width",     "feed-forward", "positions",
      "norm-first",     "warmup",  "layer",     "head",         "beam",
      "length-penalty", "figures", "html",      "threads",      "score",
      "align",          "window",  "order",     "input-feeding"};
  expect_flags({{"tom_chase_jerry",
                 {"say", "pairs", "sentences", "no-attention", "epochs", "seed",
                  "save", "load", "figures", "html", "threads"}},
                {"translate", translate},
                {"by_hand", {"figures"}},
                {"shapes", {"figures"}},
                {"gradients", {"draw", "figures"}},
                {"fast", {}},
                {"ladder", {"seconds", "seed", "last", "replay", "figures"}},
                {"my_layer", {}}});
}

TEST_F(Examples, GradientsAndMyLayerRun) {
  const Outcome gradients = run("gradients", {});
  EXPECT_EQ(gradients.code, 0) << gradients.err;
  EXPECT_TRUE(has(gradients.out, "dz / dx = 21.\n")) << gradients.out;
  EXPECT_TRUE(has(run("gradients", {"--draw"}).out, "digraph"));
  const Outcome layer = run("my_layer", {});
  EXPECT_EQ(layer.code, 0) << layer.err;
  EXPECT_TRUE(has(layer.out, "gradients of ")) << layer.out;
}

TEST_F(Examples, ByHandShowsWhereTheWrongTripleComesFrom) {
  const Outcome hand = run("by_hand", {});
  EXPECT_EQ(hand.code, 0) << hand.err;
  EXPECT_TRUE(has(hand.out, "scores = [60. 15. 15.]\n")) << hand.out;
  // score / 100 are weights that sum to 0.9, and this is their context
  EXPECT_TRUE(has(hand.out, "0.9  [3.15 0.3 0.75]\n"));
  EXPECT_TRUE(has(hand.out, "1  2.86e-20  2.86e-20      1  [5 5.725e-20 1]"));
  EXPECT_TRUE(has(hand.out, "temperature for 0.6 = 40.96\n"));
}

TEST_F(Examples, ShapesCopiesOnlyWhereItMust) {
  const Outcome shapes = run("shapes", {});
  EXPECT_EQ(shapes.code, 0) << shapes.err;
  EXPECT_TRUE(has(shapes.out,
                  "reshape(x', {2, 12})          [2, 12]  "
                  "strides [12, 1]  offset 0  a copy\n"))
      << shapes.out;
  EXPECT_TRUE(has(shapes.out, "loss of a perfect prediction = 2.5\n"));
  EXPECT_TRUE(has(shapes.out, "contiguous                       1  "));
}

// Every rung, and every number of threads, has the same fingerprint.
TEST_F(Examples, FastPrintsOneFingerprintASection) {
  const Outcome fast = run("fast", {});
  EXPECT_EQ(fast.code, 0) << fast.err;
  for (const auto& [name, rows] :
       {std::pair{"== rungs ==\n", 7}, std::pair{"== threads ==\n", 3}}) {
    const std::size_t begin = fast.out.find(name);
    ASSERT_NE(begin, std::string::npos) << fast.out;
    std::istringstream section(fast.out.substr(begin));
    std::vector<std::string> prints;
    std::string line;
    std::getline(section, line);
    while (std::getline(section, line) && !line.empty())
      prints.push_back(line.substr(line.size() - 16));
    EXPECT_EQ(prints,
              std::vector<std::string>(std::size_t(rows), prints.at(0)));
  }
}

TEST_F(Examples, LadderMeasuresDrawsAndReplays) {
  const Outcome last =
      run("ladder", {"--last", "--seconds", "0", "--figures", "art"});
  EXPECT_TRUE(has(last.out, "1024 x 1024")) << last.err;
  EXPECT_TRUE(fs::exists(path("art/ladder.svg")));
  EXPECT_EQ(lines(run("ladder", {"--replay"}).out), 20);
  EXPECT_EQ(run("ladder", {"--seconds", "-1"}).code, 2);
}

TEST_F(Examples, TomLearnsFromPairsSavesAndLoads) {
  write_pairs("pairs.tsv", 1, 200);
  const std::string sentence =
      nn::join(nn::read_corpus(path("pairs.tsv")).pairs[0].source);
  const Outcome first =
      run("tom_chase_jerry",
          {"--pairs", "pairs.tsv", "--epochs", "1", "--say", sentence, "--save",
           "tom.safetensors", "--figures", "art", "--html", "tom.html"});
  EXPECT_EQ(first.code, 0) << first.err;
  for (const char* part :
       {"== data ==\n", "sentences to train on = 180\n",
        "sentences held out = 20\n", "exact match with attention = ",
        "exact match without attention = ", "BLEU with attention = ",
        "AER with attention = ", "== translation ==\n",
        "wrote art/heat_map.svg\n", "wrote tom.html\n",
        "wrote tom.safetensors\n"})
    EXPECT_TRUE(has(first.out, part)) << part << first.out;
  EXPECT_TRUE(fs::exists(path("art/lines.svg")));

  // The kept model says the same.
  const Outcome again =
      run("tom_chase_jerry", {"--load", "tom.safetensors", "--say", sentence});
  EXPECT_EQ(again.code, 0) << again.err;
  const auto begin = again.out.find(sentence + " -> ");
  ASSERT_NE(begin, std::string::npos) << again.out;
  const auto end = again.out.find('\n', begin);
  EXPECT_TRUE(has(first.out, again.out.substr(begin, end - begin)));

  const Outcome unknown =
      run("tom_chase_jerry",
          {"--load", "tom.safetensors", "--say", "Tom chase Godzilla"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_TRUE(has(unknown.err, "Godzilla")) << unknown.err;
  EXPECT_FALSE(has(unknown.err, "Tom")) << unknown.err;
}

TEST_F(Examples, TomNamesWhatIsWrong) {
  const Outcome unknown =
      run("tom_chase_jerry", {"--say", "Tom chase Godzilla"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_TRUE(has(unknown.err, "Godzilla")) << unknown.err;
  const Outcome epochs = run("tom_chase_jerry", {"--epochs", "0"});
  EXPECT_EQ(epochs.code, 2);
  EXPECT_TRUE(has(epochs.err, "--epochs")) << epochs.err;
  const Outcome sentences = run("tom_chase_jerry", {"--sentences", "15"});
  EXPECT_EQ(sentences.code, 2);
  EXPECT_TRUE(has(sentences.err, "--sentences")) << sentences.err;
  const Outcome missing = run("tom_chase_jerry", {"--load", "missing"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_TRUE(has(missing.err, "'missing'")) << missing.err;
  nn::write_file(path("few.tsv"), "a\tb\n");
  EXPECT_EQ(run("tom_chase_jerry", {"--pairs", "few.tsv"}).code, 1);
}

}  // namespace
}  // namespace tests

#endif
