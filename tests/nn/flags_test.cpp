#include "nn/flags.h"

#include <gtest/gtest.h>

namespace {

struct Settings {
  bool quiet = false;
  int epochs = 3;
  std::uint64_t seed = 1;
  double rate = 0.5;
  std::string file;
  nn::Flags flags{"[flags] FILE", "A program."};

  Settings() {
    flags.add("quiet", &quiet, "say nothing");
    flags.add("epochs", &epochs, "passes over the data");
    flags.add("seed", &seed, "of the random numbers");
    flags.add("rate", &rate, "of learning");
    flags.add("file", &file, "where to write");
  }

  std::string error(const std::vector<std::string>& words) {
    try {
      flags.parse(words);
    } catch (const nn::UsageError& error) {
      return error.what();
    }
    return "";
  }
};

TEST(Flags, SetsValuesAndReturnsOperands) {
  Settings s;
  const auto operands =
      s.flags.parse({"a", "--epochs", "-2", "--rate=1e-3", "--quiet", "--seed",
                     "18446744073709551615", "--file=x=y", "-", "--", "--b"});
  EXPECT_EQ(operands, (std::vector<std::string>{"a", "-", "--b"}));
  EXPECT_EQ(s.epochs, -2);
  EXPECT_EQ(s.rate, 1e-3);
  EXPECT_TRUE(s.quiet);
  EXPECT_EQ(s.seed, 18446744073709551615u);
  EXPECT_EQ(s.file, "x=y");
}

TEST(Flags, NamesWhatIsWrong) {
  Settings s;
  EXPECT_EQ(s.error({"--epoch", "1"}),
            "unknown flag --epoch; --help lists them");
  EXPECT_EQ(s.error({"-e", "1"}), "unknown flag -e; --help lists them");
  EXPECT_EQ(s.error({"--epochs"}), "--epochs wants a value");
  EXPECT_EQ(s.error({"--epochs", "1.5"}),
            "--epochs wants a whole number, got '1.5'");
  EXPECT_EQ(s.error({"--epochs", "99999999999"}),
            "--epochs wants a whole number, got '99999999999'");
  EXPECT_EQ(s.error({"--rate", "fast"}), "--rate wants a number, got 'fast'");
  EXPECT_EQ(s.error({"--quiet=1"}), "--quiet takes no value");
}

TEST(Flags, SetsNothingWhereOneIsWrong) {
  Settings s;
  s.error({"--epochs", "7", "--seed", "-1"});
  EXPECT_EQ(s.epochs, 3);
}

TEST(Flags, HelpShowsDefaults) {
  Settings s;
  s.flags.parse({"--help"});
  EXPECT_TRUE(s.flags.help_wanted());
  const std::string help = s.flags.help("program");
  EXPECT_NE(help.find("usage: program [flags] FILE"), std::string::npos);
  EXPECT_NE(help.find("--epochs  passes over the data [3]"), std::string::npos);
}

int run(std::vector<std::string> words, bool fail) {
  words.insert(words.begin(), "path/to/program");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  Settings s;
  return nn::run_program(static_cast<int>(argv.size()), argv.data(), s.flags,
                         [&](const auto&) {
                           if (fail) throw std::invalid_argument("no");
                         });
}

TEST(Flags, ExitCodes) {
  EXPECT_EQ(run({}, false), 0);
  testing::internal::CaptureStderr();
  EXPECT_EQ(run({}, true), 1);
  EXPECT_EQ(run({"--nonsense"}, false), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "program: no\nprogram: unknown flag --nonsense; --help lists "
            "them\n");
}

}  // namespace
