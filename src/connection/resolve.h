// The addresses of a host, within a time.
#pragma once

#include <netdb.h>

#include <cstdint>
#include <memory>
#include <string>

#include "connection/deadline.h"
#include "nacre/try.h"

namespace nacre {

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// So many lookups run at a time: those that nobody waits for any more, too.
inline constexpr int max_lookups = 128;

// getaddrinfo(), which takes as long as name servers make it: it has a thread of its own, which is
// left behind where `deadline` passes first, and ends when getaddrinfo() does. Addresses, and what
// has no bound, are looked up on the caller's. `flags`: those of addrinfo. Errors: name_not_found,
// timed_out, out_of_memory.
Result<Addresses> resolve(const std::string& host, std::uint16_t port, int flags,
                          const Deadline& deadline);

}  // namespace nacre
