#include "shim/expectations.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace nacre::bogo {
namespace {

bool same(std::string_view what, std::string_view got, std::string_view wanted) {
  if (got == wanted) return true;
  std::fprintf(stderr, "%s is \"%s\", not \"%s\"\n", std::string(what).c_str(),
               std::string(got).c_str(), std::string(wanted).c_str());
  return false;
}

// 0: anything will do.
bool is_or_any(std::string_view what, unsigned got, unsigned wanted) {
  return wanted == 0 || same(what, std::to_string(got), std::to_string(wanted));
}

}  // namespace

bool has_expected_properties(const Connection& connection, const Flags& flags) {
  const Negotiated negotiated = connection.negotiated();
  const auto suite = static_cast<unsigned>(negotiated.cipher_suite);
  const auto scheme =
      static_cast<unsigned>(negotiated.server_signature_scheme.value_or(SignatureScheme{}));
  const std::string_view protocol = flags.server ? flags.select_alpn : flags.expect_alpn;
  const bool name_is_good = flags.expect_server_name.empty() ||
                            same("the name", connection.server_name(), flags.expect_server_name);
  const bool retry_is_good = !(negotiated.retried ? flags.expect_no_hrr : flags.expect_hrr);
  if (!retry_is_good) std::fputs("a retry, or none, against expectation\n", stderr);
  return name_is_good && retry_is_good && same("the protocol", negotiated.alpn, protocol) &&
         is_or_any("the version", static_cast<unsigned>(ProtocolVersion::tls_1_3),
                   flags.expect_version) &&
         is_or_any("the group", static_cast<unsigned>(negotiated.group), flags.expect_curve_id) &&
         is_or_any("the suite", suite, flags.expect_cipher) &&
         is_or_any("the suite", suite, flags.expect_cipher_aes) &&
         (flags.server ||
          is_or_any("the peer's scheme", scheme, flags.expect_peer_signature_algorithm));
}

}  // namespace nacre::bogo
