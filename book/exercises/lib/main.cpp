// Runs every test of one exercise in a process of its own, so that a crash or
// an endless loop costs one test and not the rest.
//
//   program REPORT [SECONDS]
//
// writes a line a test to REPORT:
//
//   pass|fail|todo|stop <tab> Suite.Test <tab> what to learn from it
//
// The last line of a test's message is taken for the report; the whole of it,
// and what the answer prints, goes to standard output.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  text.erase(0, text.rfind('\n') + 1);
  std::replace(text.begin(), text.end(), '\t', ' ');
  return text;
}

// The words of an exception, out of the sentence that GoogleTest makes of it.
std::string thrown(const std::string& message) {
  const std::string start = "with description \"", end = "\" thrown in";
  const auto from = message.find(start), to = message.rfind(end);
  if (message.find("exception") == std::string::npos ||
      from == std::string::npos || to == std::string::npos) {
    return "";
  }
  return message.substr(from + start.size(), to - from - start.size());
}

// The first failure of a test as "verdict<tab>message".
class FirstFailure : public ::testing::EmptyTestEventListener {
 public:
  std::string verdict = "pass\t";

 private:
  void OnTestPartResult(const ::testing::TestPartResult& part) override {
    if (!part.failed()) return;
    std::printf("%s\n", part.message());
    if (verdict != "pass\t") return;
    const std::string words = thrown(part.message());
    if (words == "not written yet") {
      verdict = "todo\t" + words;
    } else if (words.find("bad_alloc") != std::string::npos) {
      verdict = "fail\tasks for more memory than the limit";
    } else if (!words.empty()) {
      verdict = "fail\tthrows: " + last_line(words);
    } else {
      verdict = "fail\t" + last_line(part.message());
    }
  }
};

std::string why_stopped(int status, unsigned seconds) {
  if (!WIFSIGNALED(status)) return "ends the program before the test is over";
  switch (WTERMSIG(status)) {
    case SIGALRM:
    case SIGXCPU:
      return "no answer after " + std::to_string(seconds) +
             " s: a loop without an end?";
    case SIGSEGV:
    case SIGBUS:
      return "crash: endless recursion, or memory that is not yours";
    case SIGABRT:
      return "aborted: an index past the end?";
    case SIGFPE:
      return "crash: an integer divided by zero";
    case SIGXFSZ:
      return "prints without an end";
    default:
      return "stopped by signal " + std::to_string(WTERMSIG(status));
  }
}

// In the child: runs the test, sends the verdict, and leaves.
[[noreturn]] void run_here(const std::string& name, int to, unsigned seconds) {
  alarm(seconds);
  ::testing::GTEST_FLAG(filter) = name;
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  auto* first = new FirstFailure;  // the listeners own it
  listeners.Append(first);
  const bool passed = RUN_ALL_TESTS() == 0;
  std::fflush(nullptr);
  std::string verdict = first->verdict;
  if (!passed && verdict == "pass\t") verdict = "fail\tthe test fails";
  const auto sent = write(to, verdict.data(), verdict.size());
  _exit(sent == static_cast<ssize_t>(verdict.size()) ? 0 : 1);
}

// The verdict on one test, from a child of this process.
std::string verdict_of(const std::string& name, unsigned seconds) {
  int ends[2];
  std::fflush(nullptr);
  if (pipe(ends) != 0) return "stop\tcannot open a pipe";
  const pid_t child = fork();
  if (child < 0) return "stop\tcannot start a process";
  if (child == 0) {
    close(ends[0]);
    run_here(name, ends[1], seconds);
  }
  close(ends[1]);
  std::string verdict;
  char buffer[512];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    verdict.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (verdict.empty()) return "stop\t" + why_stopped(status, seconds);
  return verdict;
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s REPORT [SECONDS]\n", argv[0]);
    return 2;
  }
  const unsigned seconds =
      argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 5;
  std::ofstream report(argv[1]);
  const auto& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const auto& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const std::string name =
          std::string(suite.name()) + "." + suite.GetTestInfo(j)->name();
      const std::string verdict = verdict_of(name, seconds);
      const auto tab = verdict.find('\t');
      report << verdict.substr(0, tab) << '\t' << name << verdict.substr(tab)
             << '\n'
             << std::flush;
    }
  }
  return report ? 0 : 1;
}
