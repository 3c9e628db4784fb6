// The translator as a user meets it: what it prints, and how it ends.

#include <gtest/gtest.h>

#include <csignal>
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

TEST_F(Examples, TranslateTrainsAnyScoreAndAlignment) {
  write_pairs("pairs.tsv", 2, 40);
  for (const Arguments& choice :
       {Arguments{"--score", "location_aware", "--align", "local_p"},
        Arguments{"--score", "location", "--align", "sparsemax"},
        Arguments{"--score", "dot", "--order", "luong", "--align", "local_m",
                  "--window", "2", "--input-feeding"}}) {
    const Outcome train = run(
        "translate",
        with(
            with({"train", "pairs.tsv", "--file", "m", "--steps", "2"}, choice),
            small));
    EXPECT_EQ(train.code, 0) << choice[1] << train.err;
    const Outcome said = run("translate", {"run", "--file", "m", "--beam", "2"},
                             "Tom chase Jerry\n");
    EXPECT_EQ(said.code, 0) << choice[1] << said.err;
    EXPECT_EQ(lines(said.out), 1) << said.out;
  }
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
  const auto expect = [&](const Arguments& arguments, int code,
                          const std::string& part) {
    expect_refusal("translate", arguments, code, part);
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
