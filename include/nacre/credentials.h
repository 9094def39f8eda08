// What an endpoint trusts, and what it presents. Immutable once made: copying shares, at the price
// of a reference count, and any number of threads may use one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/error.h"
#include "nacre/names.h"
#include "nacre/policy.h"

namespace nacre {

// SHA-256 of a certificate's SubjectPublicKeyInfo (RFC 7858's SPKI pin).
using SpkiPin = std::array<std::uint8_t, 32>;

// The authorities that may vouch for a peer.
class NACRE_API TrustAnchors {
 public:
  // The bundle of the operating system. Errors: file_unreadable, no_trust_anchors.
  static Result<TrustAnchors> from_system();
  // One or more PEM certificates. Certificates that cannot be parsed are skipped; errors: bad_pem
  // where none is left, file_unreadable.
  static Result<TrustAnchors> from_pem(std::string_view pem);
  static Result<TrustAnchors> from_pem_file(const std::filesystem::path& path);
  // DER certificates. Errors: bad_certificate, no_trust_anchors.
  static Result<TrustAnchors> from_der(std::span<const Bytes> certificates);

  std::size_t size() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit TrustAnchors(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// Certificate revocation lists (RFC 5280, section 5) that the application has fetched: Nacre
// fetches none. A list says of its issuer's certificates which were revoked.
class NACRE_API RevocationLists {
 public:
  // One or more PEM lists ("X509 CRL"). Errors: bad_pem where there is none, or where one cannot be
  // parsed; file_unreadable.
  static Result<RevocationLists> from_pem(std::string_view pem);
  static Result<RevocationLists> from_pem_file(const std::filesystem::path& path);
  // DER lists. Errors: bad_pem.
  static Result<RevocationLists> from_der(std::span<const Bytes> lists);

  // How many there are.
  std::size_t size() const;
  // SHA-256 of all of them, in their order.
  std::array<std::uint8_t, 32> fingerprint() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit RevocationLists(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// Which signatures on certificates were found valid before, so that those of a CA's certificates
// need not be checked again with each handshake. For Builders and ChainQuery; none by default.
// Whether the certificates may be believed is judged anew each time, by their dates, names and
// revocation. Copies share it. Thread-safe. What one peer sends cannot make it grow: the oldest are
// forgotten. A signature that fails is not kept, so that chains of those whom nobody believes empty
// it of none.
class NACRE_API SignatureCache {
 public:
  // For `entries` signatures at most, of about 150 bytes each. Errors: bad_configuration for less
  // than two.
  static Result<SignatureCache> create(std::size_t entries = 1'024);

  // How many it holds.
  std::size_t size() const;
  // How many checks it has saved.
  std::uint64_t hits() const;

  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  explicit SignatureCache(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

// As long as the longest signature: ML-DSA-87's (FIPS 204).
inline constexpr std::size_t max_signature_size = 4'627;

// Raw public keys to believe (RFC 7250): a peer that proves that it has one of them is the peer,
// whatever its name. Used only where both sides say that they use them.
struct RawPublicKeys {
  // SHA-256 of each key's SubjectPublicKeyInfo. None: no key is believed, unless the application
  // is asked for its verdict.
  std::vector<SpkiPin> pins;
  // Rather than certificates, where those are taken too.
  bool preferred = true;
};

// What goes along with a leaf to a peer that asks for it (RFC 9846, section 4.5.1.1).
struct Staples {
  // OCSPResponse (RFC 6960), DER; empty: none.
  std::vector<std::uint8_t> ocsp_response;
  // SignedCertificateTimestampList (RFC 6962, section 3.3) as it travels, its length in front;
  // empty: none.
  std::vector<std::uint8_t> signed_certificate_timestamps;
};

// Gives the staples of the moment; null: none. Called once in a handshake that needs them, from the
// thread that drives it: by several at a time.
using StapleSource = std::function<std::shared_ptr<const Staples>()>;

// A certificate chain, and the private key that belongs to its leaf; or a raw public key (RFC 7250)
// and its private key.
class NACRE_API Credential {
 public:
  // The leaf comes first, its intermediates follow; the key is PKCS#8, SEC 1 or PKCS#1, not
  // encrypted. Errors: bad_pem, bad_certificate, key_mismatch, unsupported_key.
  static Result<Credential> from_pem(std::string_view chain, std::string_view key);
  static Result<Credential> from_pem_files(const std::filesystem::path& chain,
                                           const std::filesystem::path& key);
  static Result<Credential> from_der(std::span<const Bytes> chain, Bytes key);

  // A chain whose key is elsewhere: the handshake asks for each signature (SignatureWanted).
  static Result<Credential> from_chain_pem(std::string_view chain);

  // A raw public key: the public half of `key`, which is read as from_pem() reads it. Errors:
  // bad_pem, unsupported_key.
  static Result<Credential> from_raw_key_pem(std::string_view key);
  static Result<Credential> from_raw_key_pem_file(const std::filesystem::path& key);
  // A raw public key whose private one is elsewhere (SignatureWanted). DER SubjectPublicKeyInfo.
  // Errors: unsupported_key.
  static Result<Credential> from_public_key(Bytes subject_public_key_info);

  // What a peer gets to see.
  CertificateType type() const;
  // The leaf, or the raw key's SubjectPublicKeyInfo: DER.
  Bytes certificate() const NACRE_LIFETIMEBOUND;
  // SHA-256 of the key's SubjectPublicKeyInfo: what a peer that believes this key by itself pins.
  SpkiPin spki_pin() const;

  // The schemes that the leaf's key can sign with, best first.
  Preferences<SignatureScheme, 16> schemes() const;
  // The same credential, signing by these schemes alone, the preferred one first. Errors:
  // unsupported_key for a scheme that the key cannot sign with, or for none.
  Result<Credential> with_schemes(std::span<const SignatureScheme> schemes) const;
  // The same credential, presented to those peers alone that name an issuer of its chain in
  // certificate_authorities. Without this such peers only have it preferred. RFC 9846, section
  // 4.3.4.
  Credential for_named_authorities() const;
  // The same credential with staples for its leaf: these, or what `source` gives when they are
  // needed. What is malformed or too long (65,519 bytes in all) is not sent. Errors:
  // bad_configuration for such ones, and for a raw public key.
  Result<Credential> with_staples(Staples staples) const;
  Result<Credential> with_staples(StapleSource source) const;

  // Signs `content` into `out`, hashing it as the scheme says, and returns the signature's size:
  // for those that keep the key where the handshake is not, and answer its SignatureWanted. Whoever
  // may choose `content` may sign what he likes: RFC 9846, section 4.5.2, tells what a handshake
  // has there. An `out` of max_signature_size always suffices. Errors: signing_failed where there
  // is no key, or it fails; wrong_key_for_scheme for one that is not among schemes();
  // buffer_too_small.
  Result<std::size_t> sign(SignatureScheme scheme, Bytes content, MutableBytes out) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Credential(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace nacre
