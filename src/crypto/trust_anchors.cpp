// Trust anchors: the operating system's, a PEM bundle, single certificates. RFC 5280,
// section 6.1.1.
#include <openssl/err.h>
#include <openssl/nid.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "crypto/anchor_store.h"
#include "crypto/certificate_impl.h"
#include "crypto/credentials.h"
#include "crypto/file.h"
#include "nacre/danger.h"
#include "nacre/try.h"

namespace nacre {
namespace {

using crypto::AnchorStore;
using crypto::Der;

// Where systems keep their bundle: Debian, Fedora, SUSE, Alpine and the BSDs, FreeBSD's package.
constexpr std::array<const char*, 6> system_bundles{
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
};

Result<void> append_authority(std::vector<std::uint8_t>& authorities, Bytes name) {
  ENSURE(name.size() <= 0xffff, Error::bad_certificate);
  authorities.push_back(static_cast<std::uint8_t>(name.size() >> 8));
  authorities.push_back(static_cast<std::uint8_t>(name.size() & 0xff));
  authorities.insert(authorities.end(), name.begin(), name.end());
  return {};
}

// RFC 5280, section 6.1.4, (k): of versions 1 and 2 it is known by other means that it is a CA, and
// a user who makes it an anchor says so.
crypto::AnchorLimits limits_of(X509* x509, const Der& der) {
  crypto::AnchorLimits limits{.der = std::string(text_of(der))};
  limits.is_ca = X509_get_version(x509) != X509_VERSION_3 || X509_check_ca(x509) == 1;
  limits.has_constraints = X509_get_ext_by_NID(x509, NID_name_constraints, -1) >= 0;
  limits.has_unknown_extension = (X509_get_extension_flags(x509) & EXFLAG_CRITICAL) != 0;
  if (const long length = X509_get_pathlen(x509); length >= 0) limits.path_length = length;
  limits.purposes = X509_get_extended_key_usage(x509);
  // What cannot be read is never within its dates.
  limits.not_before = limits.not_after = 0;
  if (ASN1_TIME_to_posix(X509_get0_notBefore(x509), &limits.not_before) != 1 ||
      ASN1_TIME_to_posix(X509_get0_notAfter(x509), &limits.not_after) != 1) {
    limits.not_after = limits.not_before - 1;
  }
  ERR_clear_error();
  return limits;
}

Result<void> add_anchor(AnchorStore& store, X509* x509, const Der& der,
                        const crypto::CertificateParts& parts) {
  ENSURE(X509_STORE_add_cert(store.x509.get(), x509) == 1, Error::out_of_memory);
  store.limits.push_back(limits_of(x509, der));
  store.constraints = larger_of(store.constraints, constraints_in(parts));
  return {};
}

// Those of `certificates` that cannot be parsed are left out.
Result<TrustAnchors> make_anchors(const std::vector<Der>& certificates) {
  const auto store = std::make_shared<AnchorStore>();
  const auto impl = std::make_shared<TrustAnchors::Impl>();
  store->x509.reset(X509_STORE_new());
  ENSURE(store->x509 != nullptr, Error::out_of_memory);
  std::vector<Der> usable;
  crypto::Hash fingerprint(crypto::HashAlgorithm::sha256);
  for (const Der& der : certificates) {
    const auto anchor = crypto::read_x509(der);
    const auto parts = crypto::find_parts(der);
    if (!anchor || !parts || !crypto::make_path_anchors({der})) continue;
    TRY(add_anchor(*store, anchor->get(), der, *parts));
    TRY(append_authority(impl->authorities, parts->subject));
    // DER says its own length, so that no two lists look alike.
    fingerprint.update(der);
    usable.push_back(der);
  }
  std::ranges::sort(store->limits, {}, &crypto::AnchorLimits::der);
  ENSURE(!usable.empty(), Error::no_trust_anchors);
  store->search = crypto::make_path_anchors(usable);
  ENSURE(store->search != nullptr, Error::out_of_memory);
  impl->store = store;
  impl->count = usable.size();
  impl->fingerprint = fingerprint.digest();
  return TrustAnchors::Impl::share(impl);
}

}  // namespace

TrustAnchors TrustAnchors::Impl::share(std::shared_ptr<const Impl> impl) {
  return TrustAnchors(std::move(impl));
}

std::size_t TrustAnchors::size() const {
  return impl_->count;
}

Result<TrustAnchors> TrustAnchors::from_system() {
  // Whoever starts a privileged program (set-user-ID, capabilities) chooses its environment, and
  // must not choose its roots.
  // fault: AC-240
  if (const char* named = ::secure_getenv("SSL_CERT_FILE"); named != nullptr && *named != '\0') {
    return from_pem_file(named);
  }
  for (const char* bundle : system_bundles) {
    const Result<std::string> text = crypto::read_file(bundle);
    if (!text) continue;
    Result<TrustAnchors> anchors = from_pem(*text);
    ENSURE(anchors, Error::no_trust_anchors);
    return anchors;
  }
  return fail(Error::file_unreadable);
}

Result<TrustAnchors> TrustAnchors::from_pem(std::string_view pem) {
  TRY(const auto certificates, read_pem_certificates(pem));
  Result<TrustAnchors> anchors = make_anchors(certificates);
  if (anchors == fail(Error::no_trust_anchors)) return fail(Error::bad_pem);
  return anchors;
}

Result<TrustAnchors> TrustAnchors::from_pem_file(const std::filesystem::path& path) {
  TRY(const std::string text, crypto::read_file(path));
  return from_pem(text);
}

Result<TrustAnchors> TrustAnchors::from_der(std::span<const Bytes> certificates) {
  std::vector<Der> copies;
  for (const Bytes der : certificates) {
    TRY(crypto::read_x509(der));
    copies.emplace_back(der.begin(), der.end());
  }
  TRY(TrustAnchors anchors, make_anchors(copies));
  ENSURE(anchors.size() == copies.size(), Error::bad_certificate);
  return anchors;
}

TrustAnchors danger::trust_anyone() {
  const auto impl = std::make_shared<TrustAnchors::Impl>();
  impl->anyone = true;
  return TrustAnchors::Impl::share(impl);
}

}  // namespace nacre
