// What the connections of one process have in common: their sessions, and the time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "nacre/config.h"
#include "nacre/session.h"
#include "nacre/try.h"

namespace nacre::bogo {

// A client's: the session that came last is the one that is offered, whatever else has changed.
class LastSession final : public ClientSessionStore {
 public:
  void put(const SessionScope& scope, Session session) override;
  std::optional<Session> take(const SessionScope& scope, UnixTime now) override;

  // Before each connection.
  void forget_arrivals() { has_come_ = false; }
  bool has_come() const { return has_come_; }
  bool is_there() const { return session_.has_value(); }
  std::uint32_t max_early_data() const { return session_ ? session_->max_early_data() : 0; }

 private:
  std::optional<Session> session_;
  bool has_come_ = false;
};

struct Sessions {
  static Result<Sessions> make();

  // Time stands still, but for this.
  void pass(std::chrono::seconds time) const { *now += time.count(); }
  Clock clock() const {
    return [time = now] { return *time; };
  }

  std::shared_ptr<LastSession> last;
  std::shared_ptr<TicketKeys> ticket_keys;
  std::shared_ptr<MemorySessionStore> store;
  std::shared_ptr<MemoryReplayGuard> guard;
  std::shared_ptr<UnixTime> now;
};

}  // namespace nacre::bogo
