# Proving the exercises: the untouched starter passes nothing, the solution
# everything, and every planted bug is caught. Read by course.sh.

# GitHub's name of a heading.
slugs() {
  sed -n 's/^##* *//p' "$1" | tr 'A-Z' 'a-z' |
    sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

no() {
  printf '  NO  %s\n' "$*"
  bad=1
}

check_page() {
  page=$(reading "$1")
  chapter=${page%%#*}
  if [ -z "$page" ] || [ "$chapter" = "$page" ]; then
    no "README.md has no line 'Read: [...](../../chapter.md#heading)'"
  elif [ -e "$exercises/../$chapter" ]; then
    slugs "$exercises/../$chapter" | grep -qx -- "${page#*#}" ||
      no "there is no heading #${page#*#} in $chapter"
  elif [ -n "${STRICT:-}" ]; then
    no "there is no chapter $chapter"
  else
    printf '  --  chapter not written yet: %s\n' "$chapter"
  fi
  title "$1" | grep -q "^$(number "$1") " ||
    no "README.md does not begin with '# $(number "$1") ...'"
  [ "$(sed -n '/^## Hints/,$p' "$exercises/$1/README.md" |
    grep -c '^[0-9]*\. ')" -ge 3 ] || no "fewer than three hints"
}

check_starter() {
  grep -q "TODO($(number "$1"))" "$exercises/$1/starter.cpp" ||
    no "starter.cpp has no TODO($(number "$1"))"
  grep -q '^namespace exercise {' "$exercises/$1/answer.h" ||
    no "answer.h is not in namespace exercise"
  prove "$1" "$exercises/$1/starter.cpp" "$work/starter"
  if grep -q '^broken' "$work/starter/report"; then
    no "starter.cpp does not compile: $(head -n 1 "$work/starter/report")"
  elif [ "$(passed "$work/starter")" -ne 0 ]; then
    no "starter.cpp, untouched, passes$(grep '^pass' "$work/starter/report" |
      cut -f 2 | sed 's/.*\./ /' | tr -d '\n')"
  fi
}

check_solution() {
  prove "$1" "$bag/solution.cpp" "$work/solution"
  [ "$(state "$1" "$bag/solution.cpp" "$work/solution")" = pass ] ||
    no "the solution fails: $(grep -v '^pass' "$work/solution/report")"
}

check_bugs() {
  bugs=0
  for bug in "$bag"/bug-*.cpp; do
    [ -e "$bug" ] || break
    name=$(basename "$bug" .cpp)
    bugs=$((bugs + 1))
    prove "$1" "$bug" "$work/$name"
    case $(state "$1" "$bug" "$work/$name") in
    broken) no "$name does not compile: $(head -n 1 "$work/$name/report")" ;;
    pass) no "$name passes every test" ;;
    *) caught="$caught ${name#bug-}" ;;
    esac
  done
  [ "$bugs" -ge 4 ] || no "only $bugs planted bugs, at least four are needed"
}

check_one() {
  bad=0 caught='' work=$out/$1
  check_page "$1"
  if ! test_object "$1"; then
    no "test.cpp does not compile"
  else
    check_starter "$1"
    if open_bag "$1"; then
      check_solution "$1"
      check_bugs "$1"
    else
      no "cannot open sealed"
    fi
  fi
  [ $bad -eq 0 ] && printf '  ok  %s tests; caught:%s\n' "$(tests_of "$1")" \
    "$caught"
  return $bad
}

check() {
  list=$(chosen "$1") || exit 2
  out=$out/check
  STRICTER=-Werror FLAGS="$FLAGS -Werror"
  export STRICTER
  prepare
  printf '%s\n' "$list" | each _check || {
    echo "The exercises are not in order."
    exit 1
  }
  echo "$(printf '%s\n' "$list" | wc -l | tr -d ' ') exercises are in order."
}
