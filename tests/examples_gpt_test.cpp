// The program `gpt` as a user meets it.

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <thread>

#include "nn/text.h"
#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

const Arguments small = {"--layers",  "2",  "--heads", "2", "--width",   "16",
                         "--context", "16", "--batch", "4", "--threads", "1"};

class GptProgram : public Examples {
 protected:
  void SetUp() override {
    Examples::SetUp();
    std::string text;
    for (int i = 0; i < 12; ++i)
      text += "Tom chases Jerry.\n汤姆 追逐 杰瑞。\nJerry sleeps.\n";
    nn::write_file(path("text"), text);
  }

  Outcome train(const Arguments& more) const {
    return run("gpt",
               with(with({"train", "text", "--file", "m"}, small), more));
  }
};

TEST_F(GptProgram, ExplainsItsFlags) {
  expect_flags(
      {{"gpt",
        {"file",  "valid",   "bpe",    "shape",      "layers",      "heads",
         "width", "context", "batch",  "accumulate", "average",     "steps",
         "rate",  "resume",  "prompt", "tokens",     "temperature", "top-k",
         "top-p", "seed",    "threads"}}});
}

TEST_F(GptProgram, TrainsSamplesScoresAndDescribes) {
  for (const Arguments& kind :
       {Arguments{},
        {"--bpe", "30", "--shape", "llama", "--shared-heads", "1"}}) {
    const Outcome train = this->train(
        with({"--steps", "20", "--accumulate", "2", "--average", "2",
              "--evaluate-every", "10", "--save-every", "5", "--log", "log"},
             kind));
    ASSERT_EQ(train.code, 0) << train.err;
    for (const char* part :
         {"tokens to learn from = ", "tokens held out = ", "parameters = ",
          "steps = 20\n", "validation loss = ", "wrote m\n"})
      EXPECT_TRUE(has(train.out, part)) << part << train.out;
    EXPECT_FALSE(fs::exists(path("m.checkpoint")));
    EXPECT_EQ(lines(nn::read_file(path("log"))), 3);

    const Arguments saying = {"sample",   "m",  "--prompt", "Tom ",
                              "--tokens", "40", "--seed",   "4"};
    const Outcome one = run("gpt", saying), same = run("gpt", saying);
    EXPECT_EQ(one.code, 0) << one.err;
    EXPECT_EQ(one.out.substr(0, 4), "Tom ");
    EXPECT_FALSE(nn::first_bad_byte(one.out)) << one.out;
    EXPECT_EQ(one.out, same.out);
    EXPECT_NE(run("gpt", with(saying, {"--seed", "5"})).out, one.out);

    const Outcome score = run("gpt", {"score", "m", "text"});
    EXPECT_EQ(score.code, 0) << score.err;
    for (const char* part :
         {"tokens = ", "loss = ", "perplexity = ", "bits per byte = "})
      EXPECT_TRUE(has(score.out, part)) << part << score.out;

    const Outcome parts = run("gpt", {"describe", "m", "--figures", "art"});
    EXPECT_EQ(parts.code, 0) << parts.err;
    EXPECT_TRUE(has(parts.out, "  2 x 3,")) << parts.out;
    EXPECT_TRUE(fs::exists(path("art/model.svg")));
  }
}

