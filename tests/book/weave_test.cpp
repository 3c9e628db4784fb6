// The ways a book can go wrong, one by one: each must be found, with the file
// and the line. The programs here are shell scripts in a folder of the test.

#include "book/tool/weave.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "book/tool/program.h"

#if defined(__unix__) || defined(__APPLE__)

namespace {

using weave::fs::path;

const std::string chapter = "book/01-first.md";

// A small repository with a true book: a chapter with code, output, numbers, a
// figure and the result of a long run.
class Weave : public testing::Test {
 protected:
  void SetUp() override {
    root_ = path(testing::TempDir()) /
            (std::string("weave_test_") +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    weave::fs::remove_all(root_);
    write("nn/gate.cpp",
          "namespace nn {\n\n// Half of x.\ndouble half(double x) {\n"
          "  return x / 2;\n}\n\n}  // namespace nn\n");
    program("tom",
            "if [ \"$1\" = --figures ]; then\n"
            "  echo '<svg>1</svg>' > \"$2/bars.svg\"\n"
            "  exit\nfi\n"
            "echo; echo '== by hand =='; echo 'sum = 0.900'; echo\n"
            "echo '== later =='; echo 'words = [1 2]'\n");
    program("probe",
            "case \"$*\" in\n"
            "*--replay*) i=0; while [ $i -lt 20 ]; do echo 3f80000$((i % 5));\n"
            "  i=$((i + 1)); done;;\n"
            "*) echo '== table =='; echo 'accuracy = 0.75'\n"
            "  echo '<svg>2</svg>' > \"$4/curve.svg\"\n"
            "  echo \"wrote $4/curve.svg\";;\nesac\n");
    write("book/results/X4.txt",
          "command: probe --seed 7\nfigure: curve.svg new\n");
    EXPECT_EQ(renew(), 0) << said_;
    write("book/README.md", "# Book\n\n1. [First](01-first.md)\n");
    write(chapter, page);
    options_.check = false;
    EXPECT_EQ(run(), 0) << said_;
    EXPECT_EQ(check(), 0) << said_;
  }
  void TearDown() override { weave::fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const {
    weave::write_file(root_ / name, text);
  }
  std::string read(const std::string& name) const {
    return weave::read_file(root_ / name);
  }
  void program(const std::string& name, const std::string& script) const {
    write("bin/" + name, "#!/bin/sh\n" + script);
    weave::fs::permissions(root_ / "bin" / name, weave::fs::perms::owner_all);
  }
  // Changes one place of a file by hand.
  void edit(const std::string& name, const std::string& from,
            const std::string& to) const {
    std::string text = read(name);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    const auto rights = weave::fs::status(root_ / name).permissions();
    write(name, text.replace(at, from.size(), to));
    weave::fs::permissions(root_ / name, rights);
  }

  int run() {
    options_.root = root_;
    options_.programs = "bin";
    options_.pages = {"book/README.md", chapter};
    std::ostringstream out;
    const int faults = weave::weave(options_, out);
    said_ = out.str();
    return faults;
  }
  int check() {
    options_.check = true;
    return run();
  }
  int renew() {
    options_.root = root_;
    options_.programs = "bin";
    options_.version = "0.1";
    std::ostringstream out;
    const int faults = weave::renew_results(options_, {}, out);
    said_ = out.str();
    return faults;
  }
  // The check must fail, say this, and change nothing.
  void expect_fault(const std::string& what) {
    const std::string before = read(chapter);
    EXPECT_GT(check(), 0) << what;
    EXPECT_NE(said_.find(what), std::string::npos) << said_;
    EXPECT_EQ(read(chapter), before);
  }
  void expect_fault_in(const std::string& body, const std::string& what) {
    write(chapter, page + body);
    expect_fault(what);
  }

  inline static const std::string page =
      "# First\n"
      "\n"
      "<!-- code: nn/gate.cpp # fn:half -->\n"
      "```cpp\n```\n"
      "\n"
      "<!-- run: tom # by hand -->\n"
      "```text\n```\n"
      "\n"
      "The sum is ?<!-- num: tom # sum -->, the words `?`<!-- num: tom # later "
      "/ words -->,\nand ?<!-- num: results/X4 # accuracy --> is right.\n"
      "\n"
      "<!-- figure: tom # bars.svg -->\n"
      "![Two bars](figures/bars.svg)\n"
      "\n"
      "<!-- figure: results/X4 # curve.svg -->\n"
      "![A curve\nthat rises](figures/curve.svg)\n"
      "\n"
      "<!-- result: X4 # table -->\n"
      "```text\n```\n";

  path root_;
  weave::Options options_;
  std::string said_;
};

TEST_F(Weave, WritesWhatIsTrue) {
  EXPECT_EQ(
      read(chapter),
      "# First\n"
      "\n"
      "<!-- code: nn/gate.cpp # fn:half -->\n"
      "```cpp\n// Half of x.\ndouble half(double x) {\n  return x / 2;\n}\n"
      "```\n"
      "\n"
      "<!-- run: tom # by hand -->\n"
      "```text\nsum = 0.900\n```\n"
      "\n"
      "The sum is 0.900<!-- num: tom # sum -->, the words `[1 2]`<!-- num: tom "
      "# later / words -->,\nand 0.75<!-- num: results/X4 # accuracy --> is "
      "right.\n"
      "\n"
      "<!-- figure: tom # bars.svg -->\n"
      "![Two bars](figures/bars.svg)\n"
      "\n"
      "<!-- figure: results/X4 # curve.svg -->\n"
      "![A curve\nthat rises](figures/curve.svg)\n"
      "\n"
      "<!-- result: X4 # table -->\n"
      "```text\naccuracy = 0.75\n```\n");
  EXPECT_EQ(read("book/figures/bars.svg"), "<svg>1</svg>\n");
}

TEST_F(Weave, FindsWhatWasChangedByHand) {
  const std::string good = read(chapter);
  auto changed = [&](const std::string& from, const std::string& to,
                     const std::string& what) {
    edit(chapter, from, to);
    expect_fault(what);
    write(chapter, good);
  };
  changed("is 0.900<", "is 0.901<", chapter + ":16: differs from tom # sum");
  changed("is 0.900<", "is 0.901<", "  - 0.901\n  + 0.900\n");
  changed("x / 2", "x / 3",
          chapter +
              ":7: differs from nn/gate.cpp # fn:half\n"
              "  -   return x / 3;\n  +   return x / 2;\n");
  changed("sum = 0.900", "sum = 0.9",
          chapter + ":13: differs from tom # by hand");
  changed("`[1 2]`", "`[1 3]`", chapter + ":16: differs from tom # later");
  changed("0.75<", "0.76<", chapter + ":17: differs from results/X4");
  changed("accuracy = 0.75", "accuracy = 0.7",
          chapter + ":28: differs from X4 # table");
  changed("](figures/bars.svg)", "](figures/bar.svg)", chapter + ":19: wanted");
  edit("book/figures/bars.svg", "1", "2");
  expect_fault(chapter + ":19: differs from book/figures/bars.svg");
}

TEST_F(Weave, FindsWhatTheSourceOrTheProgramChanged) {
  edit("nn/gate.cpp", "x / 2", "0.5 * x");
  expect_fault(chapter + ":7: differs from nn/gate.cpp");
  edit("nn/gate.cpp", "half(", "halve(");
  expect_fault(chapter + ":3: nn/gate.cpp: no function 'half'");
  SetUp();
  edit("bin/tom", "0.900", "0.9");
  expect_fault(chapter + ":13: differs from tom # by hand");
  expect_fault(chapter + ":16: differs from tom # sum");
  SetUp();
  edit("bin/tom", "svg>1", "svg>9");
  expect_fault(chapter + ":19: differs from book/figures/bars.svg");
  SetUp();
  edit("bin/tom", "by hand", "by foot");
  expect_fault(chapter + ":11: it prints 0 sections '== by hand =='");
  program("tom", "exit 3");
  expect_fault(chapter + ":11: 'tom' ended with code 3");
  program("tom", "while :; do :; done");
  options_.seconds = 1;
  expect_fault("'tom' took more than 1 s");
  weave::fs::remove(root_ / "bin/tom");
  expect_fault(chapter + ":11: 'tom' cannot be started");
}

TEST_F(Weave, AnErrorAnywhereLeavesEverythingUntouched) {
  edit("nn/gate.cpp", "x / 2", "0.5 * x");
  edit("bin/tom", "svg>1", "svg>9");
  edit(chapter, "# table", "# chair");
  const std::string before = read(chapter);
  options_.check = false;
  EXPECT_GT(run(), 0);
  EXPECT_EQ(read(chapter), before);
  EXPECT_EQ(read("book/figures/bars.svg"), "<svg>1</svg>\n");
  edit(chapter, "# chair", "# table");
  EXPECT_EQ(run(), 0) << said_;
  EXPECT_NE(said_.find(chapter + ":7: updated from"), std::string::npos);
  EXPECT_EQ(read("book/figures/bars.svg"), "<svg>9</svg>\n");
  EXPECT_EQ(check(), 0) << said_;
}

TEST_F(Weave, KnowsAStaleResult) {
  const std::string stale = "book/results/X4.txt:4: ";
  edit("bin/probe", "3f80000", "3f80001");
  EXPECT_EQ(check(), 0);
  EXPECT_NE(said_.find(stale + "warning: stale"), std::string::npos) << said_;
  options_.strict = true;
  expect_fault(stale + "stale: the first steps give other bits now");
  EXPECT_EQ(renew(), 0);
  EXPECT_EQ(check(), 0) << said_;
  // Where it happened to draw is not kept.
  EXPECT_EQ(read("book/results/X4.txt").find("wrote"), std::string::npos);
  edit("book/results/X4.txt", "accuracy = 0.75", "accuracy = 0.85");
  expect_fault("book/results/X4.txt:8: is not what the program printed");
  SetUp();
  edit("book/figures/curve.svg", "2", "3");
  expect_fault(chapter + ":22: book/figures/curve.svg is not the one");
  SetUp();
  edit("bin/probe", "-lt 20", "-lt 19");
  expect_fault("must print the bits of 20 losses or more");
  SetUp();
  write("book/results/X4.txt", "command: probe\n");
  EXPECT_EQ(renew(), 1);
  EXPECT_NE(said_.find("'probe' names no --seed"), std::string::npos) << said_;
  write("book/results/X5.txt", read("book/results/X4.txt"));
  expect_fault("book/results/X5.txt:1: no page names this result");
}

TEST_F(Weave, RefusesMarkersThatAreWrong) {
  expect_fault_in("<!-- cod: a.cpp -->\n", "unknown marker 'cod'");
  expect_fault_in("<!-- code: nn/gate.cpp#fn:half -->\n\n```cpp\n```\n",
                  "wanted a ``` block right below");
  expect_fault_in("x <!-- run: tom -->\n", "on a line of its own");
  expect_fault_in("is <!-- num: tom # sum -->\n", "right behind its value");
  expect_fault_in("1<!-- num: tom\n# sum -->\n", "must end on its line");
  expect_fault_in("1<!-- num: tom --x # sum -->\n", "GitHub shows a num");
  expect_fault_in("1<!-- num: tom -->\n", "it prints no line ' = ...'");
  expect_fault_in("1<!-- num: tom # total -->\n",
                  "it prints no line 'total = ...'");
  expect_fault_in("```text\nnever closed\n", "never ends");
  expect_fault_in("<!-- run: tom -->\n```text\n", "never ends");
  expect_fault_in("<!-- result: X9 -->\n```text\n```\n",
                  "book/results/X9.txt: cannot read");
}

TEST_F(Weave, LeavesAloneWhatIsNoMarker) {
  write(chapter, read(chapter) +
                     "\n<!-- Note to all -->\n"
                     "As in `<!-- run: x -->` or ``1<!-- num: ` -->``.\n"
                     "````markdown\n<!-- cod: x -->\n```\n````\n");
  EXPECT_EQ(check(), 0) << said_;
}

TEST_F(Weave, TakesNumbersFromTheBlockAbove) {
  program("flags", "echo \"flag = $1\"");
  const std::string number = "It is ?<!-- num: # flag -->.\n";
  write(chapter, "# First\n\n" + number + page);
  expect_fault(chapter + ":3: no run or result marker stands above");
  write(chapter, page + "<!-- run: flags --deep -->\n```text\n```\n" + number);
  options_.check = false;
  EXPECT_EQ(run(), 0) << said_;
  EXPECT_NE(read(chapter).find("flag = --deep\n```\nIt is --deep<!--"),
            std::string::npos);
}

TEST_F(Weave, WeavesInsideABox) {
  write(chapter, page +
                     "\n> <!-- code: nn/gate.cpp # fn:half -->\n> ```cpp\n"
                     "> ```\n");
  options_.check = false;
  EXPECT_EQ(run(), 0) << said_;
  EXPECT_NE(read(chapter).find("> ```cpp\n> // Half of x.\n> double"),
            std::string::npos);
  EXPECT_EQ(check(), 0) << said_;
}

TEST(WeaveProgram, SectionsAndValues) {
  const std::string out = "a = 1\n== x ==\n\na = 2 m\n\n== y ==\nb = 3\n";
  EXPECT_EQ(weave::section(out, "x"), weave::Lines{"a = 2 m"});
  EXPECT_EQ(weave::section(out, "").size(), 7u);
  EXPECT_EQ(weave::value(out, "x / a"), "2 m");
  EXPECT_EQ(weave::value(out, "b"), "3");
  EXPECT_THROW(weave::value(out, "a"), std::runtime_error);  // 1 or 2?
  EXPECT_THROW(weave::value(out, "y / a"), std::runtime_error);
  EXPECT_THROW(weave::section(out + "== x ==\n", "x"), std::runtime_error);
}

}  // namespace

#endif
