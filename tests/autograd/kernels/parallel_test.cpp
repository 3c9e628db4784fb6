#include "autograd/kernels/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace autograd {
namespace {

using kernels::parallel_for;
using Range = std::pair<std::int64_t, std::int64_t>;

// Sets the number of threads, and back at the end.
class Threads {
 public:
  explicit Threads(int n) : before_(threads()) { set_threads(n); }
  ~Threads() { set_threads(before_); }

 private:
  int before_;
};

std::set<Range> ranges(std::int64_t size, std::int64_t grain) {
  std::mutex mutex;
  std::set<Range> seen;
  parallel_for(size, grain, [&](std::int64_t begin, std::int64_t end) {
    const std::lock_guard<std::mutex> lock(mutex);
    EXPECT_TRUE(seen.insert({begin, end}).second);
  });
  return seen;
}

TEST(Parallel, CutsByTheProblemOnly) {
  const std::set<Range> want = {{0, 3}, {3, 6}, {6, 9}, {9, 10}};
  for (int n : {1, 2, 3, 7}) {
    const Threads scope(n);
    EXPECT_EQ(ranges(10, 3), want);
    EXPECT_EQ(ranges(3, 5), (std::set<Range>{{0, 3}}));
    EXPECT_EQ(ranges(0, 5), std::set<Range>{});
  }
}

TEST(Parallel, RunsNestedCallsInTheCallingThread) {
  const Threads scope(3);
  std::atomic<int> count{0};
  parallel_for(8, 1, [&](std::int64_t, std::int64_t) {
    const std::thread::id self = std::this_thread::get_id();
    parallel_for(5, 1, [&](std::int64_t, std::int64_t) {
      EXPECT_EQ(std::this_thread::get_id(), self);
      ++count;
    });
  });
  EXPECT_EQ(count, 40);
}

TEST(Parallel, ThrowsTheLowestExceptionAndGoesOn) {
  for (int n : {1, 2, 3}) {
    const Threads scope(n);
    for (int round = 0; round < 50; ++round) {
      std::string caught;
      try {
        parallel_for(100, 1, [](std::int64_t begin, std::int64_t) {
          if (begin >= 7) throw std::runtime_error(std::to_string(begin));
        });
      } catch (const std::runtime_error& e) {
        caught = e.what();
      }
      EXPECT_EQ(caught, "7");
      EXPECT_EQ(ranges(4, 1).size(), 4u);
    }
  }
}

// Two chunks that wait for each other, so that a worker has one of them.
TEST(Parallel, ThrowsInTheCallerWhatAWorkerThrew) {
  const Threads scope(2);
  for (int round = 0; round < 20; ++round) {
    const std::thread::id caller = std::this_thread::get_id();
    std::atomic<int> inside{0};
    const auto both = [&](std::int64_t, std::int64_t) {
      ++inside;
      const auto start = std::chrono::steady_clock::now();
      while (inside < 2) {
        std::this_thread::yield();
        if (std::chrono::steady_clock::now() - start > std::chrono::minutes(1))
          throw std::logic_error("no worker came");
      }
      if (std::this_thread::get_id() != caller)
        throw std::runtime_error("from a worker");
    };
    EXPECT_THROW(parallel_for(2, 1, both), std::runtime_error);
    EXPECT_EQ(ranges(4, 1).size(), 4u);
  }
}

TEST(Parallel, ServesSeveralThreadsAtOnce) {
  const Threads scope(3);
  std::vector<std::int64_t> sums(4);
  std::vector<std::thread> callers;
  for (std::int64_t& sum : sums)
    callers.emplace_back([&sum] {
      for (int round = 0; round < 100; ++round) {
        std::vector<std::int64_t> values(1000);
        parallel_for(1000, 50, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) values[i] += i;
        });
        for (std::int64_t v : values) sum += v;
      }
    });
  for (std::thread& caller : callers) caller.join();
  for (std::int64_t sum : sums) EXPECT_EQ(sum, 100 * 499500);
}

// All at once: several callers, nested calls, and every third call throws.
TEST(Parallel, SurvivesCallersThatNestAndThrow) {
  const Threads scope(3);
  std::atomic<int> thrown{0}, done{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&] {
      for (int round = 0; round < 60; ++round) try {
          std::atomic<int> count{0};
          parallel_for(6, 1, [&](std::int64_t begin, std::int64_t) {
            parallel_for(4, 1, [&](std::int64_t, std::int64_t) { ++count; });
            if (round % 3 == 0 && begin == 2) throw std::runtime_error("2");
          });
          EXPECT_EQ(count, 24);
          ++done;
        } catch (const std::runtime_error&) {
          ++thrown;
        }
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(thrown, 3 * 20);
  EXPECT_EQ(done, 3 * 40);
}

TEST(Parallel, RefusesLessThanOneThread) {
  const Threads scope(2);
  EXPECT_THROW(set_threads(0), std::invalid_argument);
  EXPECT_THROW(set_threads(-3), std::invalid_argument);
  EXPECT_EQ(threads(), 2);
}

}  // namespace
}  // namespace autograd
