#include <algorithm>
#include <optional>

#include "autograd/check.h"
#include "nn/grammar.h"
#include "nn/text.h"

namespace nn {

using autograd::fail;

// Reads the text line by line, then ties slots to classes and counts how many
// words each class can make.
struct Grammar::Parser {
  Grammar grammar;
  int line_number = 0;

  template <class... Parts>
  [[noreturn]] void fail_here(const Parts&... parts) const {
    fail("[Grammar] line ", line_number, ": ", parts...);
  }

  void hold_out(const std::vector<std::string>& words) {
    if (words.size() >= 5 && words[3] == "%") {
      const std::optional<int> percent = to_index(words[2]);
      if (!percent || *percent > 100 || words.size() < 6 || words[4] != "of")
        fail_here("wanted `hold out 20 % of label label ...`");
      grammar.held_out_percent_ = *percent;
      grammar.labels_.assign(words.begin() + 5, words.end());
      return;
    }
    const std::vector<std::string> heads(words.begin() + 2, words.end());
    if (heads.empty() || heads.size() != grammar.labels_.size())
      fail_here("wanted one word for each of the ", grammar.labels_.size(),
                " labels of a `hold out 20 % of ...` line above, got ",
                heads.size());
    grammar.always_held_out_.insert(heads);
  }

  void begin_class(const std::vector<std::string>& words) {
    std::string name = words[0];
    if (words.size() != 1 || name.size() < 2 || name.back() != ':')
      fail_here(
          "wanted a class `name:`, `hold out ...`, `distinct ...`, an "
          "indented choice or a # comment, got '",
          join(words), "'");
    name.pop_back();
    if (find_class(name) >= 0) fail_here("class ", name, " is there already");
    grammar.classes_.push_back({name, {}, line_number});
  }

  int find_class(const std::string& name) const {
    for (std::size_t i = 0; i < grammar.classes_.size(); ++i)
      if (grammar.classes_[i].name == name) return static_cast<int>(i);
    return -1;
  }

  // "<name:label>^" as a slot; sets `marked` for ^.
  Slot parse_slot(std::string word, bool& marked) const {
    marked = word.back() == '^';
    if (marked) word.pop_back();
    if (word.size() < 3 || word.back() != '>')
      fail_here("wanted a slot as <name> or <name:label>, got '", word, "'");
    const auto names = split(word.substr(1, word.size() - 2), ':');
    if (names.size() > 2) fail_here("'", word, "' has two labels");
    return {-1, names[0], names.size() == 2 ? names[1] : ""};
  }

  void add_source(Rule& rule, const std::string& word) const {
    if (word[0] != '<') {
      if (word[0] == '+') fail_here("'", word, "' belongs on the right side");
      add_word(rule.source, word);
      ++rule.words;
      return;
    }
    bool marked = false;
    Slot slot = parse_slot(word, marked);
    for (const Slot& other : rule.slots)
      if (other.name == slot.name && other.label == slot.label)
        fail_here("two slots are '", word, "': give them labels");
    const int index = static_cast<int>(rule.slots.size());
    if (marked) rule.heads.push_back(index);
    rule.source.push_back({"", Symbol::words, index});
    rule.slots.push_back(std::move(slot));
  }

  void add_target(Rule& rule, const std::string& word) const {
    if (word[0] != '<') return add_word(rule.target, word);
    bool marked = false;
    const Slot slot = parse_slot(word, marked);
    for (std::size_t k = 0; k < rule.slots.size(); ++k)
      if (rule.slots[k].name == slot.name && rule.slots[k].label == slot.label)
        return rule.target.push_back({"", Symbol::words, static_cast<int>(k)});
    fail_here("slot '", word, "' is not on the left side");
  }

  void add_word(std::vector<Symbol>& side, std::string word) const {
    Symbol::Link link = Symbol::words;
    if (word.front() == '(' && word.back() == ')') {
      link = Symbol::nothing;
      word = word.substr(1, word.size() - 2);
    } else if (word.front() == '+') {
      link = Symbol::head;
      word = word.substr(1);
    }
    if (word.empty()) fail_here("wanted a word after + or in parentheses");
    side.push_back({word, link, -1});
  }

