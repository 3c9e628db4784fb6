#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "attention/translator.h"
#include "nn/file.h"

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
