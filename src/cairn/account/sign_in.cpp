#include "cairn/account/sign_in.h"

#include <array>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cairn/base/random.h"
#include "cairn/base/text.h"

namespace cairn::account {
namespace {

namespace json = boost::json;

constexpr Turn kLoginTurn{.key = 0, .kind = Turn::Kind::kReserved};

Failure wrong() { return Failure({ErrorCode::kUnauthenticated, "The name or the password is wrong."}); }

// The budgets of one attempt.
struct Guess {
  Uuid login;
  Uuid origin;
  Uuid account;

  Guess(std::string_view name, std::string_view prefix)
      : login(guess_key("login", login_key(name) + "\n" + std::string(prefix))),
        origin(guess_key("origin", prefix)),
        account(guess_key("account", login_key(name))) {}
};

// Takes the guess and looks for the person.
struct TakeGuess {
  std::string name;
  Guess guess;
  GuessLimits limits;

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  std::optional<Person> run(db::Transaction& tx) const {
    for (const auto& [key, budget] :
         {std::pair{guess.login, limits.login}, {guess.origin, limits.origin}, {guess.account, limits.account}}) {
      const auto wait = take_guess(tx, key, budget);
      if (wait.count() == 0) continue;
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
      throw Failure({ErrorCode::kTooManyAttempts, fmt::format("Too many attempts. Try again in {} seconds.", seconds)});
    }
    return find_person_by_name(tx, name);
  }
};

// Writes down that a guess was wrong: in the person's stream, or in the directory's without the name, which may be a password
// typed into the wrong field.
struct TellWrong {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  std::optional<PersonId> person;
  std::string address;

  [[nodiscard]] db::LaneKey lane() const { return ledger::lane_of(stream()); }
  void run(db::Transaction& tx) const {
    const json::object detail{{"method", "password"}, {"address", address}};
    journal->append(tx, stream(), operation, {},
                    {.kind = "person.sign_in_failed",
                     .subject = person ? person->uuid() : Uuid{},
                     .path_before = {},
                     .path_after = {},
                     .detail = json::serialize(detail)});
  }

 private:
  [[nodiscard]] ledger::StreamId stream() const { return person ? ledger::StreamId(person->uuid()) : ledger::kDirectory; }
};

struct ReturnGuess {
  Person person;
  Guess guess;
  GuessLimits limits;
  std::string rehashed;  // empty: what is stored is made as it should be

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  void run(db::Transaction& tx) const {
    return_guess(tx, guess.login, limits.login);
    return_guess(tx, guess.origin, limits.origin);
    return_guess(tx, guess.account, limits.account);
    if (!rehashed.empty()) store_rehashed(tx, person, rehashed);
  }
};

struct StartSession {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  Login login;

  [[nodiscard]] db::LaneKey lane() const { return ledger::lane_of(ledger::StreamId(login.person.uuid())); }
  Person run(db::Transaction& tx) const { return finish_login(tx, *journal, operation, login); }
};

struct TakeRefresh {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  Tokens::ReadRefresh token;
  SessionLimits limits;

  struct Answer {
    Refreshed refreshed;
    PersonId person;
  };

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  Answer run(db::Transaction& tx) const {
    const auto session = find_session(tx, token.session);
    if (!session) return {.refreshed = Refreshed::kUnknown, .person = {}};
    return {.refreshed = refresh_session(tx, *journal, operation, token.session, token.no, limits), .person = session->person};
  }
};

// What a hashing thread does.
struct VerifyPassword {
  const crypt::PasswordHasher* hasher;
  Secret password;
  std::string stored;
  bool rehash;

