#!/bin/sh
# The exercises of the book. `make` calls this; book/exercises/README.md tells
# how to use it.
#
#   course.sh learn [EX]          test your answers, say what to do next
#   course.sh hint EX             one hint more at each call
#   course.sh reveal EX           the solution, once yours passes (FORCE=1: now)
#   course.sh grade FOLDER [EX]   a gradebook of a folder of submissions
#   course.sh check [EX]          prove the exercises themselves
#   course.sh seal EX DIR         pack DIR/solution.cpp and DIR/bug-*.cpp
#   course.sh show SEALED         the text of a sealed file (for git diff)
#
# EX is a chapter (3), an exercise (3.1), or its whole name.
set -u
LC_ALL=C
export LC_ALL
self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
lib=$(dirname "$self")/lib
exercises=${EXERCISES:-$(dirname "$self")}
my=${MY:-$exercises/my}
out=${BUILD:-$exercises/../../build/course}

CXX=${CXX:-g++}
GTEST_CFLAGS=${GTEST_CFLAGS-$(pkg-config --cflags gtest 2>/dev/null)}
GTEST_LIBS=${GTEST_LIBS:-$(pkg-config --libs gtest 2>/dev/null || echo -lgtest)}
JOBS=${JOBS:-$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 1)}
FLAGS="-std=c++20 -O1 -ffp-contract=off -Wall -Wextra -pthread"
FLAGS="$FLAGS -D_GLIBCXX_ASSERTIONS ${STRICTER-}"
TEST_SECONDS=${TEST_SECONDS:-5}        # for one test
ANSWER_SECONDS=${ANSWER_SECONDS:-60}   # for a compilation, for all tests
ANSWER_MEMORY=${ANSWER_MEMORY:-1048576}  # KiB, for a program

if [ -t 1 ]; then
  green='\033[32m' red='\033[31m' dim='\033[2m' plain='\033[0m'
else
  green='' red='' dim='' plain=''
fi

die() {
  printf '%s\n' "$*" >&2
  exit 2
}

usage() { sed -n '5,13s/^# \{0,1\}//p' "$self"; }

# ---- Finding -----------------------------------------------------------------

# The exercises that the given EX means (all, if empty), in order.
chosen() {
  want=$(printf '%s' "$1" | sed 's/[.]/[.]/g')
  for folder in "$exercises"/[0-9]*.[0-9]*-*/; do
    [ -d "$folder" ] && basename "$folder"
  done | sort -V | grep -E "^${want:-.*}([.-].*)?\$" ||
    die "There is no exercise '$1'."
}

# The one exercise that EX means.
one() {
  [ -n "$1" ] || die "Say which exercise: EX=1.1, for example."
  found=$(chosen "$1") || exit 2
  [ "$(printf '%s\n' "$found" | wc -l)" -eq 1 ] ||
    die "'$1' is more than one exercise; EX=1.1, for example."
  echo "$found"
}

number() { echo "${1%%-*}"; }
tests_of() { grep -c '^TEST(' "$exercises/$1/test.cpp"; }
title() { sed -n '1s/^# *//p' "$exercises/$1/README.md"; }

# Where README.md sends the reader: chapter.md#heading.
reading() {
  sed -n 's/^Read: \[[^]]*\](\.\.\/\.\.\/\([^)]*\)).*/\1/p' \
    "$exercises/$1/README.md" | head -n 1
}

# Writes your copy of each exercise that you have none of.
hand_out() {
  mkdir -p "$my" || exit 2
  for e in $1; do
    [ -e "$my/$e.cpp" ] || cp "$exercises/$e/starter.cpp" "$my/$e.cpp"
  done
}

# ---- Showing -----------------------------------------------------------------

# board EX FILE DIR: a line, and below it what is wrong.
board() {
  total=$(tests_of "$1")
  name=$(printf '%-26s' "$1")
  case $(state "$1" "$2" "$3") in
  pass) printf "${green}✔${plain} %s %s/%s\n" "$name" "$total" "$total" ;;
  todo) printf "${dim}· %s not written yet${plain}\n" "$name" ;;
  untouched) printf "${dim}· %s not touched yet${plain}\n" "$name" ;;
  broken)
    printf "${red}✘${plain} %s does not compile\n" "$name"
    cut -f 3- "$3/report" | sed 's/^/      /'
    ;;
  part)
    printf "${red}✘${plain} %s %s/%s\n" "$name" "$(passed "$3")" "$total"
    grep -v '^pass' "$3/report" | while IFS='	' read -r _ test why; do
      printf "      ${red}%s${plain}\n" "${test#*.}"
      printf '%s\n' "$why" | fold -s -w 70 | sed 's/^/        /'
    done
    ;;
  esac
}