TEST_F(GptProgram, ShowsWhatTheLastTokensRead) {
  ASSERT_EQ(train({"--steps", "2"}).code, 0);
  const Outcome shown = run(
      "gpt", {"sample",        "m",   "--prompt", "Jerry",    "--tokens", "3",
              "--rows",        "2",   "--top-k",  "3",        "--top-p",  "0.9",
              "--temperature", "0.5", "--layer",  "0",        "--head",   "1",
              "--figures",     "art", "--html",   "page.html"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_TRUE(has(shown.out, "What the last tokens read")) << shown.out;
  EXPECT_TRUE(has(shown.out, "wrote art/heat_map.svg\n"));
  EXPECT_TRUE(has(shown.out, "wrote page.html\n"));
  EXPECT_TRUE(fs::exists(path("art/lines.svg")));
  const Outcome none = run("gpt", {"sample", "m", "--tokens", "0"});
  EXPECT_EQ(none.out, "\n\n");
  const Outcome hidden = run("gpt", {"sample", "m", "--rows", "0"});
  EXPECT_FALSE(has(hidden.out, "What the last tokens read"));
}

TEST_F(GptProgram, NamesWhatIsWrong) {
  ASSERT_EQ(train({"--steps", "1"}).code, 0);
  const auto expect = [&](const Arguments& arguments, int code,
                          const std::string& part) {
    expect_refusal("gpt", arguments, code, part);
  };
  expect({}, 2, "train, sample, score or describe");
  expect({"fly"}, 2, "'fly'");
  expect({"train"}, 2, "train wants one operand, got 0");
  expect({"score", "m"}, 2, "score wants two operands, got 1");
  expect({"train", "text", "--shape", "round"}, 2, "'round'");
  expect({"train", "text", "--layers", "0"}, 2, "--layers");
  expect({"train", "text", "--context", "1"}, 2, "--context");
  expect({"train", "text", "--bpe", "-1"}, 2, "--bpe");
  expect({"train", "text", "--width", "many"}, 2, "--width");
  expect({"train", "text", "--width", "10", "--heads", "4"}, 1, "4 heads");
  expect({"train", "text", "--file", "x", "--resume"}, 1, "nothing to resume");
  expect({"train", "missing"}, 1, "'missing'");
  expect({"train", "text", "--valid", "missing"}, 1, "'missing'");
  expect({"sample", "missing"}, 1, "'missing'");
  expect({"sample", "text"}, 1, "'text'");
  expect({"sample", "m", "--temperature", "0"}, 2, "--temperature");
  expect({"sample", "m", "--top-p", "1.5"}, 2, "--top-p");
  expect({"sample", "m", "--prompt", "Zebra"}, 1, "--prompt: [Characters] 'Z'");
  expect({"sample", "m", "--layer", "2"}, 1, "layer");
  expect({"score", "m", "missing"}, 1, "'missing'");
  nn::write_file(path("empty"), "");
  nn::write_file(path("short"), "Tom and Jerry");
  nn::write_file(path("bad"), "Tom \xff");
  expect({"train", "empty"}, 1, "empty: nothing in it");
  expect({"train", "short"}, 1, "short: ");
  expect({"train", "bad"}, 1, "bad: [Characters] byte 5 is not UTF-8");
  expect({"score", "m", "empty"}, 1, "empty: nothing in it");
  expect({"score", "m", "bad"}, 1, "bad: ");
  expect({"score", "m", "short"}, 1, "short: [Characters] 'n' at byte 6");
}

// A run killed at any moment and resumed ends with the same model and curves.
TEST_F(GptProgram, ResumesToTheSameBitsAfterKills) {
  const Arguments arguments =
      with({"train", "text", "--steps", "300", "--evaluate-every", "20",
            "--save-every", "10", "--average", "2", "--dropout", "0.1"},
           small);
  const Outcome whole =
      run("gpt", with(arguments, {"--file", "whole", "--log", "whole.log"}));
  ASSERT_EQ(whole.code, 0) << whole.err;
  const Arguments killed =
      with(arguments, {"--file", "killed", "--log", "killed.log"});
  for (const std::ptrdiff_t rows : {2, 6}) {
    const pid_t child =
        start("gpt", rows == 2 ? killed : with(killed, {"--resume"}));
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (fs::exists(path("killed.log")) &&
          lines(nn::read_file(path("killed.log"))) >= rows)
        kill(child, SIGKILL);
      std::this_thread::yield();
    }
    ASSERT_TRUE(WIFSIGNALED(status)) << "ended before it was killed";
  }
  const Outcome last = run("gpt", with(killed, {"--resume"}));
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_TRUE(nn::read_file(path("killed")) == nn::read_file(path("whole")));
  EXPECT_EQ(nn::read_file(path("killed.log")),
            nn::read_file(path("whole.log")));
}

}  // namespace
}  // namespace tests

#endif
