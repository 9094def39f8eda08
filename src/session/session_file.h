// A client's sessions as a file's content: mark, version, chains, sessions, SHA-256 of all before.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nacre/session.h"
#include "nacre/try.h"

namespace nacre {

struct ScopedSession {
  std::string server_name;
  std::array<std::uint8_t, 32> configuration{};
  Session session;
};

// Sessions that are sound, the one used longest ago first.
std::vector<std::uint8_t> write_session_file(std::span<const ScopedSession* const> sessions);

// Errors: bad_session_file.
Result<std::vector<ScopedSession>> read_session_file(Bytes file);

}  // namespace nacre
