#include "attention/language_model.h"
#include "attention/names.h"
#include "autograd/check.h"
#include "nn/text.h"

namespace attention {

using autograd::check;
using autograd::text;

namespace {

// A setting of a model file.
const std::string& setting(const nn::Metadata& metadata,
                           const std::string& name) {
  const auto found = metadata.find(name);
  check(found != metadata.end(), "[LanguageModel] the file is no language ",
        "model: it has no '", name, "'");
  return found->second;
}

GptOptions options_of(const nn::Metadata& metadata) {
  auto number = [&](const std::string& name, int least = 0) {
    const std::string& value = setting(metadata, name);
    const std::optional<int> number = nn::to_index(value);
    check(number && *number >= least && *number < 100000, "[LanguageModel] '",
          name, "' wants a number from ", least, " to 99999, got '", value,
          "'");
    return *number;
  };
  GptOptions o;
  o.words = number("words", 1);
  o.width = number("width", 1);
  o.heads = number("heads", 1);
  o.layers = number("layers", 1);
  o.context = number("context", 1);
  o.shared_heads = number("shared_heads");
  o.feed_forward = number("feed_forward");
  o.activation = kind_of<nn::Activation>(setting(metadata, "activation"),
                                         "[LanguageModel]");
  o.position =
      kind_of<PositionKind>(setting(metadata, "position"), "[LanguageModel]");
  o.rms_norm = number("rms_norm") != 0;
  o.bias = number("bias") != 0;
  o.tie = number("tie") != 0;
  o.dropout = static_cast<Real>(number("dropout_per_mille")) / 1000;
  return o;
}

Gpt blank(const GptOptions& options) {
  Rng rng;
  return Gpt(options, rng);
}

// That the configuration is of these weights, seen before anything of its
// sizes is allocated.
void check_sizes(const nn::SafeTensors& file) {
  const std::int64_t wanted = parameter_count(options_of(file.metadata));
  const std::int64_t got = nn::parameter_count(file.tensors);
  check(got == wanted, "[LanguageModel] the file's weights do not fit its ",
        "configuration, which wants ", wanted, " numbers, not ", got);
}

}  // namespace

LanguageModel::LanguageModel(const nn::Metadata& metadata)
    : tokenizer(nn::Tokenizer::from_text(setting(metadata, "tokenizer"))),
      model(blank(options_of(metadata))) {
  check(model.options.words == tokenizer.size(),
        "[LanguageModel] the file's tokenizer does not fit its model");
}

LanguageModel LanguageModel::load(const std::string& path) {
  const nn::SafeTensors file = nn::load_safetensors(path);
  check_sizes(file);
  LanguageModel language(file.metadata);
  nn::load_into(file, language.model.parameters());
  return language;
}

void LanguageModel::save(const std::string& path) const {
  nn::save_safetensors(path, model.parameters(), metadata());
}

nn::Metadata LanguageModel::metadata() const {
  const GptOptions& o = model.options;
  return {
      {"tokenizer", tokenizer.to_text()},
      {"words", text(o.words)},
      {"width", text(o.width)},
      {"heads", text(o.heads)},
      {"layers", text(o.layers)},
      {"context", text(o.context)},
      {"shared_heads", text(o.shared_heads)},
      {"feed_forward", text(o.feed_forward)},
      {"activation", name_of(o.activation)},
      {"position", name_of(o.position)},
      {"rms_norm", text(int{o.rms_norm})},
      {"bias", text(int{o.bias})},
      {"tie", text(int{o.tie})},
      {"dropout_per_mille",
       text(static_cast<int>(o.dropout * 1000 + Real(.5)))},
  };
}

}  // namespace attention
