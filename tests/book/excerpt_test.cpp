// Functions and types found by name, in sources that try to hide them.

#include "book/tool/excerpt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace {

using weave::Entity;

const std::string source = R"code(#include <vector>
#define OPEN { \
  {
namespace a::b {

struct Early;

// Adds } one: 'it' "is" {.
// In two lines.
int add(int x) {
  const char* s = "} // {";
  return x + 1'000 + '}' + s[0];  // }
}
int add(long x);
int add(long x) { return 2; }

// ---- Types

template <class T, class = std::vector<int>>
struct Cell {
  Cell(int n) : size{n}, rest(n) { grow(); }
  enum class Mode { on, off } mode;
  void grow();
  bool operator()(int) const { return true; }
  explicit operator bool() const { return false; }
  int size, rest;
};

template <class T>
void Cell<T>::grow() {
  if (add(3)) { size = 2; }
}

using Pair = std::pair<int, int>;
template <class T>
concept Small = requires(T t) { t.x; };
const std::vector<int> table = {add(1), add(2)};
auto twice = [](int x) { return 2 * x; };

}  // namespace a::b

// ANCHOR: tail
  int last() {
    // ELIDE: the middle
    int y = 3;
    // ELIDE_END
    return 0;
  }
// ANCHOR_END: tail
)code";

class Excerpt : public testing::Test {
 protected:
  void SetUp() override {
    file_ = weave::fs::path(testing::TempDir()) / "excerpt_test.cpp";
    weave::write_file(file_, source);
  }
  void TearDown() override { weave::fs::remove(file_); }

  std::string get(const std::string& what) const {
    return weave::join(weave::excerpt(file_, what));
  }
  // What is said instead of an excerpt.
  std::string refused(const std::string& what) const {
    try {
      return "found " + get(what);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }
  weave::fs::path file_;
};

TEST_F(Excerpt, Functions) {
  EXPECT_EQ(get("fn:add@1"),
            "// Adds } one: 'it' \"is\" {.\n// In two lines.\n"
            "int add(int x) {\n  const char* s = \"} // {\";\n"
            "  return x + 1'000 + '}' + s[0];  // }\n}\n");
  EXPECT_EQ(get("fn:add@2"), "int add(long x) { return 2; }\n");
  EXPECT_EQ(refused("fn:add"),
            "2 times function 'add', in lines 10 15; choose with @1, @2");
  EXPECT_EQ(get("fn:Cell::grow"),
            "template <class T>\nvoid Cell<T>::grow() {\n"
            "  if (add(3)) { size = 2; }\n}\n");
  EXPECT_EQ(get("fn:a::b::Cell::operator()"),
            "bool operator()(int) const { return true; }\n");
  EXPECT_EQ(get("fn:operator bool"),
            "explicit operator bool() const { return false; }\n");
  EXPECT_EQ(get("fn:Cell::Cell"),
            "Cell(int n) : size{n}, rest(n) { grow(); }\n");
  EXPECT_EQ(refused("fn:dd"), "no function 'dd'");
}

TEST_F(Excerpt, Types) {
  const std::string cell = get("type:Cell");
  EXPECT_TRUE(cell.starts_with("template <class T")) << cell;
  EXPECT_TRUE(cell.ends_with("  int size, rest;\n};\n")) << cell;
  EXPECT_EQ(get("type:Mode"), "enum class Mode { on, off } mode;\n");
  EXPECT_EQ(get("type:Pair"), "using Pair = std::pair<int, int>;\n");
  EXPECT_TRUE(get("type:Small").ends_with("{ t.x; };\n"));
  EXPECT_EQ(refused("type:Early"), "no type 'Early'");
}

TEST_F(Excerpt, AnchorsElisionsAndWidths) {
  EXPECT_EQ(get("tail"), "int last() {\n  // ... the middle\n  return 0;\n}\n");
  EXPECT_EQ(get("fn:last"), get("tail"));
  EXPECT_EQ(refused("nothing"),
            "anchor 'nothing' begins 0 times, ends 0 times");
  weave::write_file(file_, "// ANCHOR: open\nint x;\n");
  EXPECT_EQ(refused("open"), "anchor 'open' begins 1 times, ends 0 times");
  weave::write_file(file_, "int x;  // " + std::string(80, '-') + "\n");
  EXPECT_TRUE(refused("").starts_with("a line of 91 columns")) << refused("");
}

// The sources of the library themselves: what the chapters show can be found.
TEST(ExcerptOfTheLibrary, FindsItsFunctionsAndTypes) {
  const weave::fs::path root = ATTENTION_SOURCE_DIR;
  auto lines = [&](const std::string& file, const std::string& what) {
    return weave::excerpt(root / file, what).size();
  };
  EXPECT_GT(lines("nn/linear.h", "type:Linear"), 10u);
  EXPECT_GT(lines("attention/score.cpp", "fn:GeneralScore::operator()"), 3u);
  EXPECT_GT(lines("autograd/kernels/reference.h", "fn:softmax"), 5u);
  EXPECT_EQ(lines("autograd/dot.h", "fn:graph_dot") > 0, true);
  // Every function's body begins and ends in the same file, braces and all.
  int functions = 0;
  for (const char* folder : {"autograd", "nn", "attention", "examples"})
    for (const auto& entry :
         weave::fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".cpp") continue;
      const std::string text = weave::read_file(entry.path());
      const std::string code = weave::blank_out(text);
      for (const Entity& e : weave::entities(text)) {
        if (e.kind != Entity::Kind::function || !e.body) continue;
        ++functions;
        EXPECT_EQ(code[e.end - 1], '}') << entry.path() << e.name;
        EXPECT_EQ(std::count(code.begin() + e.begin, code.begin() + e.end, '{'),
                  std::count(code.begin() + e.begin, code.begin() + e.end, '}'))
            << entry.path() << e.name;
      }
    }
  EXPECT_GT(functions, 500);
}

}  // namespace
