// The house rules that a reader relies on, read from the sources themselves.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = ATTENTION_SOURCE_DIR;

struct Source {
  std::string path;  // from the root, with /
  std::vector<std::string> lines;
};

// Every .h and .cpp below the given folders, in the order of their names.
std::vector<Source> sources(const std::vector<std::string>& folders) {
  std::vector<Source> found;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const fs::path path = entry.path();
      if (path.extension() != ".h" && path.extension() != ".cpp") continue;
      Source source{path.lexically_relative(root).generic_string(), {}};
      std::ifstream file(path);
      for (std::string line; std::getline(file, line);) {
        source.lines.push_back(line);
      }
      found.push_back(source);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return found;
}

const std::vector<std::string> library = {"autograd", "nn", "attention"};
const std::vector<std::string> everything = {
    "autograd", "nn", "attention", "examples", "book/tool", "tests"};

// The floor of the house that a path lies on, or -1: arrows point down only.
//     autograd/kernels <- autograd <- nn <- attention <- examples <- tests
// The book's tool lies between the last two, and stands alone.
int floor_of(const std::string& path) {
  const std::vector<std::string> floors = {
      "autograd/kernels/", "autograd/",  "nn/",   "attention/",
      "examples/",         "book/tool/", "tests/"};
  for (std::size_t i = 0; i < floors.size(); ++i) {
    if (path.starts_with(floors[i])) return static_cast<int>(i);
  }
  return -1;
}

// What stands between the quotes of an #include "...", or nothing.
std::string included(const std::string& line) {
  const std::string start = "#include \"";
  if (!line.starts_with(start)) return "";
  return line.substr(start.size(), line.rfind('"') - start.size());
}

// An include that breaks a rule, as a sentence; empty if it breaks none.
std::string include_fault(const std::string& path, const std::string& target) {
  if (floor_of(target) < 0) return "is not named from the root";
  if (floor_of(target) > floor_of(path)) return "points up the house";
  if (floor_of(path) == 4 && floor_of(target) == 4) {
    return "makes one example lean on another";
  }
  if (floor_of(path) == 5 && floor_of(target) != 5) {
    return "makes the book's tool lean on the library";
  }
  return "";
}

// True for a line that knows an instruction set: an intrinsic or its macro.
bool names_instruction_set(const std::string& line) {
  const std::vector<std::string> words = {
      "intrin.h", "arm_neon.h", "_mm_",        "_mm256_",    "_mm512_",
      "__m128",   "__m256",     "__m512",      "__mmask",    "__AVX",
      "__SSE",    "__FMA__",    "__ARM_",      "__x86_64__", "__aarch64__",
      "__i386__", "float32x4",  "float64x2_t", "_f32(",      "__builtin_ia32"};
  return std::any_of(words.begin(), words.end(), [&](const auto& word) {
    return line.find(word) != std::string::npos;
  });
}

TEST(Structure, FindsTheSources) {
  EXPECT_TRUE(fs::exists(root / "Makefile")) << root;
  EXPECT_GT(sources(library).size(), 5u);
}

TEST(Structure, IncludeRulesTellRightFromWrong) {
  EXPECT_EQ(include_fault("nn/gru.cpp", "autograd/ops.h"), "");
  EXPECT_EQ(include_fault("autograd/ops.cpp", "autograd/kernels/gemm.h"), "");
  EXPECT_NE(include_fault("autograd/tensor.cpp", "nn/gru.h"), "");
  EXPECT_NE(include_fault("autograd/kernels/gemm.cpp", "autograd/ops.h"), "");
  EXPECT_NE(include_fault("nn/gru.cpp", "attention/bahdanau.h"), "");
  EXPECT_NE(include_fault("nn/gru.cpp", "tests/laws.h"), "");
  EXPECT_NE(include_fault("nn/gru.cpp", "linear.h"), "");
  EXPECT_NE(include_fault("book/tool/weave.cpp", "nn/text.h"), "");
  EXPECT_EQ(include_fault("book/tool/weave.cpp", "book/tool/text.h"), "");
  EXPECT_NE(include_fault("nn/gru.cpp", "../autograd/ops.h"), "");
  EXPECT_EQ(included("#include \"nn/gru.h\"  // why"), "nn/gru.h");
  EXPECT_EQ(included("#include <vector>"), "");
}

TEST(Structure, IncludesPointOneWay) {
  for (const Source& source : sources(everything)) {
    for (const std::string& line : source.lines) {
      const std::string target = included(line);
      if (target.empty()) continue;
      EXPECT_EQ(include_fault(source.path, target), "")
          << source.path << ": " << line;
      EXPECT_TRUE(fs::exists(root / target)) << source.path << ": " << line;
    }
  }
}

TEST(Structure, InstructionSetsStayInSimd) {
  EXPECT_TRUE(names_instruction_set("__m512 x = _mm512_setzero_ps();"));
  EXPECT_TRUE(names_instruction_set("y = vfmaq_f32(c, a, b);"));
  EXPECT_FALSE(names_instruction_set("const int m512 = 3;"));
  for (const Source& source : sources(everything)) {
    if (source.path == "autograd/kernels/simd.h" ||
        source.path.starts_with("autograd/kernels/simd/") ||
        source.path == "tests/structure_test.cpp") {
      continue;
    }
    for (const std::string& line : source.lines) {
      EXPECT_FALSE(names_instruction_set(line)) << source.path << ": " << line;
    }
  }
}

TEST(Structure, HeadersGuardThemselves) {
  for (const Source& source : sources(everything)) {
    if (!source.path.ends_with(".h")) continue;
    EXPECT_EQ(
        std::count(source.lines.begin(), source.lines.end(), "#pragma once"), 1)
        << source.path;
  }
}

// nn/gru.cpp opens namespace nn (or one inside it), and so on.
TEST(Structure, FolderIsNamespace) {
  for (const Source& source : sources(library)) {
    const std::string wanted =
        "namespace " + source.path.substr(0, source.path.find('/'));
    const bool found = std::any_of(source.lines.begin(), source.lines.end(),
                                   [&](const std::string& line) {
                                     return line.starts_with(wanted + " {") ||
                                            line.starts_with(wanted + "::");
                                   });
    EXPECT_TRUE(found) << source.path << " lies outside " << wanted;
  }
}

}  // namespace