  struct Answer {
    bool right;
    std::string rehashed;
  };
  [[nodiscard]] Answer run() const {
    Answer answer{.right = hasher->verify(password, stored), .rehashed = {}};
    if (answer.right && rehash && hasher->is_outdated(stored)) answer.rehashed = hasher->hash(password);
    return answer;
  }
};

struct HashPassword {
  const crypt::PasswordHasher* hasher;
  Secret password;
  [[nodiscard]] std::string run() const { return hasher->hash(password); }
};

Secret random_password() {
  std::array<std::byte, 32> bytes;
  fill_random(bytes);
  return Secret(base64url(bytes));
}

}  // namespace

SignIn::SignIn(Parts parts, const SessionLimits& sessions, const GuessLimits& guesses)
    : parts_(parts), sessions_(sessions), guesses_(guesses), nobodys_password_(parts.hasher.hash(random_password())) {}

Task<Person> SignIn::check_password(std::string name, Secret password, Origin origin) {
  const Guess guess(name, origin.prefix);
  auto take = TakeGuess{.name = name, .guess = guess, .limits = guesses_};
  const auto person = co_await parts_.database.write(kLoginTurn, take);
  const bool has_password = person && !person->password.empty();
  auto verify = VerifyPassword{.hasher = &parts_.hasher,
                               .password = std::move(password),
                               .stored = has_password ? person->password : nobodys_password_,
                               .rehash = has_password};
  const auto verified = co_await parts_.passwords.run(kLoginTurn, std::move(verify));
  if (!verified.right || !has_password || person->disabled) {
    auto tell = TellWrong{.journal = &parts_.journal,
                          .operation = ledger::OperationId::make(parts_.clock.now()),
                          .person = person ? std::optional(person->id) : std::nullopt,
                          .address = origin.address};
    co_await parts_.database.write(kLoginTurn, tell);
    throw wrong();
  }
  auto give_back = ReturnGuess{.person = *person, .guess = guess, .limits = guesses_, .rehashed = verified.rehashed};
  co_await parts_.database.write(kLoginTurn, give_back);
  co_return *person;
}

Task<Person> SignIn::start(Person person, SessionKind kind, SessionId session, crypt::Sha256 secret_hash, Origin origin) {
  auto operation = StartSession{.journal = &parts_.journal,
                                .operation = ledger::OperationId::make(parts_.clock.now()),
                                .login = {.person = person.id,
                                          .person_version = person.version,
                                          .method = "password",
                                          .kind = kind,
                                          .session = session,
                                          .secret_hash = secret_hash,
                                          .origin = std::move(origin)}};
  auto started = co_await parts_.database.write(kLoginTurn, operation);
  co_return started;
}

Task<BrowserSession> SignIn::by_browser(std::string name, Secret password, Origin origin) {
  auto person = co_await check_password(std::move(name), std::move(password), origin);
  const auto session = SessionId::make(parts_.clock.now());
  auto cookie = Tokens::make_cookie(session);
  auto started = co_await start(std::move(person), SessionKind::kBrowser, session, cookie.secret_hash, std::move(origin));
  co_return BrowserSession{.session = session,
                           .cookie = std::move(cookie.text),
                           .csrf_token = parts_.tokens.csrf_token(session),
                           .person = std::move(started)};
}

TokenPair SignIn::pair_of(const PersonId& person, const SessionId& session, std::int64_t refresh_no) const {
  const auto now = parts_.clock.now();
  return {.access = parts_.tokens.access_token(
              {.person = person, .session = session, .issued_at = now, .expires_at = now + sessions_.access_lifetime}),
          .refresh = parts_.tokens.refresh_token(session, refresh_no),
          .access_lifetime = std::chrono::duration_cast<std::chrono::seconds>(sessions_.access_lifetime)};
}

Task<TokenPair> SignIn::for_tokens(std::string name, Secret password, Origin origin) {
  auto person = co_await check_password(std::move(name), std::move(password), origin);
  const auto session = SessionId::make(parts_.clock.now());
  const auto started = co_await start(std::move(person), SessionKind::kTokens, session, {}, std::move(origin));
  co_return pair_of(started.id, session, 1);
}

Task<TokenPair> SignIn::refresh(std::string refresh_token) {
  const Failure refused({ErrorCode::kUnauthenticated, "This refresh token is not valid, or not any more. Sign in again."});
  const auto token = parts_.tokens.read_refresh(refresh_token);
  if (!token) throw refused;
  auto take = TakeRefresh{.journal = &parts_.journal,
                          .operation = ledger::OperationId::make(parts_.clock.now()),
                          .token = *token,
                          .limits = sessions_};
  const auto taken = co_await parts_.database.write(kLoginTurn, take);
  switch (taken.refreshed) {
    case Refreshed::kAnew:
    case Refreshed::kAgain: co_return pair_of(taken.person, token->session, token->no + 1);
    case Refreshed::kReused:
    case Refreshed::kUnknown: throw refused;
  }
  std::unreachable();
}

Task<std::string> SignIn::hash_new(Secret password, Person person) {
  value_or_throw(check_new_password(password, person));
  auto hash = HashPassword{.hasher = &parts_.hasher, .password = std::move(password)};
  auto hashed = co_await parts_.passwords.run(kLoginTurn, std::move(hash));
  co_return hashed;
}

Task<bool> SignIn::confirm(Person person, Secret password, Origin origin) {
  bool right = true;
  try {
    co_await check_password(person.name, std::move(password), std::move(origin));
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kUnauthenticated) throw;
    right = false;
  }
  co_return right;
}

Result<void> check_new_password(const Secret& password, const Person& person) {
  constexpr std::size_t kShortest = 12;
  constexpr std::size_t kLongest = 128;
  constexpr std::size_t kFewestLetters = 5;
  constexpr std::size_t kShortestNamePart = 4;
  const auto text = password.reveal();
  const auto refuse = [](std::string why) { return failure(ErrorCode::kInvalidInput, std::move(why), "password"); };
  if (text.size() < kShortest || text.size() > kLongest)
    return refuse(fmt::format("A password has {} to {} bytes. Three or four words that do not belong together are a good one.",
                              kShortest, kLongest));
  std::array<bool, 256> used{};
  std::size_t different = 0;
  for (const char c : text) different += std::exchange(used[static_cast<unsigned char>(c)], true) ? 0 : 1;
  if (different < kFewestLetters) return refuse("A password has at least 5 different letters.");
  const auto lower = ascii_lowercase(text);
  for (const auto& word : {login_key(person.name), ascii_lowercase(person.display_name), std::string("cairn")}) {
    if (word.size() >= kShortestNamePart && lower.find(word) != std::string::npos)
      return refuse("A password does not hold its person's name, nor that of this product.");
  }
  for (const auto* row : {"0123456789", "abcdefghijkl", "qwertyuiop", "qwertzuiop", "password"}) {
    if (lower.find(row) != std::string::npos) return refuse("This password is one of the first that are tried. Take another.");
  }
  return {};
}

}  // namespace cairn::account
