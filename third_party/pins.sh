# SQLite's amalgamation, which Debian 12 has too old: pinned by version and SHA-256 of the npm package that carries it. Python packages, with
# llhttp's sources and Node.js among them, are pinned in the *-requirements.txt beside this. docs/dependencies.md says why each is here.
PIN_SQLITE_PACKAGE=better-sqlite3
PIN_SQLITE_VERSION=12.11.1 # carries SQLite 3.53.2
PIN_SQLITE_SHA256=ebf0ed75a7a59dbcb3b24bbd014ef49d9f15bc328e4adcbf516f2a8fadfa2835
