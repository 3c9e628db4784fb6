// The kinds of things by the names that model files and flags have for them.
#pragma once

#include <array>
#include <string>

#include "attention/any.h"
#include "attention/position.h"
#include "attention/seq2seq.h"
#include "autograd/check.h"
#include "nn/feed_forward.h"

namespace attention {

template <class Kind>
inline constexpr std::array<const char*, 0> names{};
template <>
inline constexpr std::array names<Context> = {"initial", "every_step",
                                              "attention"};
template <>
inline constexpr std::array names<DecoderKind> = {"gru", "plain"};
template <>
inline constexpr std::array names<DecoderOrder> = {"bahdanau", "luong"};
template <>
inline constexpr std::array names<nn::Activation> = {"relu", "gelu", "swiglu"};
template <>
inline constexpr std::array names<PositionKind> = {
    "none", "sinusoidal", "learned", "rotary", "alibi", "relative"};

template <>
inline constexpr std::array names<ScoreKind> = {
    "dot",    "scaled_dot", "general",  "additive",
    "concat", "cosine",     "location", "location_aware"};
template <>
inline constexpr std::array names<AlignKind> = {"softmax", "local_m", "local_p",
                                                "sigmoid", "sparsemax"};

template <class Kind>
std::string name_of(Kind kind) {
  return names<Kind>[static_cast<std::size_t>(kind)];
}

// The kind of that name; throws std::invalid_argument that begins with `who`
// and lists the names where there is none.
template <class Kind>
Kind kind_of(const std::string& name, const std::string& who) {
  std::string known;
  for (std::size_t i = 0; i < names<Kind>.size(); ++i) {
    if (name == names<Kind>[i]) return static_cast<Kind>(i);
    known += autograd::text(i ? ", " : "", names<Kind>[i]);
  }
  autograd::fail(who, " wanted one of ", known, ", got '", name, "'");
}

}  // namespace attention
