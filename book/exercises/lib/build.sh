# Compiling an answer with its tests, and running them within limits. Read by
# course.sh.

# limited SECONDS KIB COMMAND...
limited() (
  seconds=$1 memory=$2
  shift 2
  ulimit -c 0
  ulimit -t "$seconds"
  ulimit -f 65536
  ulimit -v "$memory" 2>/dev/null
  command -v timeout >/dev/null && set -- timeout -k 1 "$seconds" "$@"
  exec "$@" </dev/null
)

# What all exercises share; made again when the compiler or the flags change.
prepare() {
  mkdir -p "$out" || exit 2
  flags="$CXX $FLAGS $GTEST_CFLAGS $GTEST_LIBS"
  if [ "$flags" != "$(cat "$out/flags" 2>/dev/null)" ]; then
    rm -rf "${out:?}"/*
  fi
  if [ ! -e "$out/precompiled.h.gch" ]; then
    echo "(This once, every test is compiled: a minute or so.)"
    printf '#include <%s>\n' gtest/gtest.h algorithm cmath limits numeric \
      span string vector >"$out/precompiled.h"
    $CXX $FLAGS $GTEST_CFLAGS -x c++-header "$out/precompiled.h" \
      -o "$out/precompiled.h.gch" || die "The exercises need GoogleTest."
  fi
  if [ ! "$out/main.o" -nt "$lib/main.cpp" ]; then
    compile_test "$lib/main.cpp" "$out/main.o" || exit 2
  fi
  printf '%s\n' "$flags" >"$out/flags"
}

compile_test() {
  $CXX $FLAGS $GTEST_CFLAGS -include "$out/precompiled.h" \
    -I"$(dirname "$lib")" -c "$1" -o "$2"
}

# test_object EX: the tests, compiled once for every answer.
test_object() {
  mkdir -p "$out/$1"
  object=$out/$1/test.o
  if [ ! "$object" -nt "$exercises/$1/test.cpp" ] ||
    [ ! "$object" -nt "$exercises/$1/answer.h" ] ||
    [ ! "$object" -nt "$out/main.o" ]; then
    compile_test "$exercises/$1/test.cpp" "$object" ||
      { rm -f "$object" && return 1; }
  fi
}

# build EX FILE DIR: DIR/program, or the compiler's words in DIR/log. Nothing
# but FILE can answer: it is the only object besides the tests.
build() {
  mkdir -p "$3"
  program=$3/program
  if [ "$program" -nt "$2" ] && [ "$program" -nt "$out/$1/test.o" ] &&
    [ "$program" -nt "$lib/todo.h" ]; then
    return 0
  fi
  rm -f "$program"
  limited "$ANSWER_SECONDS" 4194304 $CXX $FLAGS -I"$(dirname "$lib")" \
    -I"$exercises/$1" -c "$2" -o "$3/answer.o" >"$3/log" 2>&1 &&
    limited "$ANSWER_SECONDS" 4194304 $CXX "$3/answer.o" "$out/$1/test.o" \
      "$out/main.o" $GTEST_LIBS -pthread -o "$program" >>"$3/log" 2>&1
}

# The first three errors of a compilation, the file's folder left out.
errors() {
  grep -E 'error|undefined reference|multiple definition' "$1" |
    sed "s|^[^:]*/||" | awk '!seen[$0]++' | head -n 3
}

# prove EX FILE DIR: DIR/report, a line a test (lib/main.cpp), or lines
# "broken<tab><tab>error" if FILE does not compile.
prove() {
  rm -f "$3/report"
  if ! build "$1" "$2" "$3"; then
    { errors "$3/log" | grep . || echo "the compiler gave up"; } |
      awk '{ print "broken\t\t" $0 }' >"$3/report"
    return
  fi
  limited "$ANSWER_SECONDS" "$ANSWER_MEMORY" \
    "$3/program" "$3/report" "$TEST_SECONDS" >"$3/output" 2>&1
  [ -s "$3/report" ] ||
    printf 'stop\tbefore.any test\tthe program ends, crashes or hangs\n' \
      >"$3/report"
}

passed() { grep -c '^pass' "$1/report"; }

# state EX FILE DIR: pass | broken | todo | untouched | part
state() {
  if [ "$(passed "$3")" -eq "$(tests_of "$1")" ]; then
    echo pass
  elif grep -q '^broken' "$3/report"; then
    echo broken
  elif grep -q '^todo' "$3/report"; then
    echo todo
  elif cmp -s "$2" "$exercises/$1/starter.cpp"; then
    echo untouched
  else
    echo part
  fi
}

# each VERB WORD...: lines of standard input, as the last word of VERB, at the
# same time on JOBS cores.
each() {
  tr '\n' '\0' | BUILD=$out EXERCISES=$exercises MY=$my \
    xargs -0 -n 1 -P "$JOBS" sh "$self" "$@"
}
