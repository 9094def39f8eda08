#include "shim/sessions.h"

#include <utility>

namespace nacre::bogo {

void LastSession::put(const SessionScope&, Session session) {
  session_ = std::move(session);
  has_come_ = true;
}

std::optional<Session> LastSession::take(const SessionScope&, UnixTime now) {
  if (session_ && session_->expires() <= now) session_.reset();
  return std::exchange(session_, std::nullopt);
}

Result<Sessions> Sessions::make() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  Sessions sessions;
  sessions.last = std::make_shared<LastSession>();
  TRY(sessions.ticket_keys, TicketKeys::random());
  sessions.store = std::make_shared<MemorySessionStore>();
  sessions.guard = std::make_shared<MemoryReplayGuard>(MemoryReplayGuard::Start{1'024, true});
  sessions.now =
      std::make_shared<UnixTime>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
  return sessions;
}

}  // namespace nacre::bogo
