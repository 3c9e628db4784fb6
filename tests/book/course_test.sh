#!/bin/sh
# Tests of book/exercises/course.sh itself, on a little course of one exercise
# in a folder with spaces in its name. `make course-check` runs it.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
here="$tmp/the book/exercises"
EXERCISES=$here BUILD="$tmp/build it" MY=$here/my
TEST_SECONDS=1 ANSWER_MEMORY=262144  # a quarter of a GiB
export EXERCISES BUILD MY TEST_SECONDS ANSWER_MEMORY
unset EX FORCE GRADEBOOK STRICT STRICTER
failures=0 checks=0

course() {
  sh "$root/book/exercises/course.sh" "$@" >"$tmp/said" 2>&1
  status=$?
}

fail() {
  failures=$((failures + 1))
  printf 'course_test: %s\n' "$*"
  sed 's/^/    /' "$tmp/said"
}

# says WORDS...: each stands in what the last call printed.
says() {
  for words; do
    checks=$((checks + 1))
    grep -qF -- "$words" "$tmp/said" || fail "does not say: $words"
  done
}

silent_about() {
  checks=$((checks + 1))
  grep -qF -- "$1" "$tmp/said" && fail "should not say: $1"
}

ends_with() {
  checks=$((checks + 1))
  [ "$status" -eq "$1" ] || fail "ends with status $status, not $1"
}

# answer NAME: an answer to the exercise, its body from standard input.
answer() {
  mkdir -p "$(dirname "$1")"
  { printf '#include "answer.h"\n' && cat; } >"$1"
}

# ---- A little course ---------------------------------------------------------

ex=$here/0.1-sum
mkdir -p "$ex" "$tmp/sealed"
printf '# A page\n\n## The code\n' >"$here/../00-page.md"
cat >"$ex/README.md" <<'END'
# 0.1 A sum

Read: [The code](../../00-page.md#the-code)

## Hints

1. First hint,
   on two lines.
2. Second hint.
3. Third hint.
END
cat >"$ex/answer.h" <<'END'
#pragma once
#include <vector>
namespace exercise {
int sum(const std::vector<int>& numbers);
}
END
cat >"$ex/starter.cpp" <<'END'
#include "answer.h"
#include "lib/todo.h"
// TODO(0.1): the sum.
int exercise::sum(const std::vector<int>& numbers) { todo(numbers); }
END
cat >"$ex/test.cpp" <<'END'
#include <gtest/gtest.h>
#include "answer.h"
TEST(Sum, OfTwo) {
  EXPECT_EQ(exercise::sum({2, 3}), 5) << "two and three";
}
TEST(Sum, OfNone) { EXPECT_EQ(exercise::sum({}), 0) << "none is nought"; }
TEST(Sum, OfMinus) { EXPECT_EQ(exercise::sum({-1}), -1) << "mind the sign"; }
END

good='int exercise::sum(const std::vector<int>& numbers) {
  int total = 0;
  for (int n : numbers) total += n;
  return total;
}'
changed() { printf '%s\n' "$good" | sed "$1"; }

printf '%s\n' "$good" | answer "$tmp/sealed/solution.cpp"
changed 's/total = 0/total = 1/' | answer "$tmp/sealed/bug-starts-at-one.cpp"
changed 's/+= n/-= n/' | answer "$tmp/sealed/bug-takes-away.cpp"
changed 's/+= n/= n/' | answer "$tmp/sealed/bug-last-one.cpp"
changed 's/int n :/unsigned n :/; s/+= n/+= n \& 255/' |
  answer "$tmp/sealed/bug-sign.cpp"

course seal 0.1 "$tmp/sealed"
ends_with 0

# ---- check -------------------------------------------------------------------

course check
ends_with 0
says '1 exercises are in order' 'caught: last-one sign starts-at-one'

cp "$ex/test.cpp" "$tmp/test.cpp"
sed -i.old '/OfMinus/d' "$ex/test.cpp"
course check
ends_with 1
says 'bug-sign passes every test'
cp "$tmp/test.cpp" "$ex/test.cpp"

cp "$ex/starter.cpp" "$tmp/starter.cpp"
sed 's/todo(numbers)/return numbers.empty() ? 0 : 7/' "$tmp/starter.cpp" \
  >"$ex/starter.cpp"
course check
ends_with 1
says 'starter.cpp, untouched, passes OfNone'
sed 's/todo(numbers)/int unused; todo(numbers)/; /TODO/d' \
  "$tmp/starter.cpp" >"$ex/starter.cpp"
course check
ends_with 1
says 'starter.cpp does not compile' 'no TODO(0.1)'
cp "$tmp/starter.cpp" "$ex/starter.cpp"

mv "$here/../00-page.md" "$here/../page.md"
course check
ends_with 0
says 'chapter not written yet: 00-page.md'
STRICT=1 course check
ends_with 1
says 'there is no chapter 00-page.md'
printf '# A page\n\n## The text\n' >"$here/../00-page.md"
course check
ends_with 1
says 'there is no heading #the-code in 00-page.md'
mv "$here/../page.md" "$here/../00-page.md"

# ---- learn, hint, reveal -----------------------------------------------------

