#include "nn/train.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <stdexcept>

#include "autograd/check.h"
#include "nn/average.h"
#include "nn/checkpoint.h"
#include "nn/clip.h"
#include "nn/curves.h"
#include "nn/progress.h"

namespace nn {
namespace {

using autograd::check;

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
  double gather(std::int64_t& tokens);
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
  WeightAverage average_;
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
      metadata_(options.metadata),
      average_(task.model, options.average) {
  check(task.begin_epoch && task.loss && update.step && update.state &&
            options.schedule,
        "[train] wanted begin_epoch, loss, an optimiser and a schedule");
  check(options.epochs > 0 || options.steps > 0,
        "[train] wanted a bound of epochs or steps");
  check(options.accumulate >= 1,
        "[train] wanted to accumulate at least 1 batch a step, got ",
        options.accumulate);
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
  metadata_["train.accumulate"] = std::to_string(options.accumulate);
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
                 {"average", average_.state()},
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

// The gradients of a step's batches, each times its weight: how many tokens it
// has for each of the first one's, so that a single batch weighs just 1. Their
// mean loss goes to the state; returns the sum of the weights.
double Trainer::gather(std::int64_t& tokens) {
  zero_grad(task_.model);
  std::int64_t first = 0;
  double loss = 0, weights = 0;
  for (int i = 0; i < options_.accumulate && state_.position < state_.batches;
       ++i, ++state_.position) {
    const StepLoss part =
        task_.loss(static_cast<int>(state_.position), dropout_);
    const auto value = static_cast<double>(part.loss.item());
    if (!std::isfinite(value))
      throw std::runtime_error(autograd::text("[train] the loss of step ",
                                              state_.step + 1, " is ", value));
    check(part.tokens > 0, "[train] wanted tokens > 0, got ", part.tokens);
    if (i == 0) first = part.tokens;
    const Real weight =
        static_cast<Real>(part.tokens) / static_cast<Real>(first);
    part.loss.backward(Tensor::full(part.loss.shape(), weight));
    loss += value * static_cast<double>(weight);
    weights += static_cast<double>(weight);
    tokens += part.tokens;
  }
  state_.loss = loss / weights;
  return weights;
}

void Trainer::step() {
  std::int64_t tokens = 0;
  const double weights = gather(tokens);
  const double bound = options_.clip_norm > 0
                           ? options_.clip_norm
                           : std::numeric_limits<double>::infinity();
  const double norm = gradient_norm(task_.model) / weights;
  ++state_.step;
  figures_.learning_rate =
      update_.learning_rate * options_.schedule(state_.step);
  update_.step(figures_.learning_rate, clip_factor(norm, bound) / weights);
  state_.loss_sum += state_.loss * static_cast<double>(tokens);
  state_.norm_sum += norm;
  state_.tokens += tokens;
  ++state_.steps;
  figures_.tokens += tokens;
  if (state_.position == state_.batches) {
    state_.position = 0;
    ++state_.epoch;
    state_.order = order_.state();
  }
}

// Scores the model and remembers the best.
double Trainer::evaluate() {
  average_.put();
  const double score = task_.evaluate();
  ++state_.waited;
  if (score > state_.best_score) {
    state_.best_score = score;
    state_.best_step = state_.step;
    state_.waited = 0;
    copy(task_.model, best_);
  }
  average_.put_back();
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
    if (over() || due(options_.save_every, epoch_end)) average_.add();
    std::optional<double> score;
    if (task_.evaluate && (due(options_.evaluate_every, epoch_end) || over()))
      score = evaluate();
    if (score || over() || due(options_.log_every, epoch_end)) add_row(score);
    stop = interrupt.requested();
    if (stop || over() || due(options_.save_every, epoch_end)) save();
  }
  average_.put();
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
