#include "nn/progress.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

namespace nn {
namespace {

constexpr double kTerminalInterval = 0.1, kPlainInterval = 10;  // seconds

double steady_seconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool error_is_terminal() {
#if defined(__unix__) || defined(__APPLE__)
  return ::isatty(STDERR_FILENO) == 1;
#else
  return false;
#endif
}

template <class... Values>
std::string format(const char* pattern, Values... values) {
  char buffer[128];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

// Signal handlers may touch nothing but lock-free atomics.
std::atomic<int> interrupts_alive{0};
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_interrupt(int signal) {
  if (stop_requested.exchange(true)) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

std::string duration_text(double seconds) {
  const auto total = static_cast<long long>(seconds + 0.5);
  const long long hours = total / 3600, minutes = total / 60 % 60;
  if (hours > 0)
    return format("%lld:%02lld:%02lld", hours, minutes, total % 60);
  return format("%lld:%02lld", minutes, total % 60);
}

Progress::Progress()
    : Progress(std::cerr, error_is_terminal(), steady_seconds) {}

Progress::Progress(std::ostream& out, bool terminal, Clock clock)
    : out_(&out),
      terminal_(terminal),
      clock_(std::move(clock)),
      start_(clock_()),
      shown_(start_) {}

void Progress::update(const ProgressFigures& figures) {
  const double now = clock_();
  if (now - shown_ < (terminal_ ? kTerminalInterval : kPlainInterval)) return;
  shown_ = now;
  std::string shown = line(figures, now - start_);
  if (!terminal_) {
    *out_ << shown << std::endl;
    return;
  }
  const std::size_t width = shown.size();
  if (width < width_) shown.append(width_ - width, ' ');
  width_ = width;
  *out_ << '\r' << shown << std::flush;
}

void Progress::finish() {
  if (width_ > 0) *out_ << std::endl;
  width_ = 0;
}

std::string Progress::line(const ProgressFigures& figures,
                           double seconds) const {
  std::string result =
      format("step %lld", static_cast<long long>(figures.step));
  if (figures.steps > 0)
    result += format("/%lld", static_cast<long long>(figures.steps));
  if (figures.epoch > 0)
    result += format("  epoch %lld", static_cast<long long>(figures.epoch));
  result += format("  loss %.4f", figures.loss);
  result += format("  learning rate %.2e", figures.learning_rate);
  if (seconds <= 0) return result;
  const std::int64_t done = figures.step - figures.first_step;
  if (figures.tokens > 0)
    result += format("  %.0f tokens/s",
                     static_cast<double>(figures.tokens) / seconds);
  else
    result += format("  %.1f steps/s", static_cast<double>(done) / seconds);
  if (figures.steps > 0 && done > 0)
    result += "  " +
              duration_text(seconds / static_cast<double>(done) *
                            static_cast<double>(figures.steps - figures.step)) +
              " left";
  return result;
}

Interrupt::Interrupt() {
  if (interrupts_alive++ == 0) stop_requested = false;
  old_interrupt_ = std::signal(SIGINT, note_interrupt);
  old_terminate_ = std::signal(SIGTERM, note_interrupt);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, old_interrupt_);
  std::signal(SIGTERM, old_terminate_);
  --interrupts_alive;
}

bool Interrupt::requested() const { return stop_requested; }

}  // namespace nn
