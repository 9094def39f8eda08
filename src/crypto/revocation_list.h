// One revocation list, read once, for the files of this room alone. RFC 5280, sections 5 and 6.3.
#pragma once

#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/read_mostly.h"
#include "nacre/bytes.h"
#include "nacre/try.h"
#include "nacre/verify.h"

namespace nacre::crypto {

// From the leaf to the anchor.
using Certificates = std::vector<bssl::UniquePtr<X509>>;

// Why a list does not cover a certificate: the later, the less is missing.
enum class ListLack : std::uint8_t {
  issuer,              // it is of another issuer
  attributes,          // it is for attribute certificates alone
  unusable,            // it contradicts itself
  critical_extension,  // it has one that is not known
  may_not_sign,        // its issuer's keyUsage does not allow it
  signature,           // its signature does not verify
  scope,               // it is for other certificates, for some reasons alone, indirect, or a delta
  not_yet_valid,
  expired,
  nothing,
};
// In words, behind "the list".
std::string_view words_of(ListLack lack);

// What a list says of one certificate of a path.
struct ListAnswer {
  ListLack lack = ListLack::issuer;
  // Its entry, where the list is authentic: it revokes, whatever else is lacking. Lives as long as
  // the list.
  const X509_REVOKED* entry = nullptr;
  bool out_of_memory = false;
};

class RevocationList {
 public:
  // Errors: bad_pem, out_of_memory.
  static Result<std::unique_ptr<const RevocationList>> parse(Bytes der);

  const X509_NAME* issuer() const { return X509_CRL_get_issuer(list_.get()); }
  // What it says of path[depth], which is not the anchor. Thread-safe. The signature is checked
  // once for each key.
  ListAnswer ask(const Certificates& path, std::size_t depth, UnixTime time) const;

 private:
  RevocationList() = default;

  // A key that the signature was checked with.
  struct Checked {
    bssl::UniquePtr<EVP_PKEY> key;
    bool is_signer = false;
  };
  // Namesakes of an issuer are few; the oldest is forgotten.
  static constexpr std::size_t max_keys = 8;

  bool read_extensions();
  bool read_dates();
  std::optional<bool> is_signed_by(EVP_PKEY* key) const;
  ListAnswer ask_issuer(const X509* certificate, X509* issuer) const;
  bool is_for(X509* certificate) const;
  ListLack lack_at(UnixTime time) const;
  const X509_REVOKED* entry_of(const X509* certificate) const;

  bssl::UniquePtr<X509_CRL> list_;
  bssl::UniquePtr<ISSUING_DIST_POINT> scope_;
  ListLack lack_ = ListLack::nothing;  // whatever is asked for
  bool is_delta_ = false;
  UnixTime from_ = 0;
  std::optional<UnixTime> to_;
  mutable ReadMostly<std::vector<Checked>> checked_;
};

}  // namespace nacre::crypto
