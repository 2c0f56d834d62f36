# Building a preset and starting the result.

# A clone in another folder finds the compiled objects of the first: paths are made relative, and the folder is not part of the key.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}

# build_preset PRESET [TARGET…]
build_preset() {
  local preset=$1 log
  shift
  # Anew too when the presets or the pinned sources are others than it was configured with: CMake itself would not notice.
  local configured_with
  configured_with="$(sha256sum <CMakePresets.json) $SOURCES"
  if [ ! -e "build/$preset/build.ninja" ] || [ "$configured_with" != "$(cat "build/$preset/configured-with" 2>/dev/null)" ]; then
    say "Configuring $preset"
    rm -f "build/$preset/CMakeCache.txt" "build/$preset/configured-with"
    mkdir -p build
    log=build/$preset-configure.log
    cmake --preset "$preset" -DCAIRN_SOURCES="$SOURCES" >"$log" 2>&1 || {
      cat "$log" >&2
      die "configuring $preset failed"
    }
    echo "$configured_with" >"build/$preset/configured-with"
  fi
  say "Building $preset"
  # Ninja writes all it says to standard output, which belongs to what the command prints.
  cmake --build "build/$preset" -- "$@" >&2
}

dev_build() {
  local preset=${1:-dev}
  case "$preset" in
    release) ;;
    dev | asan | tsan | coverage | fuzz) need_packages $PACKAGES_TEST ;;
    *) die "there is no preset '$preset': dev, asan, tsan, release, coverage, fuzz" ;;
  esac
  need_build
  build_preset "$preset"
}

# The data of `./dev serve` lives in var/ of the checkout, which git ignores.
dev_serve() {
  need_build
  build_preset release cairn
  mkdir -p var
  exec build/release/cairn serve --data var/cairn "$@"
}

dev_package() {
  need_build
  build_preset release cairn
  local version out
  version=$(build/release/cairn version --short)
  out=build/package/cairn-$version-linux-$(uname -m)
  rm -rf "$out" && mkdir -p "$out"
  cp build/release/cairn "$out/"
  cp -r README.md CHANGELOG.md LICENSE docs deploy "$out/"
  tar -C build/package --owner=0 --group=0 --sort=name -czf "$out.tar.gz" "$(basename "$out")"
  say "Packed $out.tar.gz"
}

dev_bench() {
  local names
  names=$(cd bench && printf '%s\n' bench_*.py | sed 's/^bench_\(.*\)\.py$/\1/' | tr '\n' ' ')
  [ $# -gt 0 ] && [ -e "bench/bench_$1.py" ] || die "which benchmark? There are: $names"
  need_build
  need_packages $PACKAGES_BENCH
  need_python
  build_preset release cairn cairn_slow_disk
  "$PYTHON" "bench/bench_$1.py" "${@:2}"
}

dev_fuzz() {
  need_packages $PACKAGES_TEST
  need_build
  build_preset fuzz
  local seconds=${2:-60} target
  for target in ${1:-$(cd build/fuzz/fuzz && find . -maxdepth 1 -name 'fuzz_*' -type f -printf '%f ')}; do
    target=fuzz_${target#fuzz_}
    [ -x "build/fuzz/fuzz/$target" ] || die "there is no fuzz target '$target'"
    say "Fuzzing $target for $seconds s"
    mkdir -p "build/fuzz/corpus/$target"
    "build/fuzz/fuzz/$target" -max_total_time="$seconds" -print_final_stats=1 "build/fuzz/corpus/$target" "fuzz/seeds/${target#fuzz_}"
  done
}
