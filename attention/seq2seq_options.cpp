#include "attention/seq2seq_options.h"

#include "autograd/check.h"

namespace attention {

int Seq2SeqOptions::summary_width() const {
  return bidirectional && !reads_states() ? 2 * direction_width()
                                          : direction_width();
}

int Seq2SeqOptions::annotation_width() const {
  if (read_embeddings) return embedding;
  return bidirectional ? 2 * direction_width() : direction_width();
}

int Seq2SeqOptions::context_width() const {
  return context == Context::initial ? 0 : annotation_width();
}

int Seq2SeqOptions::fed_width() const {
  if (order == DecoderOrder::bahdanau) return context_width();
  return input_feeding ? hidden : 0;
}

ScoreOptions Seq2SeqOptions::filled_score() const {
  ScoreOptions filled = score;
  filled.query = hidden;
  filled.key = annotation_width();
  return filled;
}

AlignOptions Seq2SeqOptions::filled_align() const {
  AlignOptions filled = align;
  filled.query = filled.width = hidden;
  return filled;
}

bool Seq2SeqOptions::looks_back() const {
  return context == Context::attention &&
         (score.kind == ScoreKind::location_aware || score.coverage);
}

bool Seq2SeqOptions::fuses() const {
  return context == Context::attention && decoder == DecoderKind::gru &&
         order == DecoderOrder::bahdanau && score.kind == ScoreKind::additive &&
         !looks_back() && align == AlignOptions() && coverage_loss == 0;
}

void Seq2SeqOptions::check() const {
  using autograd::check;
  check(source_words > 0 && target_words > 0 && embedding > 0 && hidden > 0 &&
            encoder >= 0 && score.width > 0,
        "[Seq2Seq] wanted positive sizes, got ", source_words,
        " source words, ", target_words, " target words, embedding ", embedding,
        ", hidden ", hidden, ", encoder ", encoder, ", score ", score.width);
  check(dropout >= 0 && dropout < 1, "[Seq2Seq] wanted dropout in [0, 1), got ",
        dropout);
  const bool attends = context == Context::attention;
  const bool product = score.kind == ScoreKind::dot ||
                       score.kind == ScoreKind::scaled_dot ||
                       score.kind == ScoreKind::cosine;
  check(!attends || !product || annotation_width() == hidden,
        "[Seq2Seq] wanted annotations as wide as the decoder's state, for "
        "their product, got ",
        annotation_width(), " and ", hidden);
  const bool luong = order == DecoderOrder::luong;
  check(attends || !luong, "[Seq2Seq] wanted attention in Luong's order");
  check(attends || !read_embeddings,
        "[Seq2Seq] wanted attention where embeddings are read");
  check(luong || !input_feeding,
        "[Seq2Seq] wanted Luong's order where h~ is fed");
  check(coverage_loss >= 0 && (attends || coverage_loss == 0),
        "[Seq2Seq] wanted a coverage loss of 0 or more, and attention with it, "
        "got ",
        coverage_loss);
}

}  // namespace attention
