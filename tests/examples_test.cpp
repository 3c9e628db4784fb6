// The programs as a user meets them: what they print, and how they end.

#include <gtest/gtest.h>

#include <csignal>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "nn/text.h"
#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

const Arguments small = {"--embedding",   "8", "--hidden",  "8",
                         "--score-width", "8", "--batch",   "16",
                         "--min-count",   "1", "--threads", "1"};

const Arguments small_transformer = {
    "--model",        "transformer", "--width",     "8", "--heads",   "2",
    "--feed-forward", "12",          "--layers",    "1", "--batch",   "16",
    "--warmup",       "10",          "--min-count", "1", "--threads", "1"};

TEST_F(Examples, ExplainTheirFlags) {
  const std::vector<std::pair<std::string, Arguments>> programs = {
      {"tom_chase_jerry",
       {"say", "pairs", "sentences", "no-attention", "epochs", "seed", "save",
        "load", "figures", "html", "threads", "help"}},
      {"translate", {"file",
                     "model",
                     "dev",
                     "log",
                     "epochs",
                     "steps",
                     "batch",
                     "min-count",
                     "patience",
                     "average",
                     "rate",
                     "dropout",
                     "smoothing",
                     "clip",
                     "seed",
                     "resume",
                     "context",
                     "embedding",
                     "hidden",
                     "score-width",
                     "layers",
                     "heads",
                     "width",
                     "feed-forward",
                     "positions",
                     "norm-first",
                     "warmup",
                     "layer",
                     "head",
                     "beam",
                     "length-penalty",
                     "figures",
                     "html",
                     "threads",
                     "score",
                     "align",
                     "window",
                     "order",
                     "input-feeding",
                     "help"}},
      {"by_hand", {"figures", "help"}},
      {"shapes", {"figures", "help"}},
      {"gradients", {"draw", "figures", "help"}},
      {"fast", {"help"}},
      {"ladder", {"seconds", "seed", "last", "replay", "figures", "help"}},
      {"my_layer", {"help"}}};
  for (const auto& [program, flags] : programs) {
    const Outcome help = run(program, {"--help"});
    EXPECT_EQ(help.code, 0) << program;
    EXPECT_EQ(help.err, "") << program;
    for (const std::string& flag : flags)
      EXPECT_TRUE(has(help.out, "  --" + flag + " ")) << program << flag;
    const Outcome wrong = run(program, {"--no-such-flag"});
    EXPECT_EQ(wrong.code, 2) << program;
    EXPECT_EQ(wrong.out, "") << program;
    EXPECT_TRUE(has(wrong.err, program + ": ")) << wrong.err;
    EXPECT_TRUE(has(wrong.err, "--no-such-flag")) << wrong.err;
  }
  for (const char* program : {"tom_chase_jerry", "by_hand", "shapes",
                              "gradients", "fast", "my_layer"}) {
    const Outcome operand = run(program, {"stray"});
    EXPECT_EQ(operand.code, 2) << program;
    EXPECT_TRUE(has(operand.err, "'stray'")) << operand.err;
  }
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

TEST_F(Examples, TranslateTrainsAndUsesAModel) {
  write_pairs("good.tsv", 2, 60);
  const std::string good = nn::read_file(path("good.tsv"));
  nn::write_file(path("pairs.tsv"), "one field\n" + good + "a\t\xff\n");
  const Outcome train =
      run("translate",
          with({"train", "pairs.tsv", "--file", "m", "--epochs", "2"}, small));
  EXPECT_EQ(train.code, 0) << train.err;
  EXPECT_TRUE(has(train.err, "pairs.tsv: line 1: ")) << train.err;
  EXPECT_TRUE(has(train.err, "pairs.tsv: line 62: ")) << train.err;
  EXPECT_TRUE(has(train.err, "2 lines left out")) << train.err;
  EXPECT_TRUE(has(train.out, "pairs = 60\n")) << train.out;
  EXPECT_TRUE(has(train.out, "steps = 8\n")) << train.out;
  EXPECT_TRUE(fs::exists(path("m")));
  EXPECT_FALSE(fs::exists(path("m.checkpoint")));

  const Outcome said =
      run("translate", {"run", "--file", "m"}, "Tom chase Jerry\n\nJerry\n");
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(lines(said.out), 3) << said.out;
  const Outcome beam = run("translate", {"run", "--file", "m", "--beam", "3"},
                           "Tom chase Jerry\n");
  EXPECT_EQ(beam.code, 0) << beam.err;
  const Outcome bad = run("translate", {"run", "--file", "m"}, "Tom\nT\xc3m\n");
  EXPECT_EQ(bad.code, 1);
  EXPECT_TRUE(has(bad.err, "line 2")) << bad.err;

  const Outcome score = run("translate", {"score", "good.tsv", "--file", "m"});
  EXPECT_EQ(score.code, 0) << score.err;
  for (const char* part : {"sentences = 60\n", "BLEU = ", "exact match = ",
                           "token accuracy = ", "AER = "})
    EXPECT_TRUE(has(score.out, part)) << part << score.out;

  const Outcome align = run("translate", {"align", "good.tsv", "--file", "m"});
  EXPECT_EQ(align.code, 0) << align.err;
  EXPECT_EQ(lines(align.out), 60);
  EXPECT_TRUE(has(align.out.substr(0, align.out.find('\n')), "-0"));

  const Outcome show =
      run("translate", {"show", "Tom chase Godzilla", "--file", "m", "--html",
                        "map.html", "--figures", "art", "--beam", "2"});
  EXPECT_EQ(show.code, 0) << show.err;
  EXPECT_TRUE(has(show.out, "unknown word: Godzilla\n")) << show.out;
  EXPECT_TRUE(has(show.out, "wrote art/heat_map.svg\n")) << show.out;
  EXPECT_TRUE(has(show.out, "wrote map.html\n")) << show.out;
  EXPECT_TRUE(has(nn::read_file(path("map.html")), "\"Godzilla\""));
}

TEST_F(Examples, TranslateTrainsAndUsesATransformer) {
  write_pairs("pairs.tsv", 2, 60);
  write_pairs("dev.tsv", 4, 16);
  const Outcome train =
      run("translate", with({"train", "pairs.tsv", "--file", "m", "--epochs",
                             "3", "--dev", "dev.tsv", "--average", "2",
                             "--positions", "rotary", "--norm-first"},
                            small_transformer));
  EXPECT_EQ(train.code, 0) << train.err;
  for (const char* part : {"steps = 12\n", "best layer = 1\nbest head = ",
                           "its AER on dev.tsv = ", "wrote m\n"})
    EXPECT_TRUE(has(train.out, part)) << part << train.out;
  const Outcome said = run("translate", {"run", "--file", "m", "--beam", "2"},
                           "Tom chase Jerry\n");
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(lines(said.out), 1) << said.out;
  const Outcome score =
      run("translate", {"score", "dev.tsv", "--file", "m", "--head", "1"});
  EXPECT_TRUE(has(score.out, "AER = ")) << score.err;
  EXPECT_EQ(lines(run("translate", {"align", "dev.tsv", "--file", "m"}).out),
            16);
  const Outcome show =
      run("translate", {"show", "Tom chase Jerry", "--file", "m", "--head", "2",
                        "--html", "map.html", "--figures", "art"});
  EXPECT_EQ(show.code, 0) << show.err;
  EXPECT_TRUE(has(show.out, "wrote art/heat_map.svg\n")) << show.out;
  EXPECT_TRUE(has(nn::read_file(path("map.html")), "layer=1&heads=2"));
  const Outcome no_head =
      run("translate", {"score", "dev.tsv", "--file", "m", "--head", "3"});
  EXPECT_EQ(no_head.code, 1);
  EXPECT_TRUE(has(no_head.err, "a head up to 2")) << no_head.err;
}

TEST_F(Examples, TranslateNamesWhatIsWrong) {
  auto expect = [&](const Arguments& arguments, int code,
                    const std::string& part) {
    const Outcome result = run("translate", arguments);
    EXPECT_EQ(result.code, code) << result.err;
    EXPECT_TRUE(has(result.err, part)) << result.err;
  };
  expect({}, 2, "train, run, score, align or show");
  expect({"fly"}, 2, "'fly'");
  expect({"train"}, 2, "train wants one operand");
  expect({"run", "x"}, 2, "run wants no operand");
  expect({"train", "p", "--context", "none"}, 2, "--context");
  expect({"train", "p", "--model", "lstm"}, 2, "rnn or transformer");
  expect({"train", "p", "--score", "best"}, 2, "location_aware");
  expect({"train", "p", "--align", "near"}, 2, "sparsemax");
  expect({"train", "p", "--order", "sorted"}, 2, "bahdanau, luong");
  expect({"train", "p", "--window", "0"}, 2, "--window");
  expect({"run", "--model", "my.safetensors"}, 2, "--file");
  const Arguments transformer = {"train", "good.tsv", "--model", "transformer"};
  write_pairs("good.tsv", 2, 20);
  expect({"train", "good.tsv", "--input-feeding"}, 1, "Luong's order");
  expect({"train", "good.tsv", "--score", "dot", "--hidden", "7"}, 1, "wide");
  expect(with(transformer, {"--positions", "polar"}), 2, "rotary");
  expect(with(transformer, {"--heads", "3"}), 1, "3 heads");
  expect(with(transformer, {"--layers", "0"}), 2, "--layers");
  expect(with(transformer, {"--warmup", "0"}), 2, "--warmup");
  expect({"run", "--head", "-1"}, 2, "--head");
  expect({"train", "p", "--hidden", "many"}, 2, "--hidden");
  expect({"train", "p", "--epochs", "0"}, 2, "--epochs");
  expect({"train", "p", "--patience", "3"}, 2, "--dev");
  expect({"run", "--beam", "0"}, 2, "--beam");
  expect({"run", "--threads", "-1"}, 2, "--threads");
  expect({"run", "--file", "missing"}, 1, "'missing'");
  expect({"show", "Tom", "--file", "missing"}, 1, "'missing'");
  expect({"score", "missing.tsv", "--file", "missing"}, 1, "'missing'");
  nn::write_file(path("junk"), "this is no model");
  expect({"run", "--file", "junk"}, 1, "'junk'");
  nn::write_file(path("bad.tsv"), "no pair\n");
  expect({"train", "bad.tsv"}, 1, "bad.tsv: line 1: ");
}

// A run killed at any moment, several times, and resumed ends with the same
// model and the same curves as one that was not.
class ExamplesOfModels : public Examples,
                         public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Models, ExamplesOfModels,
                         testing::Values("rnn", "transformer"),
                         [](const auto& info) { return info.param; });

