// The cookie of a stateless HelloRetryRequest: all that a server needs to go on, sealed. RFC 9846,
// sections 4.2.4 and 4.3.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "nacre/bytes.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "nacre/verify.h"
#include "session/one_time_key.h"
#include "wire/codec.h"

namespace nacre {

// A cookie is taken back for so many seconds, and so many early, for clocks that differ.
inline constexpr UnixTime cookie_lifetime = 60;

struct RetryCookie {
  std::uint8_t version = 1;
  std::uint64_t time = 0;  // seconds since 1970
  CipherSuite cipher_suite{};
  NamedGroup group{};
  std::array<std::uint8_t, 32> unchangeable{};  // ClientOffer::unchangeable()
  wire::Opaque<32, 48> client_hello_hash;       // of ClientHello1

  static constexpr auto wire = wire::fields(
      &RetryCookie::version, &RetryCookie::time, &RetryCookie::cipher_suite, &RetryCookie::group,
      &RetryCookie::unchangeable, &RetryCookie::client_hello_hash);
};

// A sealed cookie, or an opened one's content.
struct CookieBytes {
  std::array<std::uint8_t, 160> storage{};
  std::size_t size = 0;
  Bytes bytes() const NACRE_LIFETIMEBOUND { return Bytes(storage).first(size); }
};

Result<CookieBytes> seal_cookie(const crypto::Secret<32>& key, const Salt& salt,
                                const RetryCookie& cookie);

// `room` holds what the cookie that is returned views. Errors: bad_cookie.
Result<RetryCookie> open_cookie(const crypto::Secret<32>& key, Bytes sealed, UnixTime now,
                                CookieBytes& room);

}  // namespace nacre
