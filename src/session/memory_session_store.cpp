// A server's sessions in this process's memory.
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "nacre/session.h"
#include "session/secret_bytes.h"

namespace nacre {

struct MemorySessionStore::Impl {
  struct Kept {
    std::string id;
    SecretBytes state;
    UnixTime expires;

    std::size_t size() const { return id.size() + state.size(); }
  };
  using Place = std::list<Kept>::iterator;

  explicit Impl(const Bounds& given) : bounds(given) {}

  void drop(Place place) {
    bytes -= place->size();
    by_id.erase(place->id);
    kept.erase(place);
  }

  // What has expired is dropped. Nothing: it is not there.
  std::optional<Place> find(Bytes id, UnixTime now) {
    while (!kept.empty() && kept.front().expires <= now) drop(kept.begin());
    const auto found = by_id.find(std::string(text_of(id)));
    if (found == by_id.end()) return std::nullopt;
    const Place place = found->second;
    if (place->expires > now) return place;
    drop(place);
    return std::nullopt;
  }

  const Bounds bounds;
  mutable std::mutex mutex;
  std::list<Kept> kept;  // the oldest first: none is used and stays
  std::unordered_map<std::string, Place> by_id;
  std::size_t bytes = 0;
};

MemorySessionStore::MemorySessionStore(const Bounds& bounds)
    : impl_(std::make_unique<Impl>(bounds)) {}
MemorySessionStore::~MemorySessionStore() = default;

void MemorySessionStore::put(Bytes id, Bytes state, UnixTime expires) {
  const std::lock_guard lock(impl_->mutex);
  const auto& [sessions, bytes] = impl_->bounds;
  std::string name(text_of(id));
  if (const auto same = impl_->by_id.find(name); same != impl_->by_id.end()) {
    impl_->drop(same->second);
  }
  if (sessions == 0 || bytes < id.size() || bytes - id.size() < state.size()) return;
  const std::size_t room = bytes - id.size() - state.size();
  // fault: AC-071b
  while (impl_->kept.size() >= sessions || impl_->bytes > room) impl_->drop(impl_->kept.begin());
  const auto place = impl_->kept.insert(impl_->kept.end(), {name, SecretBytes(state), expires});
  impl_->bytes += place->size();
  impl_->by_id.emplace(std::move(name), place);
}

std::optional<std::vector<std::uint8_t>> MemorySessionStore::look(Bytes id, UnixTime now) {
  const std::lock_guard lock(impl_->mutex);
  const auto place = impl_->find(id, now);
  if (!place) return std::nullopt;
  const Bytes state = (*place)->state.bytes();
  return std::vector(state.begin(), state.end());
}

bool MemorySessionStore::take(Bytes id, UnixTime now) {
  const std::lock_guard lock(impl_->mutex);
  const auto place = impl_->find(id, now);
  // fault: AC-124
  if (place) impl_->drop(*place);
  return place.has_value();
}

std::size_t MemorySessionStore::size() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->kept.size();
}

}  // namespace nacre
