#include "nn/train.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "autograd/check.h"
#include "nn/checkpoint.h"
#include "nn/clip.h"
#include "nn/file.h"
#include "nn/progress.h"

namespace nn {
namespace {

using autograd::check;

// The log of the curves: every row is appended at once, and the whole table
// written anew before a checkpoint, so that no row that the checkpoint counts
// on can be lost.
class Curves {
 public:
  // Keeps the rows that are there up to step `last`; none if it is 0.
  Curves(std::string path, std::int64_t last) : path_(std::move(path)) {
    if (path_.empty()) return;
    text_ = "step\tepoch\tloss\tnorm\tlearning_rate\tscore\n";
    if (last > 0 && std::filesystem::exists(path_)) keep_rows(last);
    sync();
  }

  void add(const TrainState& state, double learning_rate,
           const std::optional<double>& score) {
    if (path_.empty()) return;
    char row[160];
    std::snprintf(
        row, sizeof row, "%lld\t%lld\t%.6g\t%.6g\t%.6g\t",
        static_cast<long long>(state.step), static_cast<long long>(state.epoch),
        state.loss_sum / static_cast<double>(state.tokens),
        state.norm_sum / static_cast<double>(state.steps), learning_rate);
    std::string line = row;
    if (score) {
      std::snprintf(row, sizeof row, "%.6g", *score);
      line += row;
    }
    line += '\n';
    text_ += line;
    std::ofstream out(path_, std::ios::app | std::ios::binary);
    if (!(out << line << std::flush))
      throw std::runtime_error("[train] cannot write '" + path_ + "'");
  }

  void sync() const {
    if (!path_.empty()) write_file(path_, text_);
  }

 private:
  void keep_rows(std::int64_t last) {
    const std::string old = read_file(path_);
    std::size_t begin = 0, end = 0;
    for (; (end = old.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      std::int64_t step = 0;  // stays so for the line of headings
      std::from_chars(old.data() + begin, old.data() + end, step);
      if (0 < step && step <= last) text_.append(old, begin, end + 1 - begin);
    }
  }

  std::string path_, text_;
};

// Both lists name the same tensors in the same order, or `from` or `to` is
// empty.
void copy(const Parameters& from, const Parameters& to) {
  for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i)
    Tensor(to[i].tensor).copy_from(from[i].tensor);
}

class Trainer {
 public:
  Trainer(const TrainTask& task, const Update& update,
          const TrainOptions& options);
  TrainResult run();

 private:
  void resume();
  bool over() const;
  Parameters tensors() const;
  void begin_epoch();
  void step();
  double evaluate();
  void add_row(const std::optional<double>& score);
  void save();
  void show();

  bool due(std::int64_t every, bool epoch_end) const {
    return every > 0 ? state_.step % every == 0 : epoch_end;
  }

