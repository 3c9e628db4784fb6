// What a recurrent encoder and decoder are made of.
#pragma once

#include "attention/any.h"
#include "attention/decoder_cell.h"

namespace attention {

// What of the source each decoder step is given.
enum class Context {
  initial,     // only the first state: Sutskever et al. 2014
  every_step,  // the encoder's last states at every step: Cho et al. 2014
  attention,   // an average of all states, chosen at every step:
               // Bahdanau et al. 2015
};

// Which comes first, the state or what is read.
enum class DecoderOrder {
  bahdanau,  // c_t is read by s_{t-1} and makes s_t: Bahdanau et al. 2015
  luong,     // s_t is made and reads c_t; both make h~_t, from which the word
             // is chosen: Luong et al. 2015, section 3
};

struct Seq2SeqOptions {
  int source_words = 0, target_words = 0;  // vocabulary sizes
  int embedding = 64;                      // E
  int hidden = 64;                         // H, of the decoder
  int encoder = 0;  // width of each of its directions; 0: as the decoder's
  // How attention scores and aligns; the widths of queries and keys, and that
  // of local-p's own layer, are filled in. A product of query and key wants
  // both equally wide.
  ScoreOptions score = {.width = 64};
  AlignOptions align = {};
  Context context = Context::attention;
  DecoderKind decoder = DecoderKind::gru;
  DecoderOrder order = DecoderOrder::bahdanau;  // with Context::attention
  bool input_feeding = false;  // luong: h~_{t-1} is fed beside y_{t-1} (3.3)
  bool bidirectional = true;   // the encoder
  // Attention reads the embeddings of the words, which know nothing of their
  // neighbours, not the encoder's states.
  bool read_embeddings = false;
  Real dropout = 0;        // of embeddings and of the readout
  Real coverage_loss = 0;  // lambda of See et al. 2017, equation 13

  // Whether attention reads the encoder's states.
  bool reads_states() const {
    return context == Context::attention && !read_embeddings;
  }
  // Widths that follow: of an encoder's direction, of its last states that the
  // decoder starts from, of what is read of a word, of what the decoder is
  // given of the source, and of what is fed to its cell beside the word.
  int direction_width() const { return encoder > 0 ? encoder : hidden; }
  int summary_width() const;
  int annotation_width() const;
  int context_width() const;
  int fed_width() const;
  // The score and the alignment with their widths filled in.
  ScoreOptions filled_score() const;
  AlignOptions filled_align() const;
  // Whether the score looks at the weights of the steps before.
  bool looks_back() const;
  // Whether autograd::attention_decoder does all steps.
  bool fuses() const;
  // Whether all states are there before the first asks.
  bool states_first() const {
    return order == DecoderOrder::luong && !input_feeding && !looks_back();
  }
  // Throws std::invalid_argument where no model can be made of them.
  void check() const;

  bool operator==(const Seq2SeqOptions&) const = default;
};

}  // namespace attention
