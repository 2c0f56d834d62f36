#include "cairn/account/sign_in.h"

#include <array>
#include <functional>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cairn/base/random.h"
#include "cairn/base/text.h"

namespace cairn::account {
namespace {

namespace json = boost::json;

Failure wrong() { return Failure({ErrorCode::kUnauthenticated, "The name or the password is wrong."}); }

// Logins have places of their own in the queues, shared fairly among the networks that they come from.
Turn login_turn(std::string_view prefix) { return {.key = std::hash<std::string_view>{}(prefix), .kind = Turn::Kind::kReserved}; }

constexpr Turn kRefreshTurn{};  // whoever refreshes has a session: usual work

struct Budget {
  std::string_view kind;
  Uuid key;
  GuessBudget size;
};

Budget budget_of(std::string_view kind, std::string_view about, const GuessBudget& size) {
  return {.kind = kind, .key = guess_key(kind, about), .size = size};
}

// Takes the guess and looks for the person.
struct TakeGuess {
  std::string name;
  Origin origin;
  std::optional<Tokens::ReadDevice> device;
  std::optional<Uuid> session;
  GuessLimits limits;

  struct Answer {
    std::optional<Person> person;
    std::vector<Budget> taken;
    GuessesLeft left{};                ///< of the budget that is nearest to its end
    std::chrono::microseconds wait{};  ///< more than zero: nothing was taken, since a budget is empty
  };

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  Answer run(db::Transaction& tx) const {
    Answer answer{.person = find_person_by_name(tx, name), .taken = {}};
    for (const auto& budget : budgets(answer.person)) {
      answer.wait = take_guess(tx, budget.key, budget.size);
      auto left = guesses_left(tx, budget.key, budget.size, tx.now());
      left.of = budget.kind;
      if (answer.wait.count() > 0) {
        for (const auto& taken : answer.taken) return_guess(tx, taken.key, taken.size);
        return {.person = std::nullopt, .taken = {}, .left = left, .wait = answer.wait};
      }
      if (answer.taken.empty() || left.left < answer.left.left) answer.left = left;
      answer.taken.push_back(budget);
    }
    return answer;
  }

 private:
  [[nodiscard]] std::vector<Budget> budgets(const std::optional<Person>& person) const {
    if (session) return {budget_of("session", encode_base32(*session), limits.login)};
    if (device && person && device->person == person->id)
      return {{"login", guess_key("device", encode_base32(device->device)), limits.login}};  // told as for anybody
    constexpr std::int64_t kWider = 10;
    const auto key = login_key(name);
    std::vector<Budget> all{budget_of("login", key + "\n" + origin.prefix, limits.login),
                            budget_of("origin", origin.prefix, limits.origin), budget_of("account", key, limits.account)};
    if (!origin.wide.empty()) {
      all.push_back(
          budget_of("wide", origin.wide, {.burst = limits.origin.burst * kWider, .interval = limits.origin.interval / kWider}));
    }
    return all;
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
  std::vector<Budget> taken;
  std::optional<Person> person{};
  std::string rehashed{};  // empty: what is stored is made as it should be

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  void run(db::Transaction& tx) const {
    for (const auto& budget : taken) return_guess(tx, budget.key, budget.size);
    if (person && !rehashed.empty()) store_rehashed(tx, *person, rehashed);
  }
};

struct StartSession {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  Login login;
  SessionLimits limits;

  [[nodiscard]] db::LaneKey lane() const { return ledger::lane_of(ledger::StreamId(login.person.uuid())); }
  Person run(db::Transaction& tx) const { return finish_login(tx, *journal, operation, login, limits); }
};

struct FindSession {
  SessionId session;

  std::optional<Session> run(db::Snapshot& snapshot) const { return find_session(snapshot, session); }
};

struct TakeRefresh {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  PersonId person;
  Tokens::ReadRefresh token;
  SessionLimits limits;

