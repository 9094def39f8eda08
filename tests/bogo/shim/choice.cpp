#include "shim/choice.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "nacre/try.h"
#include "nacre/verify.h"
#include "shim/config.h"
#include "support/hex.h"

namespace nacre::bogo {
namespace {

// SignatureSchemes, or lengths of 16 bits: big-endian.
std::uint16_t number_at(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::vector<SignatureScheme> schemes_in(Bytes list) {
  std::vector<SignatureScheme> schemes;
  for (std::size_t at = 0; at + 1 < list.size(); at += 2) {
    schemes.push_back(static_cast<SignatureScheme>(number_at(list, at)));
  }
  return schemes;
}

std::vector<Bytes> names_in(Bytes list) {
  std::vector<Bytes> names;
  while (!list.empty()) {
    const std::size_t size = number_at(list, 0);
    names.push_back(list.subspan(2, size));
    list = list.subspan(2 + size);
  }
  return names;
}

// The lists in front of a ClientHello's extensions: a session ID, suites and methods, by the size
// of their lengths. RFC 9846, section 4.2.2.
constexpr std::size_t version_and_random = 2 + 32;
constexpr std::array<std::size_t, 3> size_of_lengths{1, 2, 1};
constexpr std::uint16_t signature_algorithms = 13;

// What the client can verify. Nothing: it does not say.
std::vector<SignatureScheme> offered_schemes(Bytes hello) {
  hello = hello.subspan(version_and_random);
  for (const std::size_t width : size_of_lengths) {
    const std::size_t size = width == 1 ? hello.front() : number_at(hello, 0);
    hello = hello.subspan(width + size);
  }
  for (hello = hello.subspan(2); !hello.empty();) {
    const std::uint16_t type = number_at(hello, 0);
    const Bytes data = hello.subspan(4, number_at(hello, 2));
    if (type == signature_algorithms) return schemes_in(data.subspan(2));
    hello = hello.subspan(4 + data.size());
  }
  return {};
}

bool can_sign_one_of(const CredentialFlags& flags, const std::vector<SignatureScheme>& schemes) {
  const auto credential = credential_of(flags, false);
  return credential && std::ranges::any_of(schemes, [&](SignatureScheme scheme) {
           return credential->schemes().contains(scheme);
         });
}

Result<bool> is_issued_by_one_of(const CredentialFlags& flags, const std::vector<Bytes>& names) {
  TRY(const std::string pem, read_file(flags.cert_file));
  TRY(const auto chain, read_pem_certificates(pem));
  for (const auto& certificate : chain) {
    TRY(const CertificateInfo info, read_certificate(certificate));
    const auto is_issuer = [&](Bytes name) { return std::ranges::equal(name, info.issuer_name); };
    if (std::ranges::any_of(names, is_issuer)) return true;
  }
  return false;
}

}  // namespace

bool is_as_expected(const CertificateWanted& wanted, const Flags& flags) {
  std::string names;
  for (const Bytes name : names_in(wanted.authorities)) {
    if (!names.empty()) names += ',';
    names += test::hex(name);
  }
  const bool names_are_good =
      flags.expect_client_ca_list.empty() || names == flags.expect_client_ca_list;
  const auto as_number = [](SignatureScheme scheme) { return static_cast<std::uint16_t>(scheme); };
  return names_are_good && (flags.expect_peer_verify_pref.empty() ||
                            std::ranges::equal(schemes_in(wanted.signature_algorithms),
                                               flags.expect_peer_verify_pref, {}, as_number));
}

Result<Credential> choose_credential(const CertificateWanted& wanted, const Flags& flags) {
  const std::vector<SignatureScheme> wanted_schemes = schemes_in(wanted.signature_algorithms);
  const std::vector<Bytes> names = names_in(wanted.authorities);
  Error cause = Error::no_common_certificate_type;
  for (const CredentialFlags& of : all_credentials(flags)) {
    const auto credential = credential_of(of, flags.async);
    if (credential == fail(Error::no_common_signature_scheme)) {
      cause = credential.error();
      continue;
    }
    if (!credential) return credential;
    if (credential->type() != wanted.type) continue;
    if (cause == Error::no_common_certificate_type) cause = Error::no_common_signature_scheme;
    const auto can_sign = [&](SignatureScheme scheme) {
      return credential->schemes().contains(scheme);
    };
    if (std::ranges::none_of(wanted_schemes, can_sign)) continue;
    if (!of.must_match_issuer) return credential;
    TRY(const bool is_issued, is_issued_by_one_of(of, names));
    if (is_issued) return credential;
    cause = Error::application_refused;
  }
  return fail(cause);
}

std::string session_context(const ClientHelloSeen& hello, const Flags& flags) {
  const auto schemes = offered_schemes(hello.client_hello);
  const auto chosen = std::ranges::find_if(flags.credentials, [&](const CredentialFlags& of) {
    return of.is_psk || can_sign_one_of(of, schemes);
  });
  const bool has_own = chosen != flags.credentials.end() && !chosen->session_id_context.empty();
  return has_own ? chosen->session_id_context : flags.default_credential.session_id_context;
}

}  // namespace nacre::bogo
