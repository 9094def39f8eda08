// The keys of one direction. RFC 9846, sections 5.3, 7.2 and 7.3.
#include "record/traffic_keys.h"

#include <utility>

#include "crypto/hkdf.h"

namespace nacre::record {

WriteIv& WriteIv::operator=(WriteIv&& other) noexcept NACRE_NONALLOCATING {
  if (this != &other) {
    bytes_ = other.bytes_;
    other.wipe();
  }
  return *this;
}

TrafficKeys::TrafficKeys(crypto::Aead aead, crypto::HashSecret secret, WriteIv iv,
                         CipherSuite suite) noexcept NACRE_NONALLOCATING
    : aead_(std::move(aead)),
      secret_(std::move(secret)),
      iv_(std::move(iv)),
      suite_(suite) {}

Result<TrafficKeys> TrafficKeys::derive(CipherSuite suite,
                                        crypto::HashSecret secret) noexcept NACRE_NONALLOCATING {
  TRY(const crypto::CipherSuiteProperties row, crypto::properties(suite));
  ENSURE(secret.reveal().size() == crypto::hash_size(row.hash), Error::crypto_failure);
  crypto::HkdfKey from(row.hash, secret.reveal());
  crypto::Secret<32> key;
  const MutableBytes key_bytes = key.resize(row.key_size);
  TRY(from.expand_label("key", {}, key_bytes));
  WriteIv iv;
  TRY(from.expand_label("iv", {}, iv.bytes()));
  TRY(crypto::Aead aead, crypto::Aead::create(row.aead, key.reveal()));
  return TrafficKeys(std::move(aead), std::move(secret), std::move(iv), suite);
}

Result<void> TrafficKeys::update() noexcept NACRE_NONALLOCATING {
  TRY(const crypto::CipherSuiteProperties row, crypto::properties(suite_));
  TRY(crypto::HashSecret next,
      crypto::hkdf_expand_label(row.hash, secret_.reveal(), "traffic upd", {}));
  TRY(*this, derive(suite_, std::move(next)));
  return {};
}

}  // namespace nacre::record