  [[nodiscard]] db::LaneKey lane() const { return ledger::lane_of(ledger::StreamId(person.uuid())); }
  Refreshed run(db::Transaction& tx) const { return refresh_session(tx, *journal, operation, token.session, token.no, limits); }
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

Task<Person> SignIn::check_password(std::string name, Secret password, Origin origin, std::optional<Uuid> session,
                                    GuessesLeft* left) {
  const auto turn = login_turn(origin.prefix);
  auto take = TakeGuess{.name = std::move(name),
                        .origin = origin,
                        .device = parts_.tokens.read_device(origin.device),
                        .session = session,
                        .limits = guesses_};
  const auto guess = co_await parts_.database.write(turn, take);
  if (left != nullptr) *left = guess.left;
  if (guess.wait.count() > 0) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(guess.wait).count();
    throw Failure({.code = ErrorCode::kTooManyAttempts,
                   .message = fmt::format("Too many attempts. Try again in {} seconds.", seconds),
                   .retry_after = static_cast<std::uint32_t>(seconds)});
  }
  const auto& person = guess.person;
  const bool has_password = person && !person->password.empty();
  auto verify = VerifyPassword{.hasher = &parts_.hasher,
                               .password = std::move(password),
                               .stored = has_password ? person->password : nobodys_password_,
                               .rehash = has_password};
  std::optional<VerifyPassword::Answer> verified;
  std::exception_ptr not_compared;
  try {
    auto answer = co_await parts_.passwords.run(turn, std::move(verify));
    verified = std::move(answer);
  } catch (const Failure&) {
    not_compared = std::current_exception();
  }
  const bool gives_back = not_compared || (verified->right && has_password && !person->disabled);
  if (gives_back && left != nullptr) {
    left->left += 1;
    left->whole_in = std::max(left->whole_in - left->budget.interval, std::chrono::microseconds(0));
  }
  if (not_compared) {  // that was no guess
    auto give_back = ReturnGuess{.taken = guess.taken};
    co_await parts_.database.write(turn, give_back);
    std::rethrow_exception(not_compared);
  }
  if (!gives_back) {
    auto tell = TellWrong{.journal = &parts_.journal,
                          .operation = ledger::OperationId::make(parts_.clock.now()),
                          .person = person ? std::optional(person->id) : std::nullopt,
                          .address = origin.address};
    co_await parts_.database.write(turn, tell);
    throw wrong();
  }
  auto give_back = ReturnGuess{.taken = guess.taken, .person = person, .rehashed = verified->rehashed};
  co_await parts_.database.write(turn, give_back);
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
                                          .origin = origin},
                                .limits = sessions_};
  auto started = co_await parts_.database.write(login_turn(origin.prefix), operation);
  co_return started;
}

Task<BrowserSession> SignIn::by_browser(std::string name, Secret password, Origin origin, GuessesLeft* left) {
  auto person = co_await check_password(std::move(name), std::move(password), origin, std::nullopt, left);
  const auto session = SessionId::make(parts_.clock.now());
  auto cookie = Tokens::make_cookie(session);
  auto started = co_await start(std::move(person), SessionKind::kBrowser, session, cookie.secret_hash, std::move(origin));
  co_return BrowserSession{.session = session,
                           .cookie = std::move(cookie.text),
                           .csrf_token = parts_.tokens.csrf_token(session),
                           .device = parts_.tokens.make_device(started.id),
                           .person = std::move(started)};
}

TokenPair SignIn::pair_of(const PersonId& person, const SessionId& session, std::int64_t refresh_no) const {
  const auto now = parts_.clock.now();
  return {.access = parts_.tokens.access_token(
              {.person = person, .session = session, .issued_at = now, .expires_at = now + sessions_.access_lifetime}),
          .refresh = parts_.tokens.refresh_token(session, refresh_no),
          .access_lifetime = std::chrono::duration_cast<std::chrono::seconds>(sessions_.access_lifetime)};
}

Task<TokenPair> SignIn::for_tokens(std::string name, Secret password, Origin origin, GuessesLeft* left) {
  auto person = co_await check_password(std::move(name), std::move(password), origin, std::nullopt, left);
  const auto session = SessionId::make(parts_.clock.now());
  const auto started = co_await start(std::move(person), SessionKind::kTokens, session, {}, std::move(origin));
  co_return pair_of(started.id, session, 1);
}

Task<TokenPair> SignIn::refresh(std::string refresh_token) {
  const Failure refused({ErrorCode::kUnauthenticated, "This refresh token is not valid, or not any more. Sign in again."});
  const auto token = parts_.tokens.read_refresh(refresh_token);
  if (!token) throw refused;
  auto find = FindSession{token->session};
  const auto session = co_await parts_.database.read(kRefreshTurn, find);
  if (!session) throw refused;
  auto take = TakeRefresh{.journal = &parts_.journal,
                          .operation = ledger::OperationId::make(parts_.clock.now()),
                          .person = session->person,
                          .token = *token,
                          .limits = sessions_};
  const auto refreshed = co_await parts_.database.write(kRefreshTurn, take);
  switch (refreshed) {
    case Refreshed::kAnew:
    case Refreshed::kAgain: co_return pair_of(session->person, token->session, token->no + 1);
    case Refreshed::kReused:
    case Refreshed::kUnknown: throw refused;
  }
  std::unreachable();
}

Task<std::string> SignIn::hash_new(Secret password, Person person) {
  value_or_throw(check_new_password(password, person));
  auto hash = HashPassword{.hasher = &parts_.hasher, .password = std::move(password)};
  auto hashed = co_await parts_.passwords.run(kRefreshTurn, std::move(hash));
  co_return hashed;
}

Task<bool> SignIn::confirm(Principal who, Secret password, Origin origin, GuessesLeft* left) {
  bool right = true;
  try {
    co_await check_password(who.name, std::move(password), std::move(origin), who.credential.uuid(), left);
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
