#include "cairn/app/command_line.h"

#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sysexits.h>

#include "cairn/app/config_command.h"
#include "cairn/app/doctor_command.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/export_command.h"
#include "cairn/app/fsck_command.h"
#include "cairn/app/import_command.h"
#include "cairn/app/key_command.h"
#include "cairn/app/serve_command.h"
#include "cairn/app/status_command.h"
#include "cairn/app/user_command.h"
#include "cairn/app/version.h"
#include "cairn/db/sqlite/sqlite_connection.h"

namespace cairn::app {
namespace {

// The flags that every command with a configuration has, gathered as keys and values.
struct Flags {
  ConfigFlags config;
  std::string file;
  std::string data;
  std::vector<std::string> listen;
  std::vector<std::string> set;

  void add_to(CLI::App& command) {
    command.add_option("--config", file, "The configuration file (TOML); else that of CAIRN_CONFIG")->type_name("FILE");
    command.add_option("--data", data, "The data directory: data.dir")->type_name("DIR");
    command.add_option("--set", set, "Any key of the configuration, as KEY=VALUE; repeatable")->type_name("KEY=VALUE");
  }

  ConfigFlags gathered() {
    if (!file.empty()) config.file = file;
    if (!data.empty()) config.values.emplace_back("data.dir", data);
    if (!listen.empty()) config.values.emplace_back("http.listen", fmt::format("{}", fmt::join(listen, ",")));
    for (const auto& pair : set) {
      const auto equals = pair.find('=');
      config.values.emplace_back(pair.substr(0, equals), equals == std::string::npos ? "" : pair.substr(equals + 1));
    }
    return config;
  }
};

void print_version(bool only_number) {
  if (only_number) {
    fmt::print("{}\n", kVersion);
    return;
  }
  const int sqlite = db::sqlite_library_version();
  fmt::print("cairn {}\nSQLite {}.{}.{}\n", kVersion, sqlite / 1'000'000, sqlite / 1'000 % 1'000, sqlite % 1'000);
}

int run(Files& files, int argc, char** argv) {
  CLI::App program("Cairn, a file server that keeps your files");
  program.require_subcommand(1);
  Flags flags;
  int code = 0;

  auto* serve = program.add_subcommand("serve", "Run the server until SIGTERM or SIGINT; SIGHUP reads the configuration again");
  flags.add_to(*serve);
  serve
      ->add_option("--listen", flags.listen,
                   "An address to listen on, https://HOST:PORT or http://HOST:PORT; repeatable: http.listen")
      ->type_name("ADDRESS");
  serve->callback([&] { code = app::serve(files, flags.gathered()); });

  auto* status = program.add_subcommand("status", "Ask the running server how it is");
  flags.add_to(*status);
  status->callback([&] { code = app::status(files, flags.gathered()); });

  bool as_json = false;
  auto* doctor =
      program.add_subcommand("doctor", "Look for what is wrong with the installation, and say what to do; changes nothing");
  flags.add_to(*doctor);
  doctor->add_flag("--json", as_json, "Print what was found as JSON");
  doctor->callback([&] { code = app::doctor(files, flags.gathered(), as_json); });

  bool deep = false;
  auto* fsck = program.add_subcommand("fsck", "Examine what is stored, whether a server runs or not");
  flags.add_to(*fsck);
  fsck->add_flag("--deep", deep, "Read all content too, and compare it with its digests");
  fsck->add_flag("--json", as_json, "Print what was found as JSON");
  fsck->callback([&] { code = app::fsck(files, flags.gathered(), deep, as_json); });

  std::string target;
  std::string whose;
  auto* exporting = program.add_subcommand("export", "Write all files out as plain files; no server may run");
  flags.add_to(*exporting);
  exporting->add_option("TARGET", target, "The directory to write to: a new one, or one that is empty")->required();
  exporting->add_option("--user", whose, "Only what this person has")->type_name("NAME");
  exporting->callback([&] { code = app::export_files(files, flags.gathered(), target, whose); });

  ImportOrder import_order;
  auto* importing = program.add_subcommand("import", "Take a directory's files in as they lie; no server may run");
  flags.add_to(*importing);
  importing->add_option("DIR", import_order.source, "The directory whose files and folders are taken")->required();
  importing->add_option("--user", import_order.user, "Into whose home")->type_name("NAME")->required();
  importing->add_option("--into", import_order.into, "A folder there, made if it is missing; else the home itself")
      ->type_name("FOLDER");
  importing->callback([&] { code = app::import_files(files, flags.gathered(), import_order); });

  NewUser new_user;
  auto* user = program.add_subcommand("user", "People with an account here");
  user->require_subcommand(1);
  auto* user_add = user->add_subcommand("add", "Add somebody, whether a server runs or not");
  flags.add_to(*user_add);
  user_add->add_option("NAME", new_user.name, "The name to sign in with")->required();
  user_add->add_option("--display-name", new_user.display_name, "The name to be shown; else the same")->type_name("TEXT");
  user_add->add_option("--password-file", new_user.password_file, "A file whose first line is the password; else it is asked for")
      ->type_name("FILE");
  user_add->add_flag("--admin", new_user.admin, "Make an administrator");
  user_add->callback([&] { code = app::user_add(files, flags.gathered(), new_user); });
  auto* user_list = user->add_subcommand("list", "Print who there is");
  flags.add_to(*user_list);
  user_list->add_flag("--json", as_json, "Print it as JSON");
  user_list->callback([&] { code = app::user_list(files, flags.gathered(), as_json); });
  auto* user_password = user->add_subcommand("password", "Give somebody another password, and end the sessions");
  flags.add_to(*user_password);
  user_password->add_option("NAME", new_user.name, "Whose")->required();
  user_password->add_option("--password-file", new_user.password_file, "As of add")->type_name("FILE");
  user_password->callback([&] { code = app::user_password(files, flags.gathered(), new_user.name, new_user.password_file); });
  for (const bool disabled : {true, false}) {
    auto* command =
        user->add_subcommand(disabled ? "disable" : "enable",
                             disabled ? "Keep somebody out, and end the sessions; the files stay" : "Let somebody in again");
    flags.add_to(*command);
    command->add_option("NAME", new_user.name, "Whom")->required();
    command->callback([&, disabled] { code = app::user_disable(files, flags.gathered(), new_user.name, disabled); });
  }

  auto* key = program.add_subcommand("key", "The master key, on which all sealed content hangs");
  key->require_subcommand(1);
  auto* recovery_code = key->add_subcommand("recovery-code", "Print its recovery code, to be kept on paper");
  flags.add_to(*recovery_code);
  recovery_code->callback([&] { code = app::key_recovery_code(files, flags.gathered()); });
  auto* restore = key->add_subcommand("restore", "Write its file again, from a recovery code on standard input");
  flags.add_to(*restore);
  restore->callback([&] { code = app::key_restore(files, flags.gathered()); });

  auto* config = program.add_subcommand("config", "Look at the configuration");
  config->require_subcommand(1);
  auto* check = config->add_subcommand("check", "Say whether it is right");
  flags.add_to(*check);
  check->callback([&] { code = app::config_check(files, flags.gathered()); });
  auto* show = config->add_subcommand("show", "Print each value and where it comes from");
  flags.add_to(*show);
  show->callback([&] { code = app::config_show(files, flags.gathered()); });
  config->add_subcommand("reference", "Print all keys with their meaning, as docs/configuration.md")->callback([&] {
    code = app::config_reference_page();
  });

  bool only_number = false;
  auto* version = program.add_subcommand("version", "Print the versions of Cairn and of SQLite");
  version->add_flag("--short", only_number, "The number alone");
  version->callback([&] { print_version(only_number); });

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : EX_USAGE;
  }
  return code;
}

}  // namespace

int run_command_line(Files& files, int argc, char** argv) {
  try {
    return run(files, argc, argv);
  } catch (const std::exception& unexpected) {
    warn(fmt::format("cairn: {}", unexpected.what()));
    return EX_SOFTWARE;
  }
}

}  // namespace cairn::app