  void parse_choice(const std::vector<std::string>& words) {
    Rule rule;
    rule.line = line_number;
    std::size_t i = 0;
    if (!words.empty() && words[0].front() == '[' && words[0].back() == ']') {
      const auto weight = to_index(words[0].substr(1, words[0].size() - 2));
      if (!weight || *weight < 1)
        fail_here("wanted a weight like [3], got '", words[0], "'");
      rule.weight = *weight;
      i = 1;
    }
    for (; i < words.size() && words[i] != "="; ++i) add_source(rule, words[i]);
    if (i == words.size()) fail_here("wanted `left = right` in a choice");
    for (++i; i < words.size(); ++i) {
      if (words[i] == "=") fail_here("a choice has two =");
      add_target(rule, words[i]);
    }
    if (rule.source.empty() || rule.target.empty())
      fail_here("a side of the choice is empty");
    if (rule.heads.empty() && !rule.slots.empty()) rule.heads = {0};
    const auto is_slot = [](const Symbol& s) { return s.slot >= 0; };
    const auto targets =
        std::count_if(rule.target.begin(), rule.target.end(), is_slot);
    if (targets != static_cast<std::ptrdiff_t>(rule.slots.size()))
      fail_here("the right side must have each slot of the left side once");
    for (const Symbol& s : rule.source) add_known(s, grammar.source_words_);
    for (const Symbol& s : rule.target) add_known(s, grammar.target_words_);
    grammar.classes_.back().rules.push_back(std::move(rule));
  }

  static void add_known(const Symbol& symbol, std::vector<std::string>& words) {
    if (symbol.slot < 0 &&
        std::find(words.begin(), words.end(), symbol.word) == words.end())
      words.push_back(symbol.word);
  }

  void parse_line(const std::string& line) {
    const std::vector<std::string> words = split(line);
    if (line[0] != ' ' && line[0] != '\t') {
      if (words.size() >= 2 && words[0] == "hold" && words[1] == "out")
        return hold_out(words);
      if (words[0] == "distinct")
        return grammar.distinct_.push_back({words.begin() + 1, words.end()});
      return begin_class(words);
    }
    if (grammar.classes_.empty()) fail_here("a choice before the first class");
    std::vector<std::string> choice;
    for (const std::string& word : words) {
      if (word != "|") {
        choice.push_back(word);
        continue;
      }
      parse_choice(choice);
      choice.clear();
    }
    parse_choice(choice);
  }

  void parse_text(const std::string& text) {
    std::string pending;  // a line, until the next one proves to be another
    int number = 0;
    const auto flush = [&] {
      if (!pending.empty()) parse_line(pending);
      pending.clear();
    };
    for (const std::string& line : split(text, '\n')) {
      ++number;
      const std::vector<std::string> words = split(line);
      const bool blank = words.empty() || words[0][0] == '#';
      if (!blank && words[0] == "=" && !pending.empty()) {
        pending += ' ' + join(words);
        continue;
      }
      flush();
      line_number = number;
      if (first_bad_byte(line)) fail_here("it is not UTF-8");
      if (!blank) pending = line;
    }
    flush();
  }

  void resolve_slots() {
    if (grammar.classes_.empty()) fail("[Grammar] it has no class");
    for (Class& part_class : grammar.classes_) {
      line_number = part_class.line;
      if (part_class.rules.empty())
        fail_here("class ", part_class.name, " has no choice");
      for (Rule& rule : part_class.rules)
        for (Slot& slot : rule.slots) {
          line_number = rule.line;
          slot.class_index = find_class(slot.name);
          if (slot.class_index < 0) fail_here("no class ", slot.name);
        }
    }
  }
};

// chance[c][n] = sum over rules r of c of weight_r fill(r, 0, n - words_r),
// divided by the total weight. Shorter lengths come first; of one length, a
// class waits for those it can be replaced by (a choice that is one slot).
void Grammar::count_sentences() {
  const std::size_t classes = classes_.size();
  chance_.assign(classes, std::vector<double>(max_words + 1, 0.0));
  std::vector<std::size_t> order;
  std::vector<int> state(classes, 0);  // 1 while it waits, 2 when in order
  const auto visit = [&](const auto& self, std::size_t c) -> void {
    autograd::check(state[c] != 1, "[Grammar] line ", classes_[c].line,
                    ": class ", classes_[c].name,
                    " can be replaced by itself without end");
    if (state[c] == 2) return;
    state[c] = 1;
    for (const Rule& rule : classes_[c].rules)
      if (rule.source.size() == 1 && rule.slots.size() == 1)
        self(self, static_cast<std::size_t>(rule.slots[0].class_index));
    state[c] = 2;
    order.push_back(c);
  };
  for (std::size_t c = 0; c < classes; ++c) visit(visit, c);
  for (int n = 1; n <= max_words; ++n)
    for (const std::size_t c : order) {
      double total = 0, weights = 0;
      for (const Rule& rule : classes_[c].rules) {
        total += rule.weight * fill(rule, 0, n - rule.words);
        weights += rule.weight;
      }
      chance_[c][static_cast<std::size_t>(n)] = total / weights;
    }
}

Grammar Grammar::parse(const std::string& text) {
  Parser parser;
  parser.parse_text(text);
  parser.resolve_slots();
  parser.grammar.count_sentences();
  return std::move(parser.grammar);
}

}  // namespace nn
