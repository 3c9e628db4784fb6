#include "nn/scramble.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {

using autograd::check;
using autograd::Rng;

const char* name_of(Scramble kind) {
  return kind == Scramble::anagram  ? "anagram"
         : kind == Scramble::cipher ? "cipher"
                                    : "typos";
}

Scramble scramble_named(const std::string& name) {
  for (const Scramble kind :
       {Scramble::anagram, Scramble::cipher, Scramble::typos})
    if (name == name_of(kind)) return kind;
  check(false, "[scramble] wanted anagram, cipher or typos, got ", name);
  return {};
}

const std::vector<std::string>& known_words() {
  static const std::vector<std::string> words = split(
      "apple bread water house garden window school friend summer winter "
      "spring music paper letter pencil table chair kitchen bridge street "
      "market doctor teacher student mother father sister brother family "
      "animal horse tiger rabbit mouse eagle monkey flower forest river "
      "ocean island mountain valley desert cloud storm thunder rainbow "
      "morning evening night yellow orange purple green black white silver "
      "golden happy angry quiet noisy simple clever strong gentle little "
      "large small heavy light sugar butter cheese chicken tomato potato "
      "coffee lemon cherry banana number seven eight twelve hundred second "
      "minute hour month train plane ticket engine wheel travel journey "
      "picture camera guitar piano violin dance story novel poem reader "
      "writer painter farmer driver soldier king queen prince castle tower "
      "village city country people child woman young blood heart finger "
      "shoulder mouth smile dream sleep jump throw catch carry build break "
      "begin finish remember forget question answer reason nature science "
      "history language grammar sentence meaning machine weight memory");
  return words;
}

namespace {

std::vector<std::string> letters(const std::string& word) {
  std::vector<std::string> all;
  for (const char c : word) all.emplace_back(1, c);
  return all;
}

// A spoilt word: its letters, and for each the letter of the word that it came
// from.
struct Spoilt {
  std::string text;
  std::vector<int> from;

  void swap(std::size_t i, std::size_t j) {
    std::swap(text[i], text[j]);
    std::swap(from[i], from[j]);
  }
};

void slip(Spoilt& word, Rng& rng) {
  const int kind = rng.below(4);
  const auto n = int(word.text.size());
  const int at = rng.below(kind == 3 ? n - 1 : n);
  const auto i = std::size_t(at);
  if (kind == 0 && n > 3) {
    word.text.erase(i, 1);
    word.from.erase(word.from.begin() + at);
  } else if (kind == 1) {
    word.text.insert(i, 1, word.text[i]);
    word.from.insert(word.from.begin() + at, word.from[i]);
  } else if (kind == 3) {
    word.swap(i, i + 1);
  } else {
    word.text[i] = char('a' + rng.below(26));
  }
}

// Whether spoilt letters belong to the held-out fifth.
bool holds_out(const std::vector<std::string>& letters) {
  int sum = 0;
  for (std::size_t i = 0; i < letters.size(); ++i)
    sum += int(i + 1) * (letters[i][0] - 'a');
  return sum % 5 == 2;
}

// So many pairs, spoiling the words in turn; gives a word up, for this turn,
// after some tries.
std::vector<Pair> draw(Scramble kind, int count, bool held_out, Rng& rng) {
  const auto& words = known_words();
  std::set<std::vector<std::string>> seen;
  for (const std::string& word : words) seen.insert(letters(word));
  std::vector<Pair> pairs;
  for (int i = 0; i < count; ++i)
    for (int tries = 0; tries < 50; ++tries) {
      Pair pair = scramble(words[std::size_t(i) % words.size()], kind, rng);
      if (holds_out(pair.source) != held_out ||
          !seen.insert(pair.source).second)
        continue;
      pairs.push_back(std::move(pair));
      break;
    }
  return pairs;
}

ScrambleSplit ciphers(int n_train, int n_held_out, Rng& rng) {
  const auto& words = known_words();
  std::set<std::string> seen(words.begin(), words.end());
  ScrambleSplit result;
  while (int(result.train.size()) < n_train) {
    std::string word(std::size_t(4 + rng.below(5)), ' ');
    for (char& c : word) c = char('a' + rng.below(26));
    if (seen.insert(word).second)
      result.train.push_back(scramble(word, Scramble::cipher, rng));
  }
  for (const std::string& word : words)
    if (int(result.held_out.size()) < n_held_out)
      result.held_out.push_back(scramble(word, Scramble::cipher, rng));
  return result;
}

}  // namespace

Pair scramble(const std::string& word, Scramble kind, Rng& rng) {
  check(word.size() >= 2 &&
            std::all_of(word.begin(), word.end(),
                        [](char c) { return 'a' <= c && c <= 'z'; }),
        "[scramble] wanted two letters or more, from a to z, got \"", word,
        '"');
  Spoilt spoilt{word, std::vector<int>(word.size())};
  std::iota(spoilt.from.begin(), spoilt.from.end(), 0);
  if (kind == Scramble::anagram)
    for (std::size_t i = word.size(); i > 1; --i)
      spoilt.swap(i - 1, std::size_t(rng.below(int(i))));
  if (kind == Scramble::cipher)
    for (char& c : spoilt.text) c = "qwertyuiopasdfghjklzxcvbnm"[c - 'a'];
  if (kind == Scramble::typos)
    for (int slips = 1 + rng.below(2); slips > 0; --slips) slip(spoilt, rng);

  Pair pair{letters(spoilt.text), letters(word), {}};
  for (std::size_t s = 0; s < spoilt.text.size(); ++s)
    for (std::size_t t = 0; t < word.size(); ++t)
      if (kind == Scramble::anagram ? spoilt.text[s] == word[t]
                                    : spoilt.from[s] == int(t))
        pair.links.emplace_back(int(s), int(t));
  return pair;
}

ScrambleSplit scrambled(Scramble kind, int n_train, int n_held_out, Rng& rng) {
  check(n_train >= 1 && n_held_out >= 1,
        "[scrambled] wanted at least one pair of each, got ", n_train, " and ",
        n_held_out);
  if (kind == Scramble::cipher) return ciphers(n_train, n_held_out, rng);
  ScrambleSplit result;
  result.train = draw(kind, n_train, false, rng);
  result.held_out = draw(kind, n_held_out, true, rng);
  return result;
}

}  // namespace nn
