// The cookie of a stateless HelloRetryRequest.
#include "handshake/retry_cookie.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/random.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace nacre {
namespace {

// Bound to its use, should the key ever have another.
Bytes purpose() {
  return bytes_of("nacre retry cookie");
}

Result<crypto::Aead> aead(const crypto::Secret<32>& key, Bytes salt) {
  // fault: AC-128b
  return one_time_aead(key.reveal(), "retry cookie", salt);
}

}  // namespace

// salt, ciphertext, tag
Result<CookieBytes> seal_cookie(const crypto::Secret<32>& key, const Salt& salt,
                                const RetryCookie& cookie) {
  std::array<std::uint8_t, 128> plain{};
  wire::Writer content(plain);
  TRY(wire::write(content, cookie));
  const std::size_t size = content.used();

  CookieBytes sealed;
  wire::Writer writer(sealed.storage);
  TRY(writer.bytes(salt));
  TRY(const MutableBytes ciphertext, writer.claim(size));
  TRY(const MutableBytes tag, writer.claim(crypto::aead_tag_size));
  TRY(const crypto::Aead cipher, aead(key, salt));
  TRY(cipher.seal(ciphertext, tag, only_nonce, content.written(), {}, purpose()));
  sealed.size = writer.used();
  return sealed;
}

Result<RetryCookie> open_cookie(const crypto::Secret<32>& key, Bytes sealed, UnixTime now,
                                CookieBytes& room) {
  wire::Reader reader(sealed);
  const auto salt = reader.take(sizeof(Salt));
  ENSURE(salt && reader.rest().size() <= room.storage.size(), Error::bad_cookie);
  room.size = reader.rest().size();
  std::ranges::copy(reader.rest(), room.storage.begin());

  TRY(const crypto::Aead cipher, aead(key, *salt));
  const auto content =
      cipher.open(MutableBytes(room.storage).first(room.size), only_nonce, purpose());
  ENSURE(content, Error::bad_cookie);
  const auto cookie = wire::read_all<RetryCookie>(*content);
  ENSURE(cookie && cookie->version == 1, Error::bad_cookie);
  const UnixTime age = now - static_cast<UnixTime>(cookie->time);
  ENSURE(-cookie_lifetime <= age && age <= cookie_lifetime, Error::bad_cookie);
  return *cookie;
}

}  // namespace nacre
