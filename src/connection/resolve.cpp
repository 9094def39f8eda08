// The addresses of a host, within a time.
#include "connection/resolve.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace nacre {

namespace {

// One call, and what came of it. Whoever is last of the caller and the thread deletes it.
struct Lookup {
  Lookup(std::string name, std::uint16_t port, int flags)
      : host(std::move(name)), service(std::to_string(port)) {
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
  }

  // Whether there is an address.
  bool run(int more_flags = 0) {
    addrinfo asked = hints;
    asked.ai_flags |= more_flags;
    addrinfo* list = nullptr;
    const char* const node = host.empty() ? nullptr : host.c_str();
    if (::getaddrinfo(node, service.c_str(), &asked, &list) != 0) return false;
    found.reset(list);
    return true;
  }
  Result<Addresses> answer() {
    ENSURE(found, Error::name_not_found);
    return std::move(found);
  }

  std::string host;
  std::string service;
  addrinfo hints{};
  Addresses found;
  std::mutex mutex;
  std::condition_variable ended;
  bool has_ended = false;
};

using SharedLookup = std::shared_ptr<Lookup>;

std::atomic<int> lookups = 0;

// One of max_lookups places.
Result<void> take_place(const Deadline& deadline) {
  constexpr std::chrono::milliseconds moment(10);
  // fault: AC-241d
  while (lookups.fetch_add(1) >= max_lookups) {
    lookups.fetch_sub(1);
    ENSURE(deadline.left() > std::chrono::milliseconds(0), Error::timed_out);
    std::this_thread::sleep_for(moment);
  }
  return {};
}

void* run_lookup(void* argument) {
  const std::unique_ptr<SharedLookup> lookup(static_cast<SharedLookup*>(argument));
  (void)(*lookup)->run();
  lookups.fetch_sub(1);
  const std::lock_guard lock((*lookup)->mutex);
  (*lookup)->has_ended = true;
  (*lookup)->ended.notify_all();
  return nullptr;
}

// No handler of the application's runs on that thread.
Result<void> start(const SharedLookup& lookup) {
  auto handed = std::make_unique<SharedLookup>(lookup);
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread{};
  SharedLookup* const given = handed.release();  // the thread's, where there is one
  const int failed = ::pthread_create(&thread, nullptr, run_lookup, given);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failed != 0) handed.reset(given);
  ENSURE(failed == 0, Error::out_of_memory);
  const int detached = ::pthread_detach(thread);
  assert(detached == 0);
  return {};
}

}  // namespace

Result<Addresses> resolve(const std::string& host, std::uint16_t port, int flags,
                          const Deadline& deadline) {
  const auto lookup = std::make_shared<Lookup>(host, port, flags);
  // fault: AC-241a
  if (const bool is_unbounded = !deadline.left() || host.empty(); is_unbounded) {
    (void)lookup->run();
    return lookup->answer();
  }
  if (lookup->run(AI_NUMERICHOST)) return lookup->answer();
  TRY(take_place(deadline));
  if (const auto started = start(lookup); !started) {
    lookups.fetch_sub(1);
    return fail(started.error());
  }
  std::unique_lock lock(lookup->mutex);
  const auto end =
      std::chrono::steady_clock::now() + deadline.left().value_or(std::chrono::milliseconds(0));
  ENSURE(lookup->ended.wait_until(lock, end, [&] { return lookup->has_ended; }), Error::timed_out);
  return lookup->answer();
}

}  // namespace nacre
