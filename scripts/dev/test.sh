# Running tests, mutants and coverage.

# Read by the sanitizers of every test program.
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

run_ctest() { # PRESET [ARGUMENT…]
  local preset=$1
  shift
  say "Unit tests, $preset"
  ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)" "$@" | sed -u '/ Passed /d; /^ *Start /d'
  local code=${PIPESTATUS[0]}
  # What the power cuts came to.
  grep -hE ', lost [0-9]+, torn [0-9]+' "build/$preset/Testing/Temporary/LastTest.log" | sed 's/^/  /' || true
  return "$code"
}

run_system_tests() { # PRESET
  say "System tests, $1"
  PROGRAM_UNDER_TEST=$PWD/build/$1/cairn "$PYTHON" -m pytest -q -p no:cacheprovider tests/system
}

dev_test() {
  local started=$SECONDS quick=no
  case "${1:-}" in
    '') ;;
    --quick) quick=yes ;;
    *) die "test takes --quick or nothing" ;;
  esac
  need_packages $PACKAGES_TEST $PACKAGES_LINT
  need_build
  need_python

  lint_fast
  lint_web
  run_web_unit_tests
  build_preset asan
  run_ctest asan
  run_system_tests asan
  if [ "$quick" = no ]; then
    build_preset tsan
    run_ctest tsan -R "$(tests_of_threads)"
    run_system_tests tsan
    run_mutants
    build_preset release cairn cairn_slow_disk  # the second so that a benchmark's own code cannot rot
    run_system_tests release
    run_web_tests release
    release_holds_no_mutants
    lint_tidy
  fi
  say "All passed in $((SECONDS - started)) s"
}

# What runs under the thread sanitizer: the suites of the folders whose state is shared between threads.
tests_of_threads() { grep -v '^#' tests/threads.txt | paste -sd'|'; }

release_holds_no_mutants() {
  if grep -qa CAIRN_MUTANT build/release/cairn; then die "the release program holds mutants"; fi
  grep -qa CAIRN_MUTANT build/asan/cairn || die "the test build holds no mutants: this check looks for the wrong word"
}

# Each line of tests/mutants.txt: the mutant's name, and the tests of which at least one must fail while it is on.
run_mutants() {
  say "Mutants"
  local name program filter killed=0 total=0
  while read -r name program filter; do
    case "$name" in '' | \#*) continue ;; esac
    total=$((total + 1))
    # Without the mutant the tests must run and pass; else it would be killed by a broken or an empty filter.
    run_chosen_tests "$program" "$filter" | grep -qE 'PASSED  \] [1-9]|^[1-9][0-9]* passed' || die "mutant $name: '$filter' has no passing test"
    if CAIRN_MUTANT=$name run_chosen_tests "$program" "$filter" >/dev/null 2>&1; then
      printf '  %-24s SURVIVED %s\n' "$name" "$filter"
    else
      printf '  %-24s killed by %s\n' "$name" "$filter"
      killed=$((killed + 1))
    fi
  done <tests/mutants.txt
  [ "$killed" = "$total" ] || die "$((total - killed)) of $total mutants survived"
  printf '  all %s mutants killed\n' "$total"
}

# PROGRAM FILTER: a unit test program with a gtest filter, or `system` with a name of pytest's.
run_chosen_tests() {
  local binary
  if [ "$1" = system ]; then
    PROGRAM_UNDER_TEST=$PWD/build/asan/cairn "$PYTHON" -m pytest -q -p no:cacheprovider tests/system -k "$2" | sed 's/, [0-9]* deselected//'
    return "${PIPESTATUS[0]}"
  fi
  binary=$(find build/asan/src -name "$1" -type f)
  [ -n "$binary" ] || die "there is no test program $1"
  "$binary" --gtest_filter="$2" --gtest_brief=1
}

dev_mutants() {
  need_packages $PACKAGES_TEST
  need_build
  need_python
  build_preset asan
  run_mutants
}

dev_coverage() {
  need_packages $PACKAGES_TEST
  need_build
  build_preset coverage
  rm -rf build/coverage/profiles
  LLVM_PROFILE_FILE=$PWD/build/coverage/profiles/%p.profraw run_ctest coverage
  llvm-profdata-19 merge -sparse build/coverage/profiles/*.profraw -o build/coverage/all.profdata
  local binary arguments=()
  while read -r binary; do arguments+=(-object "$binary"); done < <(find build/coverage/src -name 'cairn_*_test' -type f)
  llvm-cov-19 report "${arguments[@]}" -instr-profile build/coverage/all.profdata \
    -ignore-filename-regex='_test\.cpp|/testing/|/usr/|cairn-dev'
}
