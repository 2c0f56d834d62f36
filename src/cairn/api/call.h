#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cairn/api/services.h"
#include "cairn/net/http.h"
#include "cairn/net/target.h"

namespace cairn::api {

/// One request on its way through a route: who asks, and for what.
struct Call {
  const Services& services;
  const net::Request& request;
  net::Parameters query{};   ///< those that the route takes
  account::Principal who{};  ///< nobody, where a route needs nobody
  bool by_cookie = false;
  Turn turn{};
  std::size_t max_body = 0;                 ///< bytes of a JSON document or a form
  account::GuessesLeft* guesses = nullptr;  ///< filled in by routes that take a password

  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  /// A number from `least` to `most`. Throws Failure(kInvalidInput) with what is allowed.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most) const;
  /// `true` or `false`, false if it is not there.
  [[nodiscard]] bool flag(std::string_view name) const;

  /// The id that stands in the path as `{id}`. Throws Failure(kNotFound) if it is none: there is nothing under it.
  template <class IdType>
  [[nodiscard]] IdType id(std::string_view name = "id") const {
    const auto parsed = IdType::parse(request.param(name));
    if (!parsed) throw_not_found();
    return *parsed;
  }

  /// The operation that this request is: repeatable if it has an Idempotency-Key. `said` is what it asks for beyond its method
  /// and address: the body, or what is known of it.
  [[nodiscard]] ledger::Operation operation(std::string_view said = "") const;
  [[nodiscard]] tree::Request change(std::string_view said = "") const {
    return {.journal = &services.journal, .operation = operation(said), .who = who};
  }

  /// What is written and read in the name of who asks.
  template <class Op>
  auto write(Op operation) const {
    return services.database.write(turn, std::move(operation));
  }
  template <class Op>
  auto read(Op operation) const {
    return services.database.read(turn, std::move(operation));
  }

 private:
  [[noreturn]] static void throw_not_found();
};

/// Throws Failure(kInvalidInput) unless an Idempotency-Key, if there is one, has 1 to 255 printable ASCII letters.
void check_idempotency_key(const net::Request& request);

/// Where a sign-in comes from, for the budgets against guessing.
[[nodiscard]] account::Origin origin_of(const Call& call);

/// The space that a node lies in, for the lane of its changes. Throws Failure(kNotFound); but if the request has an
/// Idempotency-Key gives no space: the node may be gone because of this very request, and the operation, which remembers, will
/// tell.
[[nodiscard]] Task<tree::SpaceId> space_of(const Call& call, tree::NodeId node);

/// True if this request has an Idempotency-Key and was done before.
[[nodiscard]] Task<bool> was_done(const Call& call, std::string said);

/// The space of `{id}`; `home` is one's own. Throws Failure(kNotFound).
[[nodiscard]] Task<tree::SpaceId> space_named(const Call& call, std::string name);
/// The same without looking for it: nothing for `home`.
[[nodiscard]] std::optional<tree::SpaceId> space_in(std::string_view name);

/// `on_conflict`: `fail`, `rename` or `replace`. Throws Failure(kInvalidInput).
[[nodiscard]] tree::OnConflict on_conflict_of(const std::optional<std::string>& text, tree::OnConflict otherwise);

/// The revision that `If-Match` demands; nothing if it demands none. Throws Failure(kPreconditionFailed) if it names none of
/// ours, kInvalidInput if it names several.
[[nodiscard]] std::optional<std::int64_t> wanted_rev(const net::Request& request);
/// The same of a file's content, which its version names.
[[nodiscard]] std::optional<tree::VersionId> wanted_version(const net::Request& request);

}  // namespace cairn::api
