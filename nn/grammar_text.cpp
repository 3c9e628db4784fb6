#include "nn/grammar.h"

namespace nn {

const char* const english_chinese_grammar = R"(
# English and Chinese, side by side. The English is uninflected, as in
# "Tom chase Jerry".
#
# A class of sentence parts is a name and a colon, with its choices below it,
# indented. A choice is `English = Chinese`. Several may share a line, apart
# by |, and a line that begins with = continues the one above. The first class
# is the whole sentence.
#
#   <x>        a slot, filled by a choice of the class `x`. Both sides have
#              the same slots, in any order: that is how words move.
#   <x:label>  the same with a label.
#   [3]        before a choice: it is taken three times as often.
#   (word)     a word that has no counterpart: it is linked with nothing.
#   +word      a Chinese word that English does without; it is linked with the
#              head of the choice, as a measure word is with the noun it counts.
#
# All other English words of a choice are linked with all its other Chinese
# words. Every choice has a head: that of its first slot, or of each slot marked
# ^, or, without slots, its last English word.
#
# Where a choice has slots with all of the labels below, their heads form a
# combination. Sentences that hold a combination of this random fifth are kept
# out of training, and so are those that hold the one listed.
hold out 20 % of subject verb object
hold out Tom chase Jerry

# No choice has the same head under two of these labels ("Tom see Tom").
distinct subject object
distinct first second

sentence:
  [90] <clause> = <clause>
  <clause> and <sentence> = <clause> 而且 <sentence>
  <clause:result> because <clause:cause>
    = 因为 <clause:cause> 所以 <clause:result>
  <name> say (that) <sentence> = <name> 说 <sentence>

clause:
  [5] <party:subject> <action:verb> <party:object>
    = <party:subject> <action:verb> <party:object>
  [8] <party:subject> <action:verb> <party:object> <adjunct>
    = <party:subject> <adjunct> <action:verb> <party:object>
  <party:subject> <handling:verb> <item:object>
    = <party:subject> <handling:verb> <item:object>
  [2] <party:subject> <handling:verb> <item:object> <adjunct>
    = <party:subject> <adjunct> <handling:verb> <item:object>
  <party:subject> put <item:object> on (the) <furniture>
    = <party:subject> 把 <item:object> 放在 <furniture> 上
  [2] <party> <activity> <adjunct> = <party> <adjunct> <activity>

# Time and place stand before the verb in Chinese, time first.
adjunct:
  [2] <where> = <where>
  [4] <when> = <when>
  <where> <when> = <when> <where>
where:
  in <place> = 在 <place> | from <place> = 从 <place>
  around <place> = 绕着 <place>
when:
  today = 今天 | yesterday = 昨天 | tomorrow = 明天 | tonight = 今晚
place:
  London = 伦敦 | Paris = 巴黎 | Beijing = 北京 | Shanghai = 上海
  school = 学校
furniture:
  table = 桌子 | chair = 椅子 | bed = 床

# Who: a name, or a noun with an article or a number. "the" is not translated.
party:
  [8] <name> = <name>
  <name:first>^ and <name:second>^
    = <name:first> 和 <name:second>
  [4] (the) <being-phrase> = <being-phrase>
  [4] <counted-being> = <counted-being>
being-phrase:
  [12] <being> = <being>
  [3] <quality> <being>^ = <quality> <being>
  <mood> <being>^ = <mood> +的 <being>
  <being:subject> who <action-verb:verb> <party:object>
    = <action-verb:verb> <party:object> 的 <being:subject>
  <being:object> that <name:subject> <action-verb:verb>
    = <name:subject> <action-verb:verb> 的 <being:object>
being:
  [2] <creature> = <creature> | <long-creature> = <long-creature>
  [2] <person> = <person>

# Chinese counts every kind of thing with a measure word of its own.
counted-being:
  [3] <number> <creature>^ = <number> +只 <creature>
  [2] <number> <long-creature>^ = <number> +条 <long-creature>
  [3] <number> <person>^ = <number> +个 <person>
item:
  [2] (the) <volume> = <volume>
  [2] (the) <sheet> = <sheet>
  <number> <volume>^ = <number> +本 <volume>
  <number> <sheet>^ = <number> +张 <sheet>
number:
  a = 一 | two = 两 | three = 三 | this = 这

# What they do.
action:
  [8] <action-verb> = <action-verb>
  never <action-verb> = 从不 <action-verb>
  will <action-verb> = 会 <action-verb>
  have <action-verb> = <action-verb> 了
  must <action-verb> = 必须 <action-verb>
action-verb:
  chase = 追逐 | see = 看见 | like = 喜欢 | help = 帮助 | find = 找到
  follow = 跟随 | know = 认识 | thank = 感谢 | hear = 听见
handling:
  buy = 买 | sell = 卖 | lose = 丢 | draw = 画
activity:
  sleep = 睡觉 | sing = 唱歌 | dance = 跳舞 | run = 跑步
  play (the) <keys> = 弹 <keys> | play <ball> = 踢 <ball>
  play <board> = 下 <board>

# Words.
name:
  Tom = 汤姆 | Jerry = 杰瑞 | Mary = 玛丽 | John = 约翰
  Anna = 安娜 | Peter = 彼得 | Lucy = 露西 | David = 大卫
creature:
  cat = 猫 | dog = 狗 | mouse = 老鼠 | bird = 鸟
long-creature:
  fish = 鱼 | snake = 蛇
person:
  teacher = 老师 | student = 学生 | friend = 朋友 | doctor = 医生
quality:
  big = 大 | small = 小 | old = 老 | new = 新
mood:
  happy = 快乐 | clever = 聪明
volume:
  book = 书 | dictionary = 词典
sheet:
  map = 地图 | picture = 图画
keys:
  piano = 钢琴
ball:
  football = 足球
board:
  chess = 棋
)";

// ANCHOR: clauses
const char* const clauses_grammar = R"(
# Who does what, and who does what next. The time goes before the verb.
sentence:
  <clause> = <clause>
  [4] <clause> and <sentence> = <clause> 而且 <sentence>
clause:
  <name> <activity> = <name> <activity>
  [2] <name:subject> <action> <name:object>
    = <name:subject> <action> <name:object>
  [2] <name:subject> <action> <name:object> <when>
    = <name:subject> <when> <action> <name:object>
name:
  Tom = 汤姆 | Jerry = 杰瑞 | Mary = 玛丽 | John = 约翰
action:
  chase = 追逐 | see = 看见 | help = 帮助 | follow = 跟随
activity:
  sleep = 睡觉 | sing = 唱歌 | dance = 跳舞
when:
  today = 今天 | tomorrow = 明天
)";
// ANCHOR_END: clauses

}  // namespace nn
