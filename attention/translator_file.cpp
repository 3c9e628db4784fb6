#include "attention/names.h"
#include "attention/translator.h"
#include "autograd/check.h"

namespace attention {

using autograd::check;
using autograd::text;

namespace {

// ---- Settings: each with its name in the file, once for both ways

// A real number is kept as a whole number of parts.
constexpr int kMille = 1000, kBillion = 1'000'000'000;

template <class Each>
void settings(Seq2SeqOptions& o, const Each& each) {
  each("source_words", o.source_words);
  each("target_words", o.target_words);
  each("embedding", o.embedding);
  each("hidden", o.hidden);
  each("score", o.score.width);
  each("context", o.context);
  each("decoder", o.decoder);
  each("bidirectional", o.bidirectional);
  each("dropout_per_mille", o.dropout, kMille);
}

// What may be chosen since; a file from before has none of these.
template <class Each>
void choices(Seq2SeqOptions& o, const Each& each) {
  each("encoder", o.encoder);
  each("score_kind", o.score.kind);
  each("score_longest", o.score.longest);
  each("score_filters", o.score.filters);
  each("score_kernel", o.score.kernel);
  each("score_coverage", o.score.coverage);
  each("score_temperature_per_mille", o.score.temperature, kMille);
  each("align", o.align.kind);
  each("align_temperature_per_mille", o.align.temperature, kMille);
  each("align_window", o.align.window);
  each("align_renormalise", o.align.renormalise);
  each("order", o.order);
  each("read_embeddings", o.read_embeddings);
  each("input_feeding", o.input_feeding);
  each("coverage_loss_per_mille", o.coverage_loss, kMille);
}

template <class Each>
void settings(TransformerSeq2SeqOptions& o, const Each& each) {
  each("source_words", o.source_words);
  each("target_words", o.target_words);
  each("tie", o.tie);
  each("share", o.share);
  TransformerOptions& s = o.stack;
  each("width", s.width);
  each("heads", s.heads);
  each("shared_heads", s.shared_heads);
  each("feed_forward", s.feed_forward);
  each("encoder_layers", s.encoder_layers);
  each("decoder_layers", s.decoder_layers);
  each("activation", s.activation);
  each("norm_first", s.norm_first);
  each("rms_norm", s.rms_norm);
  each("bias", s.bias);
  each("final_norm", s.final_norm);
  each("cross_last", s.cross_last);
  each("position", s.position);
  each("longest", s.longest);
  each("dropout_per_mille", s.dropout, kMille);
  each("weight_dropout_per_mille", s.weight_dropout, kMille);
  each("hidden_dropout_per_mille", s.hidden_dropout, kMille);
  each("epsilon_per_billion", s.epsilon, kBillion);
}

struct Write {
  nn::Metadata& to;
  void operator()(const char* name, int value) const { to[name] = text(value); }
  void operator()(const char* name, bool value) const {
    to[name] = text(int{value});
  }
  void operator()(const char* name, Real value, int parts) const {
    const double whole = static_cast<double>(value) * parts;
    to[name] = text(static_cast<int>(whole + 0.5));
  }
  template <class Kind>
  requires std::is_enum_v<Kind>
  void operator()(const char* name, Kind kind) const {
    to[name] = name_of(kind);
  }
};

// A setting of a model file.
const std::string& setting(const nn::Metadata& metadata,
                           const std::string& name) {
  const auto found = metadata.find(name);
  check(found != metadata.end(), "[Translator] the file is no model of this ",
        "program: it has no '", name, "'");
  return found->second;
}

struct Read {
  const nn::Metadata& from;
  int number(const char* name) const {
    const std::string& value = setting(from, name);
    check(!value.empty() && value.size() < 9 &&
              value.find_first_not_of("0123456789") == std::string::npos,
          "[Translator] '", name, "' wants a number, got '", value, "'");
    return std::stoi(value);
  }
  void operator()(const char* name, int& to) const { to = number(name); }
  void operator()(const char* name, bool& to) const { to = number(name) != 0; }
  void operator()(const char* name, Real& to, int parts) const {
    to = static_cast<Real>(number(name)) / static_cast<Real>(parts);
  }
  template <class Kind>
  requires std::is_enum_v<Kind>
  void operator()(const char* name, Kind& to) const {
    to = kind_of<Kind>(setting(from, name), "[Translator]");
  }
};

nn::Metadata choices_of(Seq2SeqOptions options) {
  nn::Metadata chosen;
  choices(options, Write{chosen});
  return chosen;
}

// Whether a file has choices, of which it then must have all.
bool any_choice(const nn::Metadata& metadata) {
  for (const auto& [name, value] : choices_of({}))
    if (metadata.count(name)) return true;
  return false;
}

// A file without a kind is of the recurrent model, from before there were two.
ModelOptions options_of(const nn::Metadata& metadata) {
  const auto kind = metadata.find("model");
  check(kind == metadata.end() || kind->second == "transformer",
        "[Translator] wanted no 'model' or transformer, got '",
        kind == metadata.end() ? "" : kind->second, "'");
  ModelOptions options;
  if (kind != metadata.end()) options = TransformerSeq2SeqOptions();
  std::visit([&](auto& o) { settings(o, Read{metadata}); }, options);
  auto* recurrent = std::get_if<Seq2SeqOptions>(&options);
  if (recurrent && any_choice(metadata)) choices(*recurrent, Read{metadata});
  return options;
}

// ---- Sizes: that the settings are of these weights, seen before anything of
// their sizes is allocated

using Sizes = std::vector<std::pair<std::string, nn::Shape>>;

Sizes sizes_of(const Seq2SeqOptions& o) {
  Sizes sizes = {{"source_embedding.weight", {o.source_words, o.embedding}},
                 {"target_embedding.weight", {o.target_words, o.embedding}},
                 {"output.weight", {o.target_words, o.hidden}},
                 {"bridge.weight", {o.hidden, o.summary_width()}}};
  if (o.context != Context::attention) return sizes;
  const ScoreOptions& score = o.score;
  const ScoreKind kind = score.kind;
  if (kind == ScoreKind::additive || kind == ScoreKind::location_aware)
    sizes.push_back({"attention.query.weight", {score.width, o.hidden}});
  if (kind == ScoreKind::concat)
    sizes.push_back({"attention.joint.weight",
                     {score.width, o.hidden + o.annotation_width()}});
  if (kind == ScoreKind::location)
    sizes.push_back({"attention.place.weight", {score.longest, o.hidden}});
  if (kind == ScoreKind::location_aware)
    sizes.push_back({"attention.filters", {score.filters, 1, score.kernel}});
  return sizes;
}

Sizes sizes_of(const TransformerSeq2SeqOptions& o) {
  const int width = o.stack.width, wide = o.stack.feed_forward;
  Sizes sizes = {{"target_embedding.weight", {o.target_words, width}}};
  if (!o.share)
    sizes.push_back({"source_embedding.weight", {o.source_words, width}});
  const std::pair<const char*, int> stacks[] = {
      {"encoder", o.stack.encoder_layers}, {"decoder", o.stack.decoder_layers}};
  for (const auto& [stack, layers] : stacks)
    if (layers > 0)
      sizes.push_back({text(stack, ".layers.", layers - 1, ".linear1.weight"),
                       {wide, width}});
  if (o.stack.position == PositionKind::learned)
    sizes.push_back({"source_position.weight", {o.stack.longest, width}});
  return sizes;
}

void check_sizes(const nn::SafeTensors& file) {
  const ModelOptions options = options_of(file.metadata);
  const Sizes sizes =
      std::visit([](const auto& o) { return sizes_of(o); }, options);
  for (const auto& [name, shape] : sizes)
    check(file.contains(name) && file.at(name).shape() == shape,
          "[Translator] the file's weights do not fit its configuration, "
          "which wants '",
          name, "' to be ", shape);
}

std::variant<Seq2Seq, TransformerSeq2Seq> blank(const ModelOptions& options) {
  Rng rng;
  if (const auto* recurrent = std::get_if<Seq2SeqOptions>(&options))
    return Seq2Seq(*recurrent, rng);
  return TransformerSeq2Seq(std::get<TransformerSeq2SeqOptions>(options), rng);
}

}  // namespace

Translator::Translator(const nn::Metadata& metadata)
    : source_vocab(nn::Vocab::from_text(setting(metadata, "source_vocab"))),
      target_vocab(nn::Vocab::from_text(setting(metadata, "target_vocab"))),
      model(blank(options_of(metadata))) {
  std::visit(
      [&](const auto& m) {
        check(m.options.source_words == source_vocab.size() &&
                  m.options.target_words == target_vocab.size(),
              "[Translator] the file's vocabularies do not fit its model");
      },
      model);
  const auto* transformer = std::get_if<TransformerSeq2Seq>(&model);
  if (!transformer) return;
  check(!transformer->options.share || source_vocab == target_vocab,
        "[Translator] the file's vocabularies differ, and its model shares "
        "their embeddings");
  const Read read{metadata};
  choose_head({read.number("layer") - 1, read.number("head") - 1});
}

Translator Translator::load(const std::string& path) {
  const nn::SafeTensors file = nn::load_safetensors(path);
  check_sizes(file);
  Translator translator(file.metadata);
  nn::load_into(file, translator.parameters());
  return translator;
}

void Translator::save(const std::string& path) const {
  nn::save_safetensors(path, parameters(), metadata());
}

nn::Metadata Translator::metadata() const {
  nn::Metadata metadata = {{"source_vocab", source_vocab.to_text()},
                           {"target_vocab", target_vocab.to_text()}};
  const Write write{metadata};
  std::visit(
      [&](const auto& m) {
        auto options = m.options;
        settings(options, write);
      },
      model);
  if (const auto* recurrent = std::get_if<Seq2Seq>(&model)) {
    const nn::Metadata chosen = choices_of(recurrent->options);
    if (chosen != choices_of({})) metadata.insert(chosen.begin(), chosen.end());
    return metadata;
  }
  metadata["model"] = "transformer";
  write("layer", head.layer + 1);  // from 1; 0: no choice
  write("head", head.head + 1);
  return metadata;
}

}  // namespace attention
