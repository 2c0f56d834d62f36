# The web app: its packages, its build, its checks.

# npm_run SCRIPT [ARGUMENT…]: a script of web/package.json.
npm_run() { (cd web && PATH=$NODE_BIN:$PATH npm run --silent "$@"); }

# need_web_packages: web/node_modules, as the lock file pins it. The packages lie outside the checkout, so that a second clone finds them.
need_web_packages() {
  need_python
  local packages
  packages=$DEV_CACHE/web-packages-$(cat web/package.json web/package-lock.json web/.npmrc | sha256sum | cut -c1-12)
  if [ ! -e "$packages" ]; then
    say "Fetching the web app's packages"
    # Aside, and moved when it is whole: another checkout may do the same just now.
    local work
    mkdir -p "$DEV_CACHE"
    work=$(mktemp -d "$DEV_CACHE/web-packages-XXXXXX")
    cp web/package.json web/package-lock.json web/.npmrc "$work/"
    (cd "$work" && PATH=$NODE_BIN:$PATH npm ci --loglevel=error >&2) || die "the web app's packages could not be fetched (npm ci, above)"
    mv -T "$work" "$packages" 2>/dev/null || rm -rf "$work"
  fi
  [ "$(readlink web/node_modules)" = "$packages/node_modules" ] && return
  rm -rf web/node_modules
  ln -s "$packages/node_modules" web/node_modules
}

# need_web: build/web holds the built app, and `built` there tells what of.
need_web() {
  local sources
  sources=$(git ls-files -z -co --exclude-standard web src/cairn/api/openapi.yaml | sort -z |
    while IFS= read -r -d '' name; do [ ! -f "$name" ] || sha256sum "$name"; done | sha256sum)
  [ "$sources" = "$(cat build/web/built 2>/dev/null)" ] && return
  need_web_packages
  say "Building the web app"
  npm_run build >&2
  echo "$sources" >build/web/built
}

lint_web() {
  say "Web app: format and rules"
  need_web_packages
  npm_run lint
}

run_web_unit_tests() {
  say "Web app: unit tests"
  need_web_packages
  npm_run test
}

# The app in Chromium, against the program: what its users do, and pictures of each screen in build/screens.
run_web_tests() { # PRESET
  say "Web app in Chromium, $1"
  need_packages $PACKAGES_WEB_TEST
  need_web_packages
  PROGRAM_UNDER_TEST=$PWD/build/$1/cairn npm_run test:browser
}

# The browser's tests take the release program unless PROGRAM_UNDER_TEST names another.
dev_web() {
  need_packages python3-venv git
  need_web_packages
  if [ "${1:-}" = test:browser ]; then need_packages $PACKAGES_WEB_TEST; fi
  (cd web && PATH=$NODE_BIN:$PATH npm run --silent "${1:-}" -- "${@:2}")
}
