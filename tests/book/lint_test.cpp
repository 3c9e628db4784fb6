// What would show wrongly, or what nothing keeps true: found, with its place.

#include "book/tool/lint.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace {

using weave::fs::path;

class Lint : public testing::Test {
 protected:
  void SetUp() override {
    root_ = path(testing::TempDir()) /
            (std::string("lint_test_") +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    weave::fs::remove_all(root_);
    write("book/README.md", "[One](01-one.md)\n");
    write("book/02-two.md", "# Two\n\n## A part: `x`, 一二\n\n## A part\n");
  }
  void TearDown() override { weave::fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const {
    weave::write_file(root_ / name, text);
  }

  // What is said of a chapter with this text below its title.
  std::string said(const std::string& body) {
    write("book/01-one.md", "# One\n" + body);
    weave::Options options;
    options.root = root_;
    options.pages = {"README.md", "book/README.md", "book/01-one.md"};
    if (!weave::fs::exists(root_ / "README.md"))
      options.pages.erase(options.pages.begin());
    std::ostringstream out;
    weave::Report report(out);
    weave::lint(options, {}, report);
    return out.str();
  }
  void expect_clean(const std::string& body) { EXPECT_EQ(said(body), ""); }
  // One fault, on the line below the title.
  void expect(const std::string& body, const std::string& message) {
    EXPECT_EQ(said(body), "book/01-one.md:2: " + message + "\n");
  }

  path root_;
};

const std::string wanted_marker =
    "nothing keeps this block true: put a code, run or result marker above "
    "it, or <!-- sketch: why -->";
const std::string wanted_math =
    "write mathematics as $`...`$ or a ```math block: GitHub edits what stands "
    "in $...$ and $$...$$";

TEST_F(Lint, Blocks) {
  expect("```cpp\nint x;\n```\n", wanted_marker);
  expect("```text\nx\n```\n", wanted_marker);
  expect("> ```text\n> x\n> ```\n", wanted_marker);
  expect_clean("<!-- sketch: an idea -->\n```cpp\nint x;\n```\n");
  expect_clean("```sh\nmake tom\n\necho $x  # [a](none.md)\n```\n");
  expect_clean("````markdown\n```cpp\nint x;\n```\n````\n");
  EXPECT_EQ(said("```sh\n" + std::string(81, 'x') + "\n```\n"),
            "book/01-one.md:3: code of 81 columns, at most 80\n");
  EXPECT_EQ(said("```sh\n" + std::string(79, 'x') + "字\n```\n"),
            "book/01-one.md:3: code of 81 columns, at most 80\n");
}

TEST_F(Lint, Mathematics) {
  expect_clean("So $`x`$, ($`y`$) and — $`\\lvert x \\rvert`$.\n");
  expect_clean("```math\n\\sum_i x_i \\\\ y\n```\nand `$x$` as code\n");
  expect("so $x + 1 is\n", wanted_math);
  EXPECT_EQ(said("so $$x$$\n"), [] {
    std::string four;
    for (int i = 0; i < 4; ++i)
      four += "book/01-one.md:2: " + wanted_math + "\n";
    return four;
  }());
  expect("so $`x\n", "a $` without its `$ on the same line");
  const std::string touches =
      "mathematics touches a letter: GitHub wants a space or a sign between "
      "them";
  expect("an $`n`$th word\n", touches);
  expect("in2$`n`$ words\n", touches);
  expect("词$`n`$ words\n", touches);
  expect_clean("词，$`n`$。\n");
  expect("*of $`n`$*\n", "mathematics at the end of italics");
  expect("## Why $`x`$?\n", "mathematics in a heading");
  expect("[see $`x`$](02-two.md)\n", "mathematics in a link");
  expect("| $`|x|`$ |\n", "a | in a table ends the cell: \\lvert, \\mid");
  expect("so $`\\operatorname{f}`$\n",
         "GitHub refuses \\operatorname: \\mathrm{...}");
  EXPECT_EQ(said("```math\n\\newcommand{\\x}{y}\n```\n"),
            "book/01-one.md:3: no macros of our own\n");
}

TEST_F(Lint, Links) {
  expect_clean(
      "[a](02-two.md#a-part-x-一二) [b](02-two.md#a-part) [c](#one)\n"
      "[d](https://example.org/x) [e](mailto:a@b) [f](../book)\n");
  expect("[a](03-three.md)\n", "dead link: 03-three.md");
  expect("[a](../../secret)\n", "dead link: ../../secret");
  expect("[a\nb](03-three.md)\n", "dead link: 03-three.md");
  expect("[a]: 03-three.md\n", "dead link: 03-three.md");
  expect("[a](02-two.md#b)\n", "no heading has the id #b in book/02-two.md");
  expect("[a](#b)\n", "no heading has the id #b in book/01-one.md");
  write("nn/x.h", "");
  expect("[a](../nn/x.h#L3)\n",
         "an anchor in a file that is no page: ../nn/x.h#L3");
  expect_clean("`[a](03-three.md)` and <!-- [a](03-three.md) -->\n");
  expect("<img src=x>\n", "write an image as ![what it shows](file)");
}

TEST_F(Lint, FiguresResultsAndContents) {
  write("book/figures/a/x.svg", "");
  const std::string image = "![An x](figures/a/x.svg)\n";
  expect_clean("<!-- figure: p # a/x.svg -->\n" + image);
  expect(image, "nothing keeps this figure true: put a figure marker above");
  EXPECT_NE(said("<!-- figure: p # a/x.svg -->\n![ ](figures/a/x.svg)\n")
                .find("book/01-one.md:3: an image without a text"),
            std::string::npos);
  EXPECT_EQ(said(""), "book/figures/a/x.svg:1: no page shows this figure\n");
  write("book/README.md", "[One](01-one.md)\n\n" + image);
  EXPECT_EQ(said(""),
            "book/README.md:3: nothing keeps this figure true: put a figure "
            "marker above\n");
  write("book/README.md", "[One](01-one.md)\n");
  // The front page of the repository counts, and may show what it likes.
  write("README.md",
        "![An\nx](book/figures/a/x.svg)\n```cpp\nint x;\n```\n$y\n");
  expect_clean("");
  write("book/results/X1.txt", "");
  EXPECT_EQ(said(""), "book/results/X1.txt:1: no page names this result\n");
  weave::fs::remove(root_ / "book/results/X1.txt");
  write("book/README.md", "`[One](01-one.md)`\n");
  EXPECT_EQ(said(""),
            "book/README.md:1: the chapter book/01-one.md is missing\n");
}

TEST(LintSlug, IsThatOfGitHub) {
  EXPECT_EQ(weave::slug("3.2 The code"), "32-the-code");
  EXPECT_EQ(weave::slug("Why `softmax_row`, and [how](x.md)?"),
            "why-softmax_row-and-how");
  EXPECT_EQ(weave::slug("Tom → 汤姆：一 — two"), "tom--汤姆一--two");
  EXPECT_EQ(
      weave::ids("# A\n\n## A\n\n```sh\n# no\n```\n\n<a id=\"own\"></a>\n"),
      (std::set<std::string>{"a", "a-1", "own"}));
}

TEST(LintProse, BlanksWhatIsNoProse) {
  const auto page = weave::prose("a `b $c` $`d`$ <!-- $ -->\n``e ` f``\n");
  EXPECT_EQ(page.text,
            "a \2\2\2\2\2\2 \1\1\1\1\1           \n"
            "\2\2\2\2\2\2\2\2\2\n");
  EXPECT_EQ(page.math.size(), 1u);
}

}  // namespace