  const TrainTask& task_;
  const Update& update_;
  const TrainOptions& options_;
  Metadata metadata_;  // the user's, and the seed
  TrainState state_;
  Rng order_, dropout_;
  Parameters best_;  // if it is kept
  std::optional<Curves> curves_;
  std::optional<Progress> progress_;
  ProgressFigures figures_;
};

Trainer::Trainer(const TrainTask& task, const Update& update,
                 const TrainOptions& options)
    : task_(task),
      update_(update),
      options_(options),
      metadata_(options.metadata) {
  check(task.begin_epoch && task.loss && update.step && update.state &&
            options.schedule,
        "[train] wanted begin_epoch, loss, an optimiser and a schedule");
  check(options.epochs > 0 || options.steps > 0,
        "[train] wanted a bound of epochs or steps");
  check(!options.resume || !options.checkpoint.empty(),
        "[train] resume wants a checkpoint");
  check(task.evaluate || (options.patience == 0 && !options.keep_best),
        "[train] patience and keep_best want evaluate");
  if (options.keep_best)
    for (const auto& [name, tensor] : task.model)
      best_.push_back({name, tensor.clone()});
  Rng seeds(options.seed);
  state_.order = seeds.bits();
  state_.dropout = seeds.bits();
  metadata_["train.seed"] = std::to_string(options.seed);
  if (std::filesystem::exists(options.checkpoint)) resume();
  dropout_ = Rng(state_.dropout);
  curves_.emplace(options.log, state_.step);
  if (state_.step == 0) save();  // so that a bad path is known before the work
  if (options.show_progress) progress_.emplace();
  figures_.first_step = state_.step;
}

void Trainer::resume() {
  if (!options_.resume)
    throw std::runtime_error("[train] '" + options_.checkpoint +
                             "' is there: resume it, or remove it");
  state_ = load_checkpoint(options_.checkpoint, tensors(), metadata_);
}

// Everything a checkpoint holds.
Parameters Trainer::tensors() const {
  return nested({{"model", task_.model},
                 {"optimizer", update_.state()},
                 {"best", best_}});
}

bool Trainer::over() const {
  return (options_.steps > 0 && state_.step >= options_.steps) ||
         (options_.epochs > 0 && state_.epoch >= options_.epochs) ||
         (options_.patience > 0 && state_.waited >= options_.patience);
}

// Orders the epoch's batches; the same again when a run resumes inside it.
void Trainer::begin_epoch() {
  order_ = Rng(state_.order);
  const int batches = task_.begin_epoch(order_);
  check(batches > 0, "[train] an epoch without batches");
  if (state_.position > 0 && batches != state_.batches)
    throw std::runtime_error(autograd::text(
        "[train] the checkpoint's epoch has ", state_.batches,
        " batches, this one ", batches, ": the data have changed"));
  state_.batches = batches;
}

void Trainer::step() {
  zero_grad(task_.model);
  const StepLoss result =
      task_.loss(static_cast<int>(state_.position), dropout_);
  state_.loss = result.loss.item();
  if (!std::isfinite(state_.loss))
    throw std::runtime_error(autograd::text(
        "[train] the loss of step ", state_.step + 1, " is ", state_.loss));
  check(result.tokens > 0, "[train] wanted tokens > 0, got ", result.tokens);
  result.loss.backward();
  const double bound = options_.clip_norm > 0
                           ? options_.clip_norm
                           : std::numeric_limits<double>::infinity();
  const double norm = gradient_norm(task_.model);
  ++state_.step;
  figures_.learning_rate =
      update_.learning_rate * options_.schedule(state_.step);
  update_.step(figures_.learning_rate, clip_factor(norm, bound));
  state_.loss_sum += state_.loss * static_cast<double>(result.tokens);
  state_.norm_sum += norm;
  state_.tokens += result.tokens;
  ++state_.steps;
  figures_.tokens += result.tokens;
  if (++state_.position == state_.batches) {
    state_.position = 0;
    ++state_.epoch;
    state_.order = order_.state();
  }
}

// Scores the model and remembers the best.
double Trainer::evaluate() {
  const double score = task_.evaluate();
  ++state_.waited;
  if (score > state_.best_score) {
    state_.best_score = score;
    state_.best_step = state_.step;
    state_.waited = 0;
    copy(task_.model, best_);
  }
  return score;
}

void Trainer::add_row(const std::optional<double>& score) {
  curves_->add(state_, figures_.learning_rate, score);
  state_.loss_sum = state_.norm_sum = 0;
  state_.tokens = state_.steps = 0;
}

void Trainer::save() {
  if (options_.checkpoint.empty()) return;
  curves_->sync();
  state_.dropout = dropout_.state();
  save_checkpoint(options_.checkpoint, state_, tensors(), metadata_);
}

void Trainer::show() {
  if (!progress_) return;
  figures_.step = state_.step;
  const std::int64_t bound = options_.epochs * state_.batches;
  figures_.steps = options_.steps > 0 && (bound == 0 || options_.steps < bound)
                       ? options_.steps
                       : bound;
  figures_.epoch = state_.epoch + (state_.position > 0);
  figures_.loss = state_.loss_sum / static_cast<double>(state_.tokens);
  progress_->update(figures_);
}

TrainResult Trainer::run() {
  const Interrupt interrupt;
  bool stop = false;
  for (bool begun = false; !over() && !stop; begun = state_.position > 0) {
    if (!begun) begin_epoch();
    step();
    show();
    const bool epoch_end = state_.position == 0;
    std::optional<double> score;
    if (task_.evaluate && (due(options_.evaluate_every, epoch_end) || over()))
      score = evaluate();
    if (score || over() || due(options_.log_every, epoch_end)) add_row(score);
    stop = interrupt.requested();
    if (stop || over() || due(options_.save_every, epoch_end)) save();
  }
  if (state_.best_step > 0) copy(best_, task_.model);
  TrainResult result{state_.step,       state_.epoch,     state_.loss,
                     state_.best_score, state_.best_step, Stop::finished};
  if (options_.patience > 0 && state_.waited >= options_.patience)
    result.stop = Stop::patience;
  else if (!over())
    result.stop = Stop::interrupted;
  return result;
}

}  // namespace

TrainResult train(const TrainTask& task, const Update& update,
                  const TrainOptions& options) {
  return Trainer(task, update, options).run();
}

}  // namespace nn
