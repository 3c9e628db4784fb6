// The little JSON that file headers need: the reader is told what must come
// next, so it keeps no tree, has no depth and allocates only what it returns.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace nn {

// Reads JSON from the front. Each call throws std::runtime_error that says what
// was wanted, what came, and at which byte.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text);  // refuses what is not UTF-8

  // Calls `member` with each key; it must read the value. Keys that repeat are
  // refused.
  void object(const std::function<void(const std::string& key)>& member);
  // Calls `element` before each element; it must read it.
  void array(const std::function<void()>& element);
  std::string string();
  // A whole number from 0 to 2^63 - 1.
  std::int64_t integer();
  // Nothing but space may be left.
  void end();

  // Throws, naming the place reached.
  [[noreturn]] void fail(const std::string& wanted) const;

 private:
  void skip_space();
  bool accept(char c);
  void expect(char c);
  unsigned hex4();
  void escape(std::string& out);

  std::string_view text_;
  std::size_t place_ = 0;
};

// The text as a JSON string, quotes and all. Throws std::invalid_argument if it
// is not UTF-8.
std::string json_string(std::string_view text);

}  // namespace nn
