// The programs of chapters that train many small models.
#include <gtest/gtest.h>

#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

TEST_F(Examples, OfTheChaptersExplainTheirFlags) {
  expect_flags(
      {{"recurrence", {"figures"}},
       {"how_far", {"seed", "seeds", "steps", "figures", "replay"}},
       {"equal_share", {"seed", "seeds", "steps", "figures", "replay"}},
       {"gates", {"seed", "figures"}},
       {"five_steps", {"seed", "figures"}},
       {"alignment",
        {"sentences", "epochs", "seeds", "seed", "replay", "figures"}},
       {"which_weights",
        {"sentences", "longest", "epochs", "seeds", "seed", "replay",
         "figures"}},
       {"blind_weights", {}},
       {"one_vector", {"figures", "threads"}},
       {"twenty_words",
        {"kinds", "limits", "hidden", "seeds", "steps", "tests", "seed",
         "replay", "figures", "threads"}},
       {"score_zoo",
        {"sentences", "epochs", "seeds", "seed", "replay", "figures"}},
       {"scale", {"seed", "seeds", "steps", "figures", "replay"}},
       {"rotated_keys", {"seed", "seeds", "steps", "figures", "replay"}},
       {"two_names", {"seconds", "seed", "replay"}},
       {"local_by_hand", {}},
       {"local_window",
        {"sentences", "epochs", "seeds", "seed", "replay", "figures"}},
       {"self_attention", {"figures"}},
       {"positions", {"figures"}},
       {"long_range", {"seed", "seeds", "steps", "figures", "replay"}},
       {"extrapolation", {"seed", "seeds", "steps", "figures", "replay"}},
       {"idiom", {"seed", "seeds", "steps", "figures", "replay"}},
       {"split_heads", {}},
       {"masks", {}},
       {"heads", {"seed", "seeds", "steps", "figures", "replay"}},
       {"blocks", {"figures"}},
       {"sub_layers", {"seed", "seeds", "steps", "replay"}},
       {"learning_curves", {"seed", "seeds", "steps", "figures", "replay"}},
       {"cost", {"figures"}},
       {"clock", {"seconds", "seed", "replay"}},
       {"probe",
        {"small", "large", "limit", "seeds", "steps", "seed", "replay",
         "figures", "threads"}}});
}

TEST_F(Examples, MemoriesAreMeasuredAndDrawn) {
  const Outcome hand = run("recurrence", {"--figures", "art"});
  EXPECT_TRUE(has(hand.out, "d h3 / d x1 by hand = 0.0882\n")) << hand.err;
  EXPECT_TRUE(has(hand.out, "d h3 / d x1 by the library = 0.0882\n"));
  const Outcome far = run("how_far", {"--steps", "2", "--figures", "art"});
  EXPECT_TRUE(has(far.out, "LSTM, forget 2 = ")) << far.err;
  EXPECT_FALSE(has(far.out, "== claims ==")) << "one network proves nothing";
  const Outcome share =
      run("equal_share", {"--steps", "2", "--figures", "art"});
  EXPECT_TRUE(has(share.out, "RNN = 0.7")) << share.err;
  for (const char* name : {"unrolled", "one_distance", "shares"})
    EXPECT_TRUE(fs::exists(path("art/" + std::string(name) + ".svg"))) << name;
  for (const char* program : {"how_far", "equal_share"}) {
    EXPECT_EQ(lines(run(program, {"--replay"}).out), 30) << program;
    EXPECT_EQ(run(program, {"--seeds", "0"}).code, 2) << program;
  }
}

TEST_F(Examples, TwentyWordsPrintsARowForEachCaseAndReplays) {
  const Arguments tiny = {"--kinds",  "start,reversed,attention",
                          "--limits", "2,4",
                          "--hidden", "8",
                          "--steps",  "3",
                          "--tests",  "2",
                          "--seeds",  "2"};
  const Outcome words = run("twenty_words", with(tiny, {"--figures", "art"}));
  EXPECT_EQ(words.code, 0) << words.err;
  for (const char* part : {"== data ==\n", "== walls ==\n",
                           "wall reversed 8 4 = ", "== by length ==\n",
                           "wrote art/length_attention_8.svg\n"})
    EXPECT_TRUE(has(words.out, part)) << part << words.out;
  const Outcome replay = run("twenty_words", with(tiny, {"--replay"}));
  EXPECT_EQ(replay.code, 0) << replay.err;
  EXPECT_EQ(replay.out.size(), 24u * 9) << replay.out;
  for (const auto& [flag, value] : {std::pair{"--kinds", "begin"},
                                    {"--kinds", ""},
                                    {"--limits", "8,x"},
                                    {"--hidden", "0"},
                                    {"--steps", "0"}}) {
    const Outcome wrong = run("twenty_words", {flag, value});
    EXPECT_EQ(wrong.code, 2) << flag << wrong.err;
  }
}

TEST_F(Examples, ProbeMapsEveryPlaceAndReplays) {
  const Arguments tiny = {"--small", "8", "--large", "9", "--steps", "2"};
  const Outcome probe = run("probe", with(tiny, {"--figures", "art"}));
  EXPECT_EQ(probe.code, 0) << probe.err;
  for (const char* part :
       {"== 8 numbers, trained ==\n", "== 9 numbers, untrained ==\n",
        "== most frequent word ==\n", "wrote art/probe_trained.svg\n"})
    EXPECT_TRUE(has(probe.out, part)) << part << probe.out;
  const Outcome replay = run("probe", with(tiny, {"--replay"}));
  EXPECT_EQ(lines(replay.out), 24) << replay.out;
  EXPECT_EQ(run("probe", {"--limit", "1"}).code, 2);
}