TEST_P(ExamplesOfModels, TranslateResumesToTheSameBitsAfterKills) {
  write_pairs("pairs.tsv", 3, 120);
  write_pairs("dev.tsv", 4, 16);
  nn::write_file(path("in"), "");
  const Arguments arguments =
      with({"train", "pairs.tsv", "--dev", "dev.tsv", "--epochs", "60"},
           GetParam() == std::string("rnn") ? small : small_transformer);
  const Outcome whole = run(
      "translate", with(arguments, {"--file", "whole", "--log", "whole.log"}));
  ASSERT_EQ(whole.code, 0) << whole.err;

  const Arguments killed =
      with(arguments, {"--file", "killed", "--log", "killed.log"});
  const Arguments resumed = with(killed, {"--resume"});
  for (std::ptrdiff_t rows : {3, 7, 20}) {
    const pid_t child = start("translate", rows == 3 ? killed : resumed);
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (fs::exists(path("killed.log")) &&
          lines(nn::read_file(path("killed.log"))) >= rows)
        kill(child, SIGKILL);
      std::this_thread::yield();
    }
    ASSERT_TRUE(WIFSIGNALED(status)) << "ended before it was killed";
    EXPECT_FALSE(fs::exists(path("killed")));
  }
  const Outcome last = run("translate", resumed);
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_TRUE(nn::read_file(path("killed")) == nn::read_file(path("whole")));
  EXPECT_EQ(nn::read_file(path("killed.log")),
            nn::read_file(path("whole.log")));

  const Outcome again = run("translate", resumed);  // it has ended
  EXPECT_EQ(again.code, 1);
  EXPECT_TRUE(has(again.err, "nothing to resume")) << again.err;
}

// A checkpoint that is there is not written over by mistake.
TEST_F(Examples, TranslateKeepsACheckpointThatWasNotAskedFor) {
  write_pairs("pairs.tsv", 3, 20);
  nn::write_file(path("m.checkpoint"), "precious");
  const Outcome train =
      run("translate",
          with({"train", "pairs.tsv", "--file", "m", "--epochs", "1"}, small));
  EXPECT_EQ(train.code, 1);
  EXPECT_TRUE(has(train.err, "m.checkpoint")) << train.err;
  EXPECT_EQ(nn::read_file(path("m.checkpoint")), "precious");
}

}  // namespace
}  // namespace tests

#endif
