// Runs the programs as a user does. A test that includes this is named
// tests/examples*_test.cpp, so that it knows where they are.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "autograd/random.h"
#include "nn/corpus.h"
#include "nn/file.h"
#include "nn/grammar.h"

#if defined(__unix__) || defined(__APPLE__)

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tests {

namespace fs = std::filesystem;

using Arguments = std::vector<std::string>;

inline Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// How a program ended and what it wrote.
struct Outcome {
  int code = -1;  // -1: by a signal
  std::string out, err;
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A folder of its own for each test, where its programs run.
class Examples : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("examples_test_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  // Starts a built program in the folder.
  pid_t start(const std::string& program, const Arguments& arguments) const {
    const std::string file =
        (fs::path(ATTENTION_PROGRAMS_DIR) / program).string();
    std::vector<char*> words{const_cast<char*>(program.c_str())};
    for (const std::string& word : arguments)
      words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t child = fork();
    if (child != 0) return child;
    const int create = O_WRONLY | O_CREAT | O_TRUNC;
    if (chdir(folder_.c_str()) == 0 && dup2(open("in", O_RDONLY), 0) == 0 &&
        dup2(open("out", create, 0600), 1) == 1 &&
        dup2(open("err", create, 0600), 2) == 2)
      execv(file.c_str(), words.data());
    _exit(127);  // no such program
  }

  Outcome run(const std::string& program, const Arguments& arguments,
              const std::string& in = "") const {
    nn::write_file(path("in"), in);
    const pid_t child = start(program, arguments);
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            nn::read_file(path("out")), nn::read_file(path("err"))};
  }

  // It fails, and standard error says who and why; where it was called wrongly
  // (2), nothing else is printed.
  void expect_refusal(const std::string& program, const Arguments& arguments,
                      int code, const std::string& why) const {
    const Outcome result = run(program, arguments);
    EXPECT_EQ(result.code, code) << program << ": " << result.err;
    EXPECT_TRUE(has(result.err, program + ": ")) << result.err;
    EXPECT_TRUE(has(result.err, why)) << result.err;
    if (code == 2) {
      EXPECT_EQ(result.out, "") << program;
    }
  }

  // Each program's --help lists its flags, and it takes no others.
  void expect_flags(
      const std::vector<std::pair<std::string, Arguments>>& programs) const {
    for (const auto& [program, flags] : programs) {
      const Outcome help = run(program, {"--help"});
      EXPECT_EQ(help.code, 0) << program;
      EXPECT_EQ(help.err, "") << program;
      for (const std::string& flag : with(flags, {"help"}))
        EXPECT_TRUE(has(help.out, "  --" + flag + " ")) << program << flag;
      expect_refusal(program, {"--no-such-flag"}, 2, "--no-such-flag");
      expect_refusal(program, {"stray"}, 2, "'stray'");
    }
  }

  // A few sentences of the grammar, with links, as a file.
  void write_pairs(const std::string& name, std::uint64_t seed,
                   int count) const {
    autograd::Rng rng(seed);
    nn::write_corpus(
        path(name), nn::Grammar::english_chinese().corpus(rng, count, 1).train);
  }

  fs::path folder_;
};

inline std::ptrdiff_t lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace tests

#endif
