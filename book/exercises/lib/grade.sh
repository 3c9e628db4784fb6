# The gradebook. Read by course.sh.

# One folder a student. The gradebook has a line a student and, for each
# exercise, the tests that pass; what is wrong stands in feedback/STUDENT.txt.
grade() {
  [ -d "$1" ] || die "SUBMISSIONS=folder, with a folder for each student in it."
  list=$(chosen "$2") || exit 2
  students=$(find "$1" -mindepth 1 -maxdepth 1 -type d ! -name '.*' | sort)
  [ -n "$students" ] || die "There is no student's folder in '$1'."
  book=${GRADEBOOK:-$out/gradebook.tsv}
  prepare
  printf '%s\n' "$list" | each _test_object || exit 2
  rm -rf "$out/grade" "$out/feedback"
  mkdir -p "$out/grade" "$out/feedback"
  printf '%s\n' "$students" | EX=$2 each _grade
  {
    printf 'student\tpoints\tof'
    for e in $list; do
      printf '\t%s (of %s)' "$(number "$e")" "$(tests_of "$e")"
    done
    printf '\tremarks\n'
    printf '%s\n' "$students" | while IFS= read -r student; do
      cat "$out/grade/$(basename "$student")/row"
    done
  } >"$book.tmp" && mv "$book.tmp" "$book" || exit 2
  printf '%s students, %s exercises\n  wrote   %s\n  wrote   %s\n' \
    "$(printf '%s\n' "$students" | wc -l | tr -d ' ')" \
    "$(printf '%s\n' "$list" | wc -l | tr -d ' ')" \
    "$(relative "$book")" "$(relative "$out/feedback/")"
}

grade_one() {
  student=$(basename "$1")
  work=$out/grade/$student
  mkdir -p "$work"
  points=0 of=0 row='' remarks=''
  for e in $(chosen "${EX:-}"); do
    of=$((of + $(tests_of "$e")))
    file=$(find "$1" -type f -name "$e.cpp" | sort | head -n 1)
    if [ -z "$file" ]; then
      row="$row	0" remarks="$remarks$(number "$e") is missing; "
      printf '· %-26s not handed in\n' "$e"
      continue
    fi
    prove "$e" "$file" "$work/$e"
    board "$e" "$file" "$work/$e"
    points=$((points + $(passed "$work/$e")))
    row="$row	$(passed "$work/$e")"
    case $(state "$e" "$file" "$work/$e") in
    todo | untouched) remarks="$remarks$(number "$e") is not written; " ;;
    broken) remarks="$remarks$(number "$e") does not compile; " ;;
    part) grep -q '^stop' "$work/$e/report" &&
      remarks="$remarks$(number "$e") crashes or hangs; " ;;
    esac
    rm -f "$work/$e/program" "$work/$e/answer.o"
  done >"$out/feedback/$student.txt"
  remarks=${remarks%; }
  printf '%s\t%s\t%s%s\t%s\n' "$student" "$points" "$of" "$row" \
    "${remarks:--}" >"$work/row"
}
