// What long work shows while it lasts, and how it is asked to stop.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace nn {

// How far a training run is.
struct ProgressFigures {
  std::int64_t step = 0;
  std::int64_t first_step = 0;  // done before this run (when it was resumed)
  std::int64_t steps = 0;       // of the whole run; 0: not known
  std::int64_t epoch = 0;       // from 1; 0: there are none
  std::int64_t tokens = 0;      // done in this run; 0: not counted
  double loss = 0;
  double learning_rate = 0;
};

// "1:05" for 65 seconds, "2:00:00" for two hours.
std::string duration_text(double seconds);

// Shows figures as one line: rewritten in place on a terminal, at most ten
// times a second; elsewhere a line of its own, at most one in ten seconds.
class Progress {
 public:
  using Clock = std::function<double()>;  // seconds since any moment

  // On standard error, by the steady clock.
  Progress();
  Progress(std::ostream& out, bool terminal, Clock clock);
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows the figures if it is time to.
  void update(const ProgressFigures& figures);
  // Ends the rewritten line, so that what is printed next has its own.
  void finish();

 private:
  std::string line(const ProgressFigures& figures, double seconds) const;

  std::ostream* out_;
  bool terminal_;
  Clock clock_;
  double start_, shown_;
  std::size_t width_ = 0;  // of the line on the terminal
};

// While one lives, the first Ctrl-C (SIGINT, or SIGTERM) only asks to stop; the
// second ends the program as usual.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Whether a stop has been asked for since the outermost Interrupt was made.
  bool requested() const;

 private:
  void (*old_interrupt_)(int);
  void (*old_terminate_)(int);
};

}  // namespace nn
