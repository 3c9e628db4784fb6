#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "nn/file.h"
#include "tests/support/translators.h"

namespace attention {
namespace {

TEST(Pictures, AreOfTheWordsWithoutTheEndMark) {
  const Translation t{
      {"汤姆", "追逐"},
      {{Real(0.75), Real(0.25)}, {Real(0.5), Real(0.5)}, {1, 0}},
      {},
      0};
  const Map map = map_of({"Tom", "chase"}, t, {{0, 0}});
  EXPECT_EQ(map.title, "Tom chase → 汤姆 追逐");
  EXPECT_EQ(map.weights, (std::vector<float>{0.75f, 0.25f, 0.5f, 0.5f}));
}

TEST(Pictures, TheViewerHasTheEndMarkToo) {
  Translation t{{"汤姆"},
                {{Real(0.75), Real(0.25)}, {1, 0}},
                {{{"汤姆", Real(0.5)}}, {{"</s>", Real(0.25)}}},
                0};
  const Viewer viewer = viewer_of({"Tom", "chase"}, t, {{0, 0}});
  EXPECT_EQ(viewer.target, (Words{"汤姆", "</s>"}));
  EXPECT_EQ(viewer.weights[0][0], (std::vector<float>{0.75f, 0.25f, 1, 0}));
  EXPECT_EQ(viewer.guesses[1][0].first, "</s>");
  t.weights.pop_back();  // it stopped at its limit
  t.guesses.pop_back();
  EXPECT_EQ(viewer_of({"Tom", "chase"}, t).target, Words{"汤姆"});
}

// All heads of a Transformer, opened at the one chosen, which reads what the
// translation says.
TEST(Pictures, TheViewerOfATransformerHasEveryHead) {
  Translator translator = tests::taught_transformer();
  const Words source = tests::toy_pairs()[5].source;
  translator.choose_head({0, 1});
  const Translation t = translator.translate(source, {.guesses = 3});
  const Viewer viewer = viewer_of(translator, source, t);
  ASSERT_EQ(viewer.weights.size(), 2u);
  ASSERT_EQ(viewer.weights[0].size(), 2u);
  EXPECT_EQ(viewer.opens, "layer=1&heads=2");
  ASSERT_EQ(viewer.target.size(), 5u);
  ASSERT_EQ(viewer.weights[0][1].size(), 5u * 4u);
  for (std::size_t k = 0; k < 20; ++k)
    EXPECT_NEAR(viewer.weights[0][1][k], t.weights[k / 4][k % 4], 1e-5);
  EXPECT_EQ(viewer.guesses.size(), 5u);
  EXPECT_NE(html(viewer).find("\"opens\":\"layer=1&heads=2\""),
            std::string::npos);
  translator.choose_head(HeadChoice{});
  EXPECT_EQ(viewer_of(translator, source, t).opens, "layer=2");
  // Stopped at its limit, it has no end mark.
  Translation cut = t;
  cut.weights.pop_back();
  cut.guesses.pop_back();
  EXPECT_EQ(viewer_of(translator, source, cut).weights[1][0].size(), 4u * 4u);
  // A recurrent model has one.
  const Translator& recurrent = tests::taught_recurrent();
  const Viewer one = viewer_of(recurrent, source, recurrent.translate(source));
  EXPECT_EQ(one.weights.size(), 1u);
  EXPECT_EQ(one.opens, "");
}

TEST(Pictures, AreWrittenAndNamed) {
  const Translation t{{"汤姆"}, {{1}}, {}, 0};
  const std::string folder = testing::TempDir() + "translator_test_pictures";
  std::filesystem::remove_all(folder);
  std::ostringstream out;
  show(out, {"Tom"}, t,
       {.figures = folder + "/a",
        .html = folder + "/a/tom.html",
        .gold = {{0, 0}}});
  for (const char* file : {"heat_map.svg", "lines.svg", "tom.html"}) {
    const std::string path = folder + "/a/" + file;
    EXPECT_GT(std::filesystem::file_size(path), 200u) << path;
    EXPECT_NE(out.str().find("wrote " + path + "\n"), std::string::npos);
  }
  EXPECT_EQ(out.str().rfind("\nTom → 汤姆\n", 0), 0u);
  EXPECT_NE(nn::read_file(folder + "/a/tom.html").find("\"gold\":[[0,0]]"),
            std::string::npos);
  std::filesystem::remove_all(folder);

  const Translation blind{{"汤姆"}, {}, {}, 0};
  std::ostringstream nothing;
  show(nothing, {"Tom"}, blind, {});
  EXPECT_EQ(nothing.str(), "");
  EXPECT_THROW(show(nothing, {"Tom"}, blind, {.html = folder}),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
