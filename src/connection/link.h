// What the receiving and the sending half of a connection tell each other: each may have a thread
// of its own. RFC 9846, sections 4.7.3 and 6.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

#include "connection/memory.h"
#include "handshake/config.h"
#include "nacre/alert.h"
#include "nacre/try.h"

namespace nacre {

class Link {
 public:
  // The peer wants us to change our keys. Several requests before an answer are one.
  void owe_key_update() noexcept { key_update_owed_.store(true, std::memory_order_relaxed); }
  bool owes_key_update() const noexcept { return key_update_owed_.load(std::memory_order_relaxed); }
  void key_update_answered() noexcept { key_update_owed_.store(false, std::memory_order_relaxed); }

  // Whether we may ask the peer to change its keys: not twice before its KeyUpdate (section 4.7.3).
  // fault: AC-081e
  bool begin_request() noexcept { return !requested_.exchange(true, std::memory_order_relaxed); }
  void end_request() noexcept { requested_.store(false, std::memory_order_relaxed); }

  // The connection is dead, and owes the peer that alert. The first call decides.
  void end(Error error, std::optional<AlertDescription> alert) noexcept {
    End alive{};
    const End dead{true, alert.has_value(), error, alert.value_or(AlertDescription{})};
    end_.compare_exchange_strong(alive, dead, std::memory_order_relaxed);
  }
  std::optional<Error> error() const noexcept {
    const End end = end_.load(std::memory_order_relaxed);
    return end.ended ? std::optional(end.error) : std::nullopt;
  }
  std::optional<AlertDescription> owed_alert() const noexcept {
    const End end = end_.load(std::memory_order_relaxed);
    return end.alert_owed ? std::optional(end.alert) : std::nullopt;
  }
  void alert_settled() noexcept {
    End end = end_.load(std::memory_order_relaxed);
    end.alert_owed = false;
    end_.store(end, std::memory_order_relaxed);
  }

  // Takes over what `other` holds.
  void inherit(const Link& other) noexcept {
    key_update_owed_ = other.key_update_owed_.load();
    requested_ = other.requested_.load();
    end_ = other.end_.load();
  }

 private:
  // One atomic value, and no lock.
  struct alignas(4) End {
    bool ended = false;
    bool alert_owed = false;
    Error error{};
    AlertDescription alert{};
  };
  static_assert(std::atomic<End>::is_always_lock_free);

  std::atomic<bool> key_update_owed_ = false;
  std::atomic<bool> requested_ = false;
  std::atomic<End> end_{};
};

// One of two owners of a Link.
class SharedLink {
 public:
  // Errors: out_of_memory.
  static Result<std::pair<SharedLink, SharedLink>> make(crypto::Arena* arena, const Link& from) {
    Owned<State> state = make_owned<State>(arena);
    ENSURE(state, Error::out_of_memory);
    state->link.inherit(from);
    SharedLink second(state.get());
    return std::pair(SharedLink(state.release()), std::move(second));
  }

  SharedLink(SharedLink&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  SharedLink& operator=(SharedLink&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~SharedLink() {
    if (state_ == nullptr || state_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const Owned<State> last(state_);
  }

  Link& operator*() const noexcept { return state_->link; }

 private:
  struct State {
    explicit State(crypto::Arena* where) : arena(where) {}
    crypto::Arena* arena;
    Link link;
    std::atomic<int> owners = 2;
  };

  explicit SharedLink(State* state) noexcept : state_(state) {}

  State* state_;
};

// What every step of a half needs to know.
struct Context {
  const CommonConfig& config;
  Link& link;
  crypto::Arena* arena = nullptr;  // where messages in parts are kept; null: on the heap
};

}  // namespace nacre
