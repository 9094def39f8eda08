// Key exchange: ECDHE, ML-KEM, and their hybrids. RFC 9846, sections 4.3.8 and 7.4.2;
// draft-ietf-tls-ecdhe-mlkem; draft-ietf-tls-mlkem.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "crypto/box.h"
#include "crypto/secret.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"

namespace nacre::crypto {

// Where the randomness of a key comes from: random_bytes, or a test's.
using RandomSource = std::function<Result<void>(MutableBytes)>;

struct GroupProperties {
  NamedGroup group;
  std::size_t client_share_size;  // key_exchange in ClientHello
  std::size_t server_share_size;  // key_exchange in ServerHello
};

inline constexpr std::array<GroupProperties, 8> groups{{
    {NamedGroup::x25519_mlkem768, 1184 + 32, 1088 + 32},
    {NamedGroup::x25519, 32, 32},
    {NamedGroup::secp256r1, 65, 65},
    {NamedGroup::secp384r1, 97, 97},
    {NamedGroup::secp521r1, 133, 133},
    {NamedGroup::secp256r1_mlkem768, 65 + 1184, 65 + 1088},
    {NamedGroup::secp384r1_mlkem1024, 97 + 1568, 97 + 1568},
    {NamedGroup::mlkem1024, 1568, 1568},
}};
inline constexpr std::size_t max_server_share_size = 97 + 1568;

constexpr const GroupProperties* find_group(NamedGroup group) {
  for (const GroupProperties& row : groups) {
    if (row.group == group) return &row;
  }
  return nullptr;
}

// A client's private key of one group, for one handshake.
class KeyShare {
 public:
  // `arena`: where it is; null: on the heap. Errors: bad_configuration for a group that is not
  // known, out_of_memory, no_randomness.
  static Result<KeyShare> generate(NamedGroup group, const RandomSource& random,
                                   Arena* arena = nullptr);

  // Bytes that a share of `group` takes.
  static std::size_t memory(NamedGroup group);

  NamedGroup group() const;
  // Bytes of the key_exchange of KeyShareEntry: client_share_size.
  std::size_t public_key_size() const;
  // Writes it: an ML-KEM key's is not kept. Errors: buffer_too_small unless `public_key` is of that
  // size; crypto_failure.
  Result<void> write_public_key(MutableBytes public_key) const;
  // The shared secret with the server's key_exchange; the private key is gone afterwards. Errors:
  // bad_key_share (wrong length, no point of the curve, all-zero X25519 secret).
  Result<SharedSecret> agree(Bytes server_share) &&;

 private:
  struct Impl;
  explicit KeyShare(Box<Impl> impl);

 public:
  KeyShare(KeyShare&&) noexcept;
  KeyShare& operator=(KeyShare&&) noexcept;
  ~KeyShare();

 private:
  Box<Impl> impl_;
};

// The server's side at once: makes a key (or encapsulates), writes its key_exchange of
// server_share_size bytes to `server_share`, and returns the shared secret. Errors: bad_key_share,
// no_randomness, bad_configuration.
Result<SharedSecret> respond(NamedGroup group, Bytes client_share, MutableBytes server_share,
                             const RandomSource& random);

}  // namespace nacre::crypto
