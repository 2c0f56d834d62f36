# What is checked without running Cairn: format, floors, tables and documents; clang-tidy.

cpp_files() { git ls-files -co --exclude-standard 'src/*.cpp' 'src/*.h' 'fuzz/*.cpp' 'bench/*.cpp'; }

lint_fast() {
  say "Format, floors, tables, documents"
  local unformatted
  unformatted=$(cpp_files | xargs clang-format-19 --dry-run 2>&1 | sed -n 's/:[0-9]*:[0-9]*: warning:.*//p' | sort -u)
  [ -z "$unformatted" ] || die "run ./dev format; it would change: $unformatted"
  "$PYTHON" scripts/lint/floors.py
  "$PYTHON" -m pytest -q -p no:cacheprovider scripts/lint
}

lint_tidy() {
  say "clang-tidy"
  build_preset dev
  "$PYTHON" scripts/lint/tidy.py --build build/dev --cache "$DEV_CACHE/tidy"
}

dev_lint() {
  need_packages $PACKAGES_TEST $PACKAGES_LINT
  need_build
  need_python
  lint_fast
  lint_web
  lint_tidy
}

dev_format() {
  need_packages $PACKAGES_LINT python3-venv git
  cpp_files | xargs clang-format-19 -i
  need_web_packages
  npm_run format >&2
}
