#include "attention/view_html.h"

#include <gtest/gtest.h>

#include <limits>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>

#include "tests/support/xml.h"

namespace attention {
namespace {

Viewer tom() {
  return {"Tom → 汤姆", {"Tom", "chase"},
          {"汤姆"},     {{{0.75f, 0.25f}}},
          {{0, 0}},     {{{"汤姆", 0.9}, {"杰瑞", 0.1}}}};
}

std::string data_of(const std::string& page) {
  const auto begin = page.find('>', page.find("<script id=\"data\"")) + 1;
  return page.substr(begin, page.find("</script>", begin) - begin);
}

TEST(ViewHtml, DataByHand) {
  // 0.75 and 0.25 as binary32 are 3f400000 and 3e800000, low bytes first.
  EXPECT_EQ(data_of(html(tom())),
            "{\"title\":\"Tom → 汤姆\",\"source\":[\"Tom\",\"chase\"],"
            "\"target\":[\"汤姆\"],\"weights\":[[\"AABAPwAAgD4=\"]],"
            "\"gold\":[[0,0]],"
            "\"guesses\":[[[\"汤姆\",0.900000],[\"杰瑞\",0.100000]]],"
            "\"opens\":\"\"}");
}

TEST(ViewHtml, IsWholeAndAsksForNothing) {
  const std::string page = html(tom());
  EXPECT_EQ(page.rfind("<!doctype html>\n", 0), 0u);
  EXPECT_EQ(page.substr(page.size() - 8), "</html>\n");
  for (const char* part :
       {"http:", "https:", "url(", "import ", "src=", "<link", "{{", "}}\n{",
        "unsafe-", " style=\"", " onclick", "innerHTML", "eval("})
    EXPECT_EQ(count(page, part), 0) << part;
  EXPECT_EQ(count(page, "default-src 'none'"), 1);
  std::smatch found;
  ASSERT_TRUE(
      std::regex_search(page, found, std::regex("script-src 'nonce-(\\w+)'")));
  // The policy's two, the style, the data and the script.
  EXPECT_EQ(count(page, found[1]), 5);
  EXPECT_EQ(page, html(tom()));
}

TEST(ViewHtml, NoTokenCanEndThePage) {
  Viewer viewer = tom();
  viewer.title = "</title><script>";
  viewer.source = {"</script><script>alert(1)</script>", "<!--"};
  viewer.target = {"\xFF\x1b]]>"};
  viewer.guesses = {{{"</script>", 1.0}}};
  const std::string page = html(viewer);
  EXPECT_EQ(count(page, "</script>"), 2);
  EXPECT_EQ(count(page, "<script"), 2);
  EXPECT_EQ(count(page, "</title>"), 1);
  EXPECT_EQ(count(page, "<!--"), 0);
  EXPECT_EQ(count(data_of(page), "<"), 0);
  EXPECT_NE(data_of(page).find("\\u003c/script>"), std::string::npos);
  EXPECT_NE(data_of(page).find("\"\uFFFD\uFFFD]]>\""), std::string::npos);
}

TEST(ViewHtml, LayersHeadsAndNothing) {
  Viewer viewer = tom();
  viewer.weights = {{{1, 0}, {0, 1}}, {{.5f, .5f}, {0, 0}}};
  viewer.gold.clear();
  viewer.guesses.clear();
  EXPECT_NE(data_of(html(viewer)).find("\"weights\":[[\"AACAPwAAAAA=\",\""),
            std::string::npos);
  viewer = {"", {}, {}, {{{}}}, {}, {}};
  EXPECT_NE(data_of(html(viewer)).find("\"weights\":[[\"\"]]"),
            std::string::npos);
}

TEST(ViewHtml, RefusesWhatDoesNotFit) {
  const auto refused = [](auto change) {
    Viewer viewer = tom();
    change(viewer);
    EXPECT_THROW(html(viewer), std::invalid_argument);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  refused([](Viewer& v) { v.weights.clear(); });
  refused([](Viewer& v) { v.weights = {{}}; });
  refused([](Viewer& v) { v.weights.push_back({{1, 0}, {1, 0}}); });
  refused([](Viewer& v) { v.weights[0][0].pop_back(); });
  refused([&](Viewer& v) { v.weights[0][0][1] = nan; });
  refused([](Viewer& v) { v.weights[0][0][1] = 2; });
  refused([](Viewer& v) { v.gold = {{2, 0}}; });
  refused([](Viewer& v) { v.guesses.emplace_back(); });
  refused([&](Viewer& v) { v.guesses[0][0].second = nan; });
  refused([](Viewer& v) { v.guesses[0][0].second = -0.5; });
}

}  // namespace
}  // namespace attention