# What to do about EX.
next_step() {
  page=$(reading "$1")
  printf '\nNext: %s\n' "$(title "$1")"
  printf '      edit   %s\n' "$(relative "$my/$1.cpp")"
  if [ -e "$exercises/../${page%%#*}" ]; then
    printf '      read   book/%s\n' "$page"
  fi
  printf '      task   %s\n' "$(relative "$exercises/$1/README.md")"
  printf '      stuck? make hint EX=%s\n' "$(number "$1")"
}

relative() { printf '%s' "${1#"$PWD"/}"; }

learn() {
  list=$(chosen "$1") || exit 2
  hand_out "$list"
  prepare
  printf '%s\n' "$list" | each _learn
  next=''
  for e in $list; do
    board "$e" "$my/$e.cpp" "$out/$e/my"
    [ -z "$next" ] && [ "$(state "$e" "$my/$e.cpp" "$out/$e/my")" != pass ] &&
      next=$e
  done
  if [ "$list" = "$next" ] && [ -s "$out/$next/my/output" ] &&
    [ "$(state "$next" "$my/$next.cpp" "$out/$next/my")" = part ]; then
    printf '\nWhat the tests and your program print:\n'
    head -n 40 "$out/$next/my/output" | sed 's/^/      /'
  fi
  if [ -n "$next" ]; then
    next_step "$next"
  else
    printf '\nAll of these pass. To compare: make reveal EX=%s\n' \
      "$(number "$(printf '%s\n' "$list" | tail -n 1)")"
  fi
}

hint() {
  e=$(one "$1") || exit 2
  seen=$out/$e/hints
  mkdir -p "$out/$e"
  count=$(($(cat "$seen" 2>/dev/null || echo 0) + 1))
  all=$(sed -n '/^## Hints/,$p' "$exercises/$e/README.md" |
    grep -c '^[0-9]*\. ')
  [ "$count" -gt "$all" ] && count=$all
  echo "$count" >"$seen"
  title "$e"
  sed -n '/^## Hints/,$p' "$exercises/$e/README.md" |
    awk -v last="$count" '/^[0-9]+\. / { ++n } n >= 1 && n <= last'
  if [ "$count" -lt "$all" ]; then
    printf '\n%s of %s; again for the next.\n' "$count" "$all"
  else
    printf '\nThat was the last. The solution: make reveal EX=%s FORCE=1\n' \
      "$(number "$e")"
  fi
}

# ---- Sealing -----------------------------------------------------------------

unseal() { base64 -d <"$1" | tar -xz -C "$2"; }

# The sealed solution and bugs of EX lie in $bag until the script ends.
open_bag() {
  bag=$(mktemp -d) || exit 2
  trap 'rm -rf "$bag"' EXIT
  trap 'exit 130' INT TERM
  unseal "$exercises/$1/sealed" "$bag"
}

reveal() {
  e=$(one "$1") || exit 2
  if [ -z "${FORCE:-}" ]; then
    hand_out "$e"
    prepare
    test_object "$e" && prove "$e" "$my/$e.cpp" "$out/$e/my"
    [ "$(state "$e" "$my/$e.cpp" "$out/$e/my")" = pass ] || {
      echo "Your own answer does not pass yet: make learn EX=$(number "$e")"
      echo "FORCE=1 shows the solution all the same."
      exit 1
    }
  fi
  open_bag "$e" && cat "$bag/solution.cpp"
}

seal() {
  e=$(one "$1") || exit 2
  (cd "$2" && tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --mode=644 -c solution.cpp bug-*.cpp | gzip -9n | base64) \
    >"$exercises/$e/sealed.tmp" && mv "$exercises/$e/sealed.tmp" \
    "$exercises/$e/sealed"
}

show() {
  bag=$(mktemp -d) && trap 'rm -rf "$bag"' EXIT && unseal "$1" "$bag" &&
    for f in "$bag"/*; do
      printf '==== %s\n' "$(basename "$f")" && cat "$f"
    done
}

for part in build check grade; do
  . "$lib/$part.sh"
done

verb=${1:-learn}
[ $# -gt 0 ] && shift
case $verb in
learn) learn "${1:-}" ;;
hint) hint "${1:-}" ;;
reveal) reveal "${1:-}" ;;
grade) grade "${1:-}" "${2:-}" ;;
check) check "${1:-}" ;;
seal) seal "${1:-}" "${2:?the folder of solution.cpp and bug-*.cpp}" ;;
show) show "${1:?a sealed file}" ;;
_learn) test_object "$1" && prove "$1" "$my/$1.cpp" "$out/$1/my" ;;
_test_object) test_object "$1" ;;
_grade) grade_one "$1" ;;
_check)
  text=$(check_one "$1")
  status=$?
  printf '%s\n%s\n' "$1" "$text"
  exit $status
  ;;
*)
  usage >&2
  exit 2
  ;;
esac
