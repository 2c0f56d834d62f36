# Libraries from elsewhere. Sources that Debian lacks are fetched and checked by ./dev (third_party/pins.sh) into CAIRN_SOURCES.
# They are compiled alike in every preset, without sanitizers, so that ccache shares them.
set(CAIRN_SOURCES "" CACHE PATH "folder with the pinned sources that ./dev fetched")
if(NOT EXISTS ${CAIRN_SOURCES}/sqlite3/sqlite3.c)
  message(FATAL_ERROR "The pinned sources are missing: run ./dev build instead of cmake.")
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)
find_package(ZLIB REQUIRED)
find_library(LIBDEFLATE deflate REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)

# SQLite: docs/dependencies.md says why not Debian's. Options: https://www.sqlite.org/compile.html
add_library(sqlite STATIC ${CAIRN_SOURCES}/sqlite3/sqlite3.c)
target_include_directories(sqlite SYSTEM PUBLIC ${CAIRN_SOURCES}/sqlite3)
target_compile_options(sqlite PRIVATE -O2 -g1 -w -fPIE -pthread)
target_compile_definitions(sqlite PRIVATE
  SQLITE_THREADSAFE=2            # one thread per connection at a time: no mutex per call
  SQLITE_DQS=0                   # a string in double quotes is an error, not a string
  SQLITE_DEFAULT_MEMSTATUS=0
  SQLITE_DEFAULT_WAL_SYNCHRONOUS=2
  SQLITE_LIKE_DOESNT_MATCH_BLOBS
  SQLITE_MAX_EXPR_DEPTH=0
  SQLITE_OMIT_DEPRECATED
  SQLITE_OMIT_LOAD_EXTENSION
  SQLITE_OMIT_SHARED_CACHE
  SQLITE_USE_ALLOCA)
if(CAIRN_TESTS)
  # Tests assert on rows visited. Counting them reads the processor's clock at each step, which costs a sixth of a download's time.
  target_compile_definitions(sqlite PUBLIC SQLITE_ENABLE_STMT_SCANSTATUS)
endif()
target_link_libraries(sqlite PUBLIC m)

# llhttp: the HTTP/1.1 parser of Node.js, strict by default.
file(GLOB llhttp_sources ${CAIRN_SOURCES}/llhttp/src/*.c)
add_library(llhttp STATIC ${llhttp_sources})
target_include_directories(llhttp SYSTEM PUBLIC ${CAIRN_SOURCES}/llhttp/include)
target_compile_options(llhttp PRIVATE -O2 -g1 -w -fPIE)

# BLAKE3: the C sources lie in Debian's package of the Rust crate. At -O3 in every preset: a debug build hashes as fast.
file(GLOB blake3_folder /usr/share/cargo/registry/blake3-*/c)
add_library(blake3 STATIC ${blake3_folder}/blake3.c ${blake3_folder}/blake3_dispatch.c ${blake3_folder}/blake3_portable.c)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64") # picks the widest instructions at run time
  target_sources(blake3 PRIVATE
    ${blake3_folder}/blake3_sse2_x86-64_unix.S ${blake3_folder}/blake3_sse41_x86-64_unix.S
    ${blake3_folder}/blake3_avx2_x86-64_unix.S ${blake3_folder}/blake3_avx512_x86-64_unix.S)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64")
  target_sources(blake3 PRIVATE ${blake3_folder}/blake3_neon.c)
  target_compile_definitions(blake3 PRIVATE BLAKE3_USE_NEON=1)
endif()
target_include_directories(blake3 SYSTEM PUBLIC ${blake3_folder})
target_compile_options(blake3 PRIVATE -O3 -w -fPIE)
