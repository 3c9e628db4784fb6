#include "autograd/kernels/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "autograd/kernels/simd.h"
#include "autograd/kernels/simd/machine.h"

namespace autograd {
namespace {

int threads_at_start() {
  kernels::check_machine();  // named here, so that every program has it
  const char* text = std::getenv("ATTENTION_THREADS");
  if (text == nullptr)
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  char* end = nullptr;
  const long n = std::strtol(text, &end, 10);
  if (end == text || *end != '\0' || n < 1 || n > 4096)
    throw std::invalid_argument(
        "[threads] ATTENTION_THREADS wants a number from 1 to 4096, got \"" +
        std::string(text) + "\"");
  return static_cast<int>(n);
}

std::atomic<int>& thread_count() {
  static std::atomic<int> count = threads_at_start();
  return count;
}

}  // namespace

int threads() { return thread_count().load(std::memory_order_relaxed); }

void set_threads(int n) {
  if (n < 1)
    throw std::invalid_argument("[set_threads] wanted n >= 1, got " +
                                std::to_string(n));
  thread_count().store(n, std::memory_order_relaxed);
}

namespace kernels {
namespace {

// True in a thread that runs a body: what it calls runs inline.
thread_local bool in_parallel = false;

struct InParallel {
  InParallel() { in_parallel = true; }
  ~InParallel() { in_parallel = false; }
};

// Waits in a loop until done(), at most about 30 microseconds.
template <class Done>
bool spin(const Done& done) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::microseconds(30);
  do {
    for (int i = 0; i < 32; ++i) {
      if (done()) return true;
      pause();
    }
  } while (Clock::now() < end);
  return false;
}

void run_inline(std::int64_t size, std::int64_t grain, RangeBody body,
                const void* context) {
  for (std::int64_t begin = 0; begin < size; begin += grain)
    body(context, begin, std::min(begin + grain, size));
}

// One job at a time. Workers join a job while it is open and leave it when no
// chunk is left; the caller closes it when nobody is inside, so that a worker
// that wakes late delays no one.
class Pool {
 public:
  ~Pool() { stop_workers(); }

  void run(std::int64_t size, std::int64_t grain, RangeBody body,
           const void* context) {
    const std::unique_lock<std::mutex> lock(busy_, std::try_to_lock);
    if (!lock.owns_lock()) return run_inline(size, grain, body, context);
    resize(static_cast<std::size_t>(threads()) - 1);
    body_ = body;
    context_ = context;
    size_ = size;
    grain_ = grain;
    error_ = nullptr;
    next_.store(0, std::memory_order_relaxed);
    inside_.store(0, std::memory_order_release);
    generation_.fetch_add(1);
    generation_.notify_all();
    take_chunks();
    while (!spin([this] { return close(); })) std::this_thread::yield();
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  static constexpr int closed = -1;

  bool close() {
    int nobody = 0;
    return inside_.compare_exchange_strong(nobody, closed,
                                           std::memory_order_acquire);
  }

  bool join() {
    int inside = inside_.load(std::memory_order_relaxed);
    while (inside != closed)
      if (inside_.compare_exchange_weak(inside, inside + 1,
                                        std::memory_order_acquire))
        return true;
    return false;
  }

  // Chunks are taken in ascending order, so of several exceptions the one of
  // the lowest chunk is met whatever the timing.
  void take_chunks() {
    const InParallel scope;
    while (true) {
      const std::int64_t begin = next_.fetch_add(grain_);
      if (begin >= size_) return;
      try {
        body_(context_, begin, std::min(begin + grain_, size_));
      } catch (...) {
        next_.store(size_);
        const std::lock_guard<std::mutex> lock(error_mutex_);
        if (!error_ || begin < error_begin_) {
          error_ = std::current_exception();
          error_begin_ = begin;
        }
      }
    }
  }

  void work(unsigned seen) {
    while (true) {
      const auto called = [&] { return generation_.load() != seen; };
      if (!spin(called)) generation_.wait(seen);
      seen = generation_.load();
      if (stop_.load()) return;
      if (!join()) continue;
      take_chunks();
      inside_.fetch_sub(1, std::memory_order_release);
    }
  }

  void resize(std::size_t workers) {
    if (workers_.size() == workers) return;
    stop_workers();
    try {
      while (workers_.size() < workers)
        workers_.emplace_back(
            [this, seen = generation_.load()] { work(seen); });
    } catch (const std::system_error&) {
      // The machine gives no more threads: go on with fewer.
    }
  }

  void stop_workers() {
    stop_.store(true);
    generation_.fetch_add(1);
    generation_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
    stop_.store(false);
  }

  std::mutex busy_;
  std::vector<std::thread> workers_;
  std::atomic<unsigned> generation_{0};
  std::atomic<int> inside_{closed};
  std::atomic<bool> stop_{false};

  RangeBody body_ = nullptr;
  const void* context_ = nullptr;
  std::int64_t size_ = 0, grain_ = 1;
  alignas(64) std::atomic<std::int64_t> next_{0};
  std::mutex error_mutex_;
  std::exception_ptr error_;
  std::int64_t error_begin_ = 0;
};

}  // namespace

void parallel_for(std::int64_t size, std::int64_t grain, RangeBody body,
                  const void* context) {
  grain = std::max<std::int64_t>(grain, 1);
  if (in_parallel || size <= grain || threads() == 1)
    return run_inline(size, grain, body, context);
  static Pool pool;
  pool.run(size, grain, body, context);
}

}  // namespace kernels
}  // namespace autograd