mine=$here/my/0.1-sum.cpp
course learn
ends_with 0
says 'not written yet' 'Next: 0.1 A sum' "my/0.1-sum.cpp" \
  'book/00-page.md#the-code' 'make hint EX=0.1'
cmp -s "$mine" "$ex/starter.cpp" || fail 'the copy is not the starter'

course hint 0.1
says 'First hint' 'on two lines' '1 of 3'
silent_about 'Second hint'
course hint 0.1
says 'First hint' 'Second hint'
course hint 0.1
course hint 0.1
says 'Third hint' 'That was the last'

course reveal 0.1
ends_with 1
says 'does not pass yet'
silent_about 'total'
FORCE=1 course reveal 0.1
ends_with 0
says 'total += n'

# try: what `learn` says of an answer from standard input.
try() {
  answer "$mine"
  course learn
  ends_with 0
}

changed 's/+= n/= n/' | try
says '2/3' 'OfTwo' 'two and three'
silent_about 'OfNone'
try <<'END'
int exercise::sum(const std::vector<int>& numbers) { return nmbers[0]; }
END
says 'does not compile' 'nmbers'
try <<'END'
int exercise::sum(const std::vector<int>& numbers) {
  if (numbers.empty()) return 0;
  volatile int* nowhere = nullptr;
  return *nowhere;
}
END
says '1/3' 'crash: endless recursion, or memory that is not yours'
try <<'END'
int exercise::sum(const std::vector<int>& numbers) { return numbers[7]; }
END
says '0/3' 'an index past the end'
try <<'END'
int exercise::sum(const std::vector<int>& numbers) {
  volatile int zero = 0;
  return sum(numbers) + zero;
}
END
says '0/3' 'crash: endless recursion'
try <<'END'
int exercise::sum(const std::vector<int>& numbers) {
  volatile bool always = true;
  while (always && numbers.size() == 1) always = true;
  return numbers.empty() ? 0 : 5;
}
END
says '2/3' 'no answer after 1 s'
try <<'END'
int exercise::sum(const std::vector<int>&) {
  return static_cast<int>(std::vector<double>(1ull << 26, 1.0)[3]);
}
END
says '0/3' 'more memory than the limit'
try <<'END'
#include <cstdlib>
int exercise::sum(const std::vector<int>&) { std::exit(0); }
END
says '0/3' 'ends the program before the test is over'
try <<'END'
#include <cstdlib>
const bool gone = (std::exit(0), true);
int exercise::sum(const std::vector<int>&) { return gone; }
END
says '0/3' 'the program ends, crashes or hangs'
try <<'END'
#include <stdexcept>
int exercise::sum(const std::vector<int>&) {
  throw std::runtime_error("out of cheese");
}
END
says '0/3' 'throws: out of cheese'
try <<'END'
END
says 'does not compile' 'undefined reference'

printf '%s\n' "$good" | try
says '3/3' 'All of these pass'
course reveal 0.1
ends_with 0
says 'total += n'

course learn 7
ends_with 2
says "There is no exercise '7'"

# ---- grade -------------------------------------------------------------------

hand_in="$tmp/handed in"
printf '%s\n' "$good" | answer "$hand_in/Ada Lovelace/my/0.1-sum.cpp"
changed 's/= 0/= 1/' | answer "$hand_in/Bob O'Neill/0.1-sum.cpp"
answer "$hand_in/Cy/0.1-sum.cpp" <<'END'
int exercise::sum(const std::vector<int>& numbers) { return sum(numbers) + 1 }
END
answer "$hand_in/Di/0.1-sum.cpp" <<'END'
int exercise::sum(const std::vector<int>& numbers) {
  volatile bool always = true;
  while (always) always = true;
  return numbers[0];
}
END
answer "$hand_in/Ed/0.1-sum.cpp" <<'END'
#include <cstdlib>
int exercise::sum(const std::vector<int>&) { std::abort(); }
END
mkdir -p "$hand_in/Flo"
mkdir -p "$hand_in/Gus" && cp "$ex/starter.cpp" "$hand_in/Gus/0.1-sum.cpp"
mkdir -p "$hand_in/Hal" && ln -s "$tmp/sealed/solution.cpp" \
  "$hand_in/Hal/0.1-sum.cpp"
export GRADEBOOK="$tmp/grade book.tsv"
course grade "$hand_in"
ends_with 0
cat >"$tmp/expected" <<'END'
student	points	of	0.1 (of 3)	remarks
Ada Lovelace	3	3	3	-
Bob O'Neill	0	3	0	-
Cy	0	3	0	0.1 does not compile
Di	0	3	0	0.1 crashes or hangs
Ed	0	3	0	0.1 crashes or hangs
Flo	0	3	0	0.1 is missing
Gus	0	3	0	0.1 is not written
Hal	0	3	0	0.1 is missing
END
diff "$tmp/expected" "$GRADEBOOK" >"$tmp/said" || fail 'another gradebook'
cat "$BUILD"/feedback/Bob*.txt "$BUILD/feedback/Cy.txt" >"$tmp/said"
says 'two and three' 'does not compile' "expected ';'"

course grade "$tmp/nowhere"
ends_with 2
mkdir "$tmp/empty"
course grade "$tmp/empty"
ends_with 2
says 'no student'

[ "$failures" -eq 0 ] && echo "course_test: $checks checks hold"
exit $((failures > 0))
