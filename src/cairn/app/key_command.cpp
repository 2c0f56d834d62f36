#include "cairn/app/key_command.h"

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "cairn/app/config_command.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/storage.h"

namespace cairn::app {
namespace {

constexpr std::size_t kLongestCode = 1'000;

// The file's path, found without taking the data directory's lock: a server may be running.
Result<std::string> find_path(Files& files, const Settings& settings) {
  if (!settings.keys.master_file.empty()) return settings.keys.master_file;
  const auto path = files.real_path(settings.data.dir);
  if (!path) return failure(path);
  return master_key_path(files, *path, settings);
}

std::string line_of_input() {
  std::string code;
  char letter = 0;
  while (code.size() < kLongestCode && std::cin.get(letter) && letter != '\n') code += letter;
  return code;
}

}  // namespace

int key_recovery_code(Files& files, const ConfigFlags& flags) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const auto path = find_path(files, config->settings());
  if (!path) return complain(path.error());
  const auto master = crypt::MasterKey::load(files, *path);
  if (!master) return complain(master.error());
  fmt::print("{}\n", master->recovery_code().reveal());
  return 0;
}

int key_restore(Files& files, const ConfigFlags& flags) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const auto path = find_path(files, config->settings());
  if (!path) return complain(path.error());
  fmt::print(stderr, "Recovery code: ");
  const Secret code(line_of_input());
  const auto master = crypt::MasterKey::from_recovery_code(code.reveal());
  if (!master) return complain(master.error());
  if (const auto saved = master->save(files, *path); !saved) return complain(saved.error());
  fmt::print("The master key is back in {}.\n", *path);
  return 0;
}

}  // namespace cairn::app
