#include "nn/checkpoint.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "autograd/check.h"

namespace nn {
namespace {

using autograd::check;

constexpr char kPrefix[] = "train.";  // of the state's keys in the metadata

// Every field by name: what is written is what is read.
template <class State, class Visit>
void for_each_field(State& state, Visit visit) {
  visit("step", state.step);
  visit("epoch", state.epoch);
  visit("position", state.position);
  visit("batches", state.batches);
  visit("order", state.order);
  visit("dropout", state.dropout);
  visit("loss", state.loss);
  visit("best_score", state.best_score);
  visit("best_step", state.best_step);
  visit("waited", state.waited);
  visit("loss_sum", state.loss_sum);
  visit("norm_sum", state.norm_sum);
  visit("tokens", state.tokens);
  visit("steps", state.steps);
}

template <class Integer>
std::string write_number(Integer value) {
  return std::to_string(value);
}

std::string write_number(double value) {  // 17 digits give the same bits back
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.17g", value);
  return buffer;
}

template <class Integer>
bool read_number(const std::string& text, Integer& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

bool read_number(const std::string& text, double& value) {
  char* stop = nullptr;
  value = std::strtod(text.c_str(), &stop);
  return !text.empty() && stop == text.c_str() + text.size();
}

TrainState read_state(const Metadata& metadata) {
  TrainState state;
  for_each_field(state, [&](const char* name, auto& field) {
    const auto found = metadata.find(std::string(kPrefix) + name);
    check(found != metadata.end(), "it is no checkpoint: no '", kPrefix, name,
          "'");
    check(read_number(found->second, field), "'", kPrefix, name,
          "' wants a number, got '", found->second, "'");
  });
  check(0 <= state.step && 0 <= state.epoch && 0 <= state.position &&
            state.position <= state.batches,
        "no batch ", state.position, " of ", state.batches);
  return state;
}

void check_same(const Metadata& wanted, const Metadata& got) {
  std::string differing;
  for (const auto& [key, value] : wanted) {
    const auto found = got.find(key);
    if (found == got.end() || found->second != value)
      differing += (differing.empty() ? "" : ", ") + key;
  }
  check(differing.empty(), "it is another run's: differing ", differing);
}

}  // namespace

void save_checkpoint(const std::string& path, const TrainState& state,
                     const Parameters& tensors, const Metadata& metadata) {
  Metadata all = metadata;
  for_each_field(state, [&](const char* name, const auto& field) {
    const std::string key = std::string(kPrefix) + name;
    check(all.emplace(key, write_number(field)).second,
          "[save_checkpoint] the metadata may not have the key '", key, "'");
  });
  save_safetensors(path, tensors, all);
}

TrainState load_checkpoint(const std::string& path, const Parameters& tensors,
                           const Metadata& metadata) {
  const SafeTensors file = load_safetensors(path);
  try {
    const TrainState state = read_state(file.metadata);
    check_same(metadata, file.metadata);
    load_into(file, tensors);
    return state;
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error("[load_checkpoint] '" + path +
                             "': " + error.what());
  }
}

}  // namespace nn
