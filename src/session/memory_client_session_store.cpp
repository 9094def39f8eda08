// A client's sessions in this process's memory.
#include <algorithm>
#include <iterator>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "session/session.h"
#include "session/session_file.h"

namespace nacre {
namespace {

std::string key_of(const SessionScope& scope) {
  std::string key(text_of(scope.configuration));
  return key.append(scope.server_name);
}

UnixTime received(const ScopedSession& kept) {
  return kept.session.impl().received;
}

}  // namespace

struct MemoryClientSessionStore::Impl {
  struct Scope {
    std::string key;
    std::vector<ScopedSession> sessions;  // the oldest first
  };
  using Place = std::list<Scope>::iterator;

  explicit Impl(const Bounds& given) : bounds(given) {}

  void put(const SessionScope& scope, Session session);
  // The scope of that key, which is now the one used last.
  Place find_or_make(std::string key);
  void drop(Place place) {
    by_key.erase(place->key);
    scopes.erase(place);
  }

  const Bounds bounds;
  mutable std::mutex mutex;
  std::list<Scope> scopes;  // the one used longest ago first; none is empty
  std::unordered_map<std::string, Place> by_key;
};

auto MemoryClientSessionStore::Impl::find_or_make(std::string key) -> Place {
  if (const auto found = by_key.find(key); found != by_key.end()) {
    scopes.splice(scopes.end(), scopes, found->second);
    return found->second;
  }
  if (scopes.size() >= bounds.scopes) drop(scopes.begin());
  const auto place = scopes.insert(scopes.end(), Scope{.key = key, .sessions = {}});
  by_key.emplace(std::move(key), place);
  return place;
}

void MemoryClientSessionStore::Impl::put(const SessionScope& scope, Session session) {
  if (bounds.scopes == 0 || bounds.sessions_each == 0) return;
  if (!session.impl().is_sound() || scope.server_name.size() > 255) return;
  auto& sessions = find_or_make(key_of(scope))->sessions;
  ScopedSession kept{.server_name = std::string(scope.server_name),
                     .configuration = {},
                     .session = std::move(session)};
  std::ranges::copy(scope.configuration, kept.configuration.begin());
  std::erase_if(sessions, [&](const ScopedSession& other) {
    return other.session.impl().ticket == kept.session.impl().ticket;
  });
  const auto place = std::ranges::upper_bound(sessions, received(kept), {}, received);
  sessions.insert(place, std::move(kept));
  if (sessions.size() > bounds.sessions_each) sessions.erase(sessions.begin());
}

MemoryClientSessionStore::MemoryClientSessionStore(const Bounds& bounds)
    : impl_(std::make_unique<Impl>(bounds)) {}
MemoryClientSessionStore::~MemoryClientSessionStore() = default;

void MemoryClientSessionStore::put(const SessionScope& scope, Session session) {
  const std::lock_guard lock(impl_->mutex);
  impl_->put(scope, std::move(session));
}

std::optional<Session> MemoryClientSessionStore::take(const SessionScope& scope, UnixTime now) {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->by_key.find(key_of(scope));
  if (found == impl_->by_key.end()) return std::nullopt;
  const auto place = found->second;
  impl_->scopes.splice(impl_->scopes.end(), impl_->scopes, place);
  auto& sessions = place->sessions;
  std::erase_if(sessions, [&](const ScopedSession& kept) { return kept.session.expires() <= now; });
  const auto newest = std::ranges::find_if(
      sessions.rbegin(), sessions.rend(),
      [&](const ScopedSession& kept) { return kept.session.impl().is_usable(now); });
  std::optional<Session> taken;
  if (newest != sessions.rend()) {
    taken = std::move(newest->session);
    sessions.erase(std::next(newest).base());
  }
  if (sessions.empty()) impl_->drop(place);
  return taken;
}

std::size_t MemoryClientSessionStore::size() const {
  const std::lock_guard lock(impl_->mutex);
  std::size_t count = 0;
  for (const auto& scope : impl_->scopes) count += scope.sessions.size();
  return count;
}

std::vector<std::uint8_t> MemoryClientSessionStore::serialize() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<const ScopedSession*> sessions;
  for (const auto& scope : impl_->scopes) {
    for (const ScopedSession& kept : scope.sessions) sessions.push_back(&kept);
  }
  return write_session_file(sessions);
}

Result<void> MemoryClientSessionStore::deserialize(Bytes file) {
  TRY(auto sessions, read_session_file(file));
  const std::lock_guard lock(impl_->mutex);
  for (ScopedSession& read : sessions) {
    const SessionScope scope{.server_name = read.server_name, .configuration = read.configuration};
    impl_->put(scope, std::move(read.session));
  }
  return {};
}

}  // namespace nacre
