// What a peer may cost. Every bound has its name here, and a test.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nacre {

struct Limits {
  // The longest handshake message that is taken, header included, in bytes. Longer ones are refused
  // when their header arrives.
  std::size_t handshake_message = 65'536;
  // The peer's certificates together, in bytes.
  std::size_t certificate_chain = 65'536;
  // Certificates in the peer's chain.
  std::size_t certificates = 16;
  // Everything that one handshake holds besides its fixed state, in bytes: messages that arrive in
  // parts, messages to send, the peer's chain, a client's key shares.
  std::size_t handshake_memory = 262'144;
  // Extensions in one block.
  std::size_t extensions = 256;
  // Records in a row that bring nothing: empty ones, change_cipher_spec.
  std::uint32_t records_without_progress = 32;
  // KeyUpdates in a row without application data between them.
  std::uint32_t key_updates_without_data = 32;
  // Warning alerts (user_canceled) in all.
  std::uint32_t warnings = 4;
  // NewSessionTickets read from one connection, used or not.
  std::uint32_t tickets = 64;
  // Early data that is not taken, in bytes of ciphertext: a server passes over so many.
  std::uint32_t early_data_skipped = 16'384;
  // Certificate path building: steps, at most; each checks one signature or fewer.
  std::uint32_t path_iterations = 250;
  // The same: names of the peer's chain that are held against name constraints, counted for each
  // step of the search. Long names and email addresses count several times. Where a chain has many
  // of both, fewer steps are left to it.
  std::uint64_t name_comparisons = 262'144;
  // The same: time. A guard besides the steps against certificates that are made to be slow.
  std::chrono::milliseconds path_time{3'000};
};

}  // namespace nacre
