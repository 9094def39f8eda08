// Sessions: what lets two that have met meet again without certificates, and keys that both sides
// had before they met. RFC 9846, sections 2.2, 4.3.11, 4.7.1 and 8; RFC 9258.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/error.h"
#include "nacre/verify.h"

namespace nacre {

// No session is resumed after so many seconds: 7 days. RFC 9846, section 4.7.1.
inline constexpr std::chrono::seconds max_session_lifetime{604'800};

// ---- A server's side.

// The keys that seal tickets, newest first. Shared by any number of configs and threads: a
// handshake takes no lock, and sees either the keys before a change or those after it. There is
// always a key.
class NACRE_API TicketKeys {
 public:
  // One key as it is written: a name of 16 bytes, by which tickets name it, and 32 secret bytes.
  static constexpr std::size_t key_size = 48;

  // How long a key serves.
  struct Rotation {
    std::chrono::seconds renew = std::chrono::hours(12);   // a new key seals after this long
    std::chrono::seconds accept = std::chrono::hours(24);  // and opens for so long
  };

  // Keys made at random, each new one when the one before is `renew` old. Errors:
  // bad_configuration for a rotation that accepts for less than it renews, for more than 7 days, or
  // for so long that more than max_keys open at a time.
  static Result<std::shared_ptr<TicketKeys>> random(const Rotation& rotation);
  static Result<std::shared_ptr<TicketKeys>> random() { return random(Rotation{}); }
  // Keys of the application's, so that a fleet shares them: one or more (at most max_keys) of
  // key_size bytes each, the first of which seals and all of which open, until replace(). Errors:
  // bad_ticket_keys for another length, a secret or name of zeros, or a name twice.
  static Result<std::shared_ptr<TicketKeys>> given(Bytes keys);
  // The same, asked for again every `renew`, by one handshake at a time; where `source` fails, the
  // keys stay as they are until it is asked again, at most a minute later. Errors: its own, at the
  // start; bad_configuration for no source, or a `renew` that is not positive.
  using Source = std::function<Result<std::vector<std::uint8_t>>()>;
  static Result<std::shared_ptr<TicketKeys>> from(Source source, std::chrono::seconds renew);

  // Puts other keys in place. As given(): keys at random are no longer renewed; a source is asked
  // again all the same, and does not call this. The keys stay as they are where it fails.
  Result<void> replace(Bytes keys);

  // So many keys open at a time.
  static constexpr std::size_t max_keys = 8;

  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;
  ~TicketKeys();

  struct Impl;
  explicit TicketKeys(std::unique_ptr<Impl> impl);
  Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Where a server keeps its sessions, when its tickets are to hold no more than a number: in memory
// (below), or in whatever a fleet shares. Called from several threads at a time, from within
// handshakes, which wait for it.
class NACRE_API SessionStore {
 public:
  virtual ~SessionStore() = default;
  // Keeps `state`, which is secret, under `id` (32 random bytes) until `expires`, or for as long as
  // there is room. What the views show is gone after the call.
  virtual void put(Bytes id, Bytes state, UnixTime expires) = 0;
  // What is kept under `id`, which stays: whoever has seen a ticket can name it. Nothing: it is not
  // there, or has expired.
  virtual std::optional<std::vector<std::uint8_t>> look(Bytes id, UnixTime now) = 0;
  // Takes it out, when a client has proved that the session is its own. Whether it was there: of
  // all who have looked, in any process, one takes it, and the others shake hands in full.
  virtual bool take(Bytes id, UnixTime now) = 0;
};

// Sessions in this process's memory: the oldest makes room for the next.
class NACRE_API MemorySessionStore final : public SessionStore {
 public:
  struct Bounds {
    std::size_t sessions = 16'384;
    std::size_t bytes = 8U << 20;  // of ids and states
  };
  // An empty store.
  explicit MemorySessionStore(const Bounds& bounds);
  MemorySessionStore() : MemorySessionStore(Bounds{}) {}
  MemorySessionStore(const MemorySessionStore&) = delete;
  MemorySessionStore& operator=(const MemorySessionStore&) = delete;
  ~MemorySessionStore() override;

  void put(Bytes id, Bytes state, UnixTime expires) override;
  std::optional<std::vector<std::uint8_t>> look(Bytes id, UnixTime now) override;
  bool take(Bytes id, UnixTime now) override;
  std::size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Says whether a first flight with early data is new. RFC 9846, section 8. Called from several
// threads at a time, from within handshakes, which wait for it.
class NACRE_API ReplayGuard {
 public:
  // No window is wider: 10 minutes.
  static constexpr std::chrono::seconds max_window{600};

  virtual ~ReplayGuard() = default;
  // Whether the flight with this `binder` (32 or 48 bytes, unique to it, and verified) comes for
  // the first time. It is fresh for `window` before `now` and after it: what came once must be told
  // again for 2 * `window`, reckoned by the `now` of each call. Where in doubt: false, and the
  // handshake goes on without early data.
  virtual bool is_first(Bytes binder, UnixTime now, std::chrono::seconds window) = 0;
};

// For one process. Memory for `capacity` flights is taken at once; when it is full of flights that
// may still be replayed, no others are accepted. A clock that steps back is waited for; but not one
// that does so between two processes that share ticket keys.
class NACRE_API MemoryReplayGuard final : public ReplayGuard {
 public:
  // A process before this one may have accepted what could now be replayed. So nothing is accepted
  // until `former_window` and the window have passed since the first call, unless `has_history`
  // says that all that was ever accepted is known (there was no process before this one, or it had
  // other ticket keys). `former_window`: the widest of the processes before, max_window where that
  // is not known; a window that has not changed is the one to give.
  struct Start {
    std::size_t capacity = 65'536;
    bool has_history = false;
    std::chrono::seconds former_window = ReplayGuard::max_window;
  };
  // A guard that has seen nothing.
  explicit MemoryReplayGuard(const Start& start);
  MemoryReplayGuard() : MemoryReplayGuard(Start{}) {}
  MemoryReplayGuard(const MemoryReplayGuard&) = delete;
  MemoryReplayGuard& operator=(const MemoryReplayGuard&) = delete;
  ~MemoryReplayGuard() override;

  bool is_first(Bytes binder, UnixTime now, std::chrono::seconds window) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// ---- A client's side.

// A session that a client may resume, once. Move-only, and a secret: whoever has it can take part
// in the connection that resumes it.
class NACRE_API Session {
 public:
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // The name that the server has proved, and the protocol that was agreed on (empty: none).
  std::string_view server_name() const NACRE_LIFETIMEBOUND;
  std::string_view alpn() const NACRE_LIFETIMEBOUND;
  UnixTime expires() const;
  // How much early data the server may take, in bytes; 0: none.
  std::uint32_t max_early_data() const;

  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  Impl& impl() { return *impl_; }
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Whom a session may be resumed with: the name, and all in a config that decides whether a server
// is believed (a digest of it).
struct SessionScope {
  std::string_view server_name;
  std::span<const std::uint8_t, 32> configuration;
};

// Where a client keeps its sessions. Called from several threads at a time, from within
// connections, which wait for it.
class NACRE_API ClientSessionStore {
 public:
  virtual ~ClientSessionStore() = default;
  virtual void put(const SessionScope& scope, Session session) = 0;
  // Takes out the newest that has not expired: each is used once (section C.4).
  virtual std::optional<Session> take(const SessionScope& scope, UnixTime now) = 0;
};

// Sessions in this process's memory, several for each scope. The scope used longest ago makes room
// for the next, and in a scope the oldest session. A ticket is kept once; a session that is not
// sound (a lifetime of more than 7 days), not at all.
class NACRE_API MemoryClientSessionStore final : public ClientSessionStore {
 public:
  struct Bounds {
    std::size_t scopes = 256;
    std::size_t sessions_each = 4;
  };
  // An empty store.
  explicit MemoryClientSessionStore(const Bounds& bounds);
  MemoryClientSessionStore() : MemoryClientSessionStore(Bounds{}) {}
  MemoryClientSessionStore(const MemoryClientSessionStore&) = delete;
  MemoryClientSessionStore& operator=(const MemoryClientSessionStore&) = delete;
  ~MemoryClientSessionStore() override;

  void put(const SessionScope& scope, Session session) override;
  std::optional<Session> take(const SessionScope& scope, UnixTime now) override;
  std::size_t size() const;

  // All sessions as a file's content, with a version and a checksum against accidents; it is as
  // secret as they are.
  std::vector<std::uint8_t> serialize() const;
  // Adds the sessions of such a file. Errors: bad_session_file, and then none is added.
  Result<void> deserialize(Bytes file);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// ---- Keys that both sides had before they met.

// The hash that a key is used with. RFC 9258, section 10.
enum class Kdf : std::uint16_t { hkdf_sha256 = 1, hkdf_sha384 = 2 };

// An external PSK. Immutable and shared: copies have the same key, which is wiped with the last.
class NACRE_API ExternalPsk {
 public:
  static constexpr std::size_t max_identity = 1'024;  // as it is given
  static constexpr std::size_t max_context = 1'024;
  static constexpr std::size_t min_key = 16;
  static constexpr std::size_t max_key = 64;

  // `key`, of min_key to max_key bytes that nobody can guess (no password), under `identity`, to be
  // used with `kdf` alone: RFC 9846, section 4.3.11. One client and one server have it, and neither
  // is ever the other; import() holds them to that. Errors: bad_psk.
  static Result<ExternalPsk> make(Bytes identity, Bytes key, Kdf kdf = Kdf::hkdf_sha256);

  // The same, through the importer of RFC 9258: the recommended way. Of one key it makes one for
  // each target, bound to TLS 1.3 and to `context`. Offer one for each Kdf in use. `key` is used
  // for nothing else. Errors: bad_psk.
  struct Import {
    Bytes external_identity;
    Bytes key;
    Kdf kdf = Kdf::hkdf_sha256;     // that `key` was made for
    Bytes context = {};             // roles(), or whatever both sides know: up to max_context
    Kdf target = Kdf::hkdf_sha256;  // of the cipher suites to be used
  };
  // Imports one key for one target, as Import tells.
  static Result<ExternalPsk> import(const Import& import);
  // A context that says who is the client and who the server, so that a party which is both can not
  // be made to talk to itself (RFC 9846, F.8; RFC 9258, appendix B). Up to 255 bytes each; roles
  // that are equal say nothing. Errors: bad_psk.
  static Result<std::vector<std::uint8_t>> roles(Bytes client, Bytes server);

  // As it travels: an imported one's is an ImportedIdentity.
  Bytes identity() const NACRE_LIFETIMEBOUND;
  Kdf kdf() const;
  bool is_imported() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ExternalPsk(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace nacre
