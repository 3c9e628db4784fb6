#include "nn/curves.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "nn/file.h"

namespace nn {

Curves::Curves(std::string path, std::int64_t last) : path_(std::move(path)) {
  if (path_.empty()) return;
  text_ = "step\tepoch\tloss\tnorm\tlearning_rate\tscore\n";
  if (last > 0 && std::filesystem::exists(path_)) keep_rows(last);
  sync();
}

void Curves::add(const TrainState& state, double learning_rate,
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

void Curves::sync() const {
  if (!path_.empty()) write_file(path_, text_);
}

void Curves::keep_rows(std::int64_t last) {
  const std::string old = read_file(path_);
  std::size_t begin = 0, end = 0;
  for (; (end = old.find('\n', begin)) != std::string::npos; begin = end + 1) {
    std::int64_t step = 0;  // stays so for the line of headings
    std::from_chars(old.data() + begin, old.data() + end, step);
    if (0 < step && step <= last) text_.append(old, begin, end + 1 - begin);
  }
}

}  // namespace nn