TEST_F(Examples, ThoseOfChapterSevenRun) {
  const Outcome steps = run("five_steps", {});
  EXPECT_TRUE(has(steps.out, "-> 汤姆 今天 追逐 杰瑞 </s>\n")) << steps.out;
  EXPECT_EQ(run("blind_weights", {}).code, 0);
  for (const char* program : {"alignment", "which_weights"}) {
    const Outcome bits = run(program, {"--replay", "--sentences", "200"});
    EXPECT_EQ(bits.code, 0) << bits.err;
    EXPECT_GE(lines(bits.out), 20) << program;
    EXPECT_EQ(run(program, {"--seeds", "0"}).code, 2) << program;
  }
}

TEST_F(Examples, SelfAttentionAndPositionsAreShown) {
  const Outcome self = run("self_attention", {"--figures", "art"});
  EXPECT_TRUE(has(self.out, "[0.4458 0.1084 0.4458]")) << self.err;
  const Outcome places = run("positions", {"--figures", "art"});
  EXPECT_EQ(places.code, 0) << places.err;
  EXPECT_TRUE(has(places.out, "[PositionEmbedding] wanted at most 16"));
  for (const char* program : {"long_range", "extrapolation", "idiom"}) {
    const Outcome tiny = run(program, {"--steps", "2", "--figures", "art"});
    EXPECT_EQ(tiny.code, 0) << program << tiny.err;
    EXPECT_FALSE(has(tiny.out, "== claims ==")) << program;
    EXPECT_GE(lines(run(program, {"--replay"}).out), 20) << program;
    EXPECT_EQ(run(program, {"--seeds", "0"}).code, 2) << program;
  }
  for (const char* name : {"self_lines", "sinusoids", "range_before",
                           "range_after", "three_back", "last_name", "idiom"})
    EXPECT_TRUE(fs::exists(path("art/" + std::string(name) + ".svg"))) << name;
}

TEST_F(Examples, WindowsAreWorkedByHandAndTrained) {
  const Outcome hand = run("local_by_hand", {});
  EXPECT_EQ(hand.code, 0) << hand.err;
  EXPECT_TRUE(
      has(hand.out, "target 5      0.000  0.000  0.500  0.500  0.000\n"));
  EXPECT_TRUE(has(hand.out, "holds: the place learns through the bell\n"));
  const Outcome tiny = run("local_window", {"--sentences", "64", "--epochs",
                                            "1", "--figures", "art"});
  EXPECT_EQ(tiny.code, 0) << tiny.err;
  EXPECT_FALSE(has(tiny.out, "== claims =="));
  for (const char* name : {"local_m", "local_p", "weight_sums", "window_aer"})
    EXPECT_TRUE(fs::exists(path("art/" + std::string(name) + ".svg"))) << name;
  EXPECT_EQ(lines(run("local_window", {"--replay"}).out), 95);
  EXPECT_EQ(run("local_window", {"--seeds", "0"}).code, 2);
}

TEST_F(Examples, HeadsAndMasksAreShown) {
  const Outcome split = run("split_heads", {});
  EXPECT_TRUE(has(split.out, "8 heads of 64 = 1050624\n")) << split.err;
  const Outcome masks = run("masks", {});
  EXPECT_TRUE(has(masks.out, "word 2 changed  ..xxxx\n")) << masks.err;
  const Outcome tiny = run("heads", {"--steps", "2", "--figures", "art"});
  EXPECT_EQ(tiny.code, 0) << tiny.err;
  EXPECT_FALSE(has(tiny.out, "== claims =="));
  for (const char* name : {"heads_places", "heads_apart", "pruned"})
    EXPECT_TRUE(fs::exists(path("art/" + std::string(name) + ".svg"))) << name;
  EXPECT_GE(lines(run("heads", {"--replay"}).out), 20);
  EXPECT_EQ(run("heads", {"--seeds", "0"}).code, 2);
}

}  // namespace
TEST_F(Examples, TransformersAreTakenApartAndCounted) {
  const Outcome blocks = run("blocks", {});
  EXPECT_EQ(blocks.code, 0) << blocks.err;
  EXPECT_TRUE(has(blocks.out, "\nall = 63082496\n")) << blocks.out;
  const Outcome cost = run("cost", {"--figures", "art"});
  EXPECT_EQ(cost.code, 0) << cost.err;
  EXPECT_TRUE(has(cost.out, "holds: both write the same words\n")) << cost.out;
  EXPECT_TRUE(fs::exists(path("art/layers.svg")));
  for (const auto& [program, replayed] :
       {std::pair{"clock", 20}, {"sub_layers", 28}, {"learning_curves", 30}}) {
    const Outcome bits = run(program, {"--replay"});
    EXPECT_EQ(bits.code, 0) << bits.err;
    EXPECT_EQ(lines(bits.out), replayed) << program;
  }
  EXPECT_EQ(run("clock", {"--seconds", "-1"}).code, 2);
  EXPECT_EQ(run("sub_layers", {"--steps", "3"}).code, 2);
  EXPECT_EQ(run("learning_curves", {"--seeds", "0"}).code, 2);
}

}  // namespace tests

#endif
