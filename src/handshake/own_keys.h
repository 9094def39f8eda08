// The keys of a server's credentials: which it has for a name, and so which service it is. RFC
// 9846, section 4.7.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace nacre {

struct OwnKeys {
  struct Key {
    SpkiPin pin{};
    std::size_t place = 0;  // of its credential
  };
  // In the order of their pins, so that the order of the credentials does not matter.
  std::vector<Key> keys;
  std::array<std::uint8_t, 32> digest{};  // of all of them
};
OwnKeys own_keys(const std::vector<Credential>& credentials);

// A digest of the keys that a server may present to who asks for that name: those of the
// certificates that have it, and raw public keys; where none has it, all.
std::array<std::uint8_t, 32> keys_for(const OwnKeys& own,
                                      const std::vector<Credential>& credentials,
                                      std::string_view host_name);

// Whether a certificate has the name. None is asked for: it need not.
bool knows_name(const std::vector<Credential>& credentials, std::string_view host_name);

}  // namespace nacre
