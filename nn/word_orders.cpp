#include "nn/word_orders.h"

#include <string>

namespace nn {
namespace {

// ANCHOR: orders
const char* const in_order = R"(
clause:
  [2] <animal:subject> <action:verb> <animal:object>
    = <animal:subject> <action:verb> <animal:object>
  [3] <animal:subject> <action:verb> <animal:object> in <place> <when>
    = <animal:subject> <action:verb> <animal:object> 在 <place> <when>
  <animal> <activity> <when> = <animal> <activity> <when>
)";
const char* const articles = R"(
clause:
  [2] (the) <animal:subject> <action:verb> (the) <animal:object>
    = <animal:subject> <action:verb> <animal:object>
  [3] (the) <animal:subject> <action:verb> (the) <animal:object> in <place> <when>
    = <animal:subject> <action:verb> <animal:object> 在 <place> <when>
  (the) <animal> <activity> <when> = <animal> <activity> <when>
)";
const char* const reordered = R"(
clause:
  [2] <animal:subject> <action:verb> <animal:object>
    = <animal:subject> <action:verb> <animal:object>
  [3] <animal:subject> <action:verb> <animal:object> in <place> <when>
    = <animal:subject> <when> 在 <place> <action:verb> <animal:object>
  <animal> <activity> <when> = <animal> <when> <activity>
)";
// ANCHOR_END: orders

const char* const sentence = R"(
hold out 20 % of subject verb object
distinct subject object
sentence:
  [2] <clause> = <clause>
  <clause> and <sentence> = <clause> 而且 <sentence>
)";

const char* const words = R"(
animal:
  cat = 猫 | dog = 狗 | mouse = 老鼠 | bird = 鸟
  fish = 鱼 | snake = 蛇 | horse = 马 | sheep = 羊
action:
  chase = 追逐 | see = 看见 | like = 喜欢
  help = 帮助 | follow = 跟随 | hear = 听见
activity:
  sleep = 睡觉 | sing = 唱歌 | dance = 跳舞 | run = 跑步
place:
  London = 伦敦 | Paris = 巴黎 | Beijing = 北京 | school = 学校
when:
  today = 今天 | yesterday = 昨天 | tomorrow = 明天 | tonight = 今晚
)";

}  // namespace

Grammar grammar_of(WordOrder order) {
  const char* const clause = order == WordOrder::in_order   ? in_order
                             : order == WordOrder::articles ? articles
                                                            : reordered;
  return Grammar::parse(std::string(sentence) + clause + words);
}

}  // namespace nn
