#include "attention/translator.h"
#include "autograd/check.h"

namespace attention {

using autograd::check;
using autograd::text;

namespace {

const char* const context_names[] = {"initial", "every_step", "attention"};
const char* const decoder_names[] = {"gru", "plain"};

// The place of a name in a list; an error that shows the list if it is none.
template <std::size_t N>
int place(const char* const (&names)[N], const std::string& name) {
  std::string known;
  for (std::size_t i = 0; i < N; ++i) {
    if (name == names[i]) return static_cast<int>(i);
    known += text(i ? ", " : "", names[i]);
  }
  autograd::fail("[Translator] wanted one of ", known, ", got '", name, "'");
}

// A setting of a model file.
const std::string& setting(const nn::Metadata& metadata,
                           const std::string& name) {
  const auto found = metadata.find(name);
  check(found != metadata.end(), "[Translator] the file is no model of this ",
        "program: it has no '", name, "'");
  return found->second;
}

Seq2SeqOptions options_of(const nn::Metadata& metadata) {
  auto number = [&](const std::string& name) {
    const std::string& value = setting(metadata, name);
    check(!value.empty() && value.size() < 9 &&
              value.find_first_not_of("0123456789") == std::string::npos,
          "[Translator] '", name, "' wants a number, got '", value, "'");
    return std::stoi(value);
  };
  Seq2SeqOptions o;
  o.source_words = number("source_words");
  o.target_words = number("target_words");
  o.embedding = number("embedding");
  o.hidden = number("hidden");
  o.score = number("score");
  o.context =
      static_cast<Context>(place(context_names, setting(metadata, "context")));
  o.decoder = static_cast<DecoderKind>(
      place(decoder_names, setting(metadata, "decoder")));
  o.bidirectional = number("bidirectional") != 0;
  o.dropout = static_cast<Real>(number("dropout_per_mille")) / 1000;
  return o;
}

Seq2Seq blank(const Seq2SeqOptions& options) {
  Rng rng;
  return Seq2Seq(options, rng);
}

// That the configuration is of these weights, seen before anything of its
// sizes is allocated.
void check_sizes(const nn::SafeTensors& file) {
  const Seq2SeqOptions o = options_of(file.metadata);
  std::vector<std::pair<std::string, nn::Shape>> wanted = {
      {"source_embedding.weight", {o.source_words, o.embedding}},
      {"target_embedding.weight", {o.target_words, o.embedding}},
      {"output.weight", {o.target_words, o.hidden}}};
  if (o.context == Context::attention)
    wanted.push_back({"attention.query.weight", {o.score, o.hidden}});
  for (const auto& [name, shape] : wanted)
    check(file.contains(name) && file.at(name).shape() == shape,
          "[Translator] the file's weights do not fit its configuration, "
          "which wants '",
          name, "' to be ", shape);
}

}  // namespace

Translator::Translator(const nn::Metadata& metadata)
    : source_vocab(nn::Vocab::from_text(setting(metadata, "source_vocab"))),
      target_vocab(nn::Vocab::from_text(setting(metadata, "target_vocab"))),
      model(blank(options_of(metadata))) {
  check(model.options.source_words == source_vocab.size() &&
            model.options.target_words == target_vocab.size(),
        "[Translator] the file's vocabularies do not fit its model");
}

Translator Translator::load(const std::string& path) {
  const nn::SafeTensors file = nn::load_safetensors(path);
  check_sizes(file);
  Translator translator(file.metadata);
  nn::load_into(file, translator.model.parameters());
  return translator;
}

void Translator::save(const std::string& path) const {
  nn::save_safetensors(path, model.parameters(), metadata());
}

nn::Metadata Translator::metadata() const {
  const Seq2SeqOptions& o = model.options;
  return {
      {"source_vocab", source_vocab.to_text()},
      {"target_vocab", target_vocab.to_text()},
      {"source_words", text(o.source_words)},
      {"target_words", text(o.target_words)},
      {"embedding", text(o.embedding)},
      {"hidden", text(o.hidden)},
      {"score", text(o.score)},
      {"context", context_names[static_cast<int>(o.context)]},
      {"decoder", decoder_names[static_cast<int>(o.decoder)]},
      {"bidirectional", text(int{o.bidirectional})},
      {"dropout_per_mille",
       text(static_cast<int>(o.dropout * 1000 + Real(.5)))},
  };
}

}  // namespace attention
