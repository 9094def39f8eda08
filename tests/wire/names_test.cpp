#include "nacre/names.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "nacre/alert.h"

namespace nacre {
namespace {

// How many of the `count` first values have a name.
template <class T>
int named(unsigned count) {
  int found = 0;
  for (unsigned value = 0; value < count; ++value) {
    found += name(static_cast<T>(value)) != "unknown" ? 1 : 0;
  }
  return found;
}

TEST_CASE("Each code point has the name that the RFC or IANA gives it", "[rfc9846-B]") {
  CHECK(name(ContentType::change_cipher_spec) == "change_cipher_spec");
  CHECK(name(HandshakeType::encrypted_extensions) == "encrypted_extensions");
  CHECK(name(ExtensionType::application_layer_protocol_negotiation) ==
        "application_layer_protocol_negotiation");
  CHECK(name(ProtocolVersion::tls_1_3) == "TLS 1.3");
  CHECK(name(CipherSuite::tls_aes_128_gcm_sha256) == "TLS_AES_128_GCM_SHA256");
  CHECK(name(CipherSuite::tls_aes_256_gcm_sha384) == "TLS_AES_256_GCM_SHA384");
  CHECK(name(CipherSuite::tls_chacha20_poly1305_sha256) == "TLS_CHACHA20_POLY1305_SHA256");
  CHECK(name(NamedGroup::x25519) == "x25519");
  CHECK(name(NamedGroup::x25519_mlkem768) == "X25519MLKEM768");
  CHECK(name(NamedGroup::secp256r1_mlkem768) == "SecP256r1MLKEM768");
  CHECK(name(NamedGroup::secp384r1_mlkem1024) == "SecP384r1MLKEM1024");
  CHECK(name(NamedGroup::mlkem1024) == "MLKEM1024");
  CHECK(name(SignatureScheme::rsa_pss_rsae_sha256) == "rsa_pss_rsae_sha256");
  CHECK(name(AlertDescription::close_notify) == "close_notify");
}

TEST_CASE("All enumerators of appendix B have names, and no other value has but those of ECH",
          "[rfc9846-B]") {
  CHECK(named<AlertDescription>(256) == 28 + 1);
  CHECK(named<ContentType>(256) == 5);
  CHECK(named<HandshakeType>(256) == 12);
  CHECK(named<ExtensionType>(65'536) == 26 + 2);
  CHECK(named<ProtocolVersion>(65'536) == 4);
  CHECK(named<CipherSuite>(65'536) == 3);
  CHECK(named<NamedGroup>(65'536) == 8);
  CHECK(named<SignatureScheme>(65'536) == 16);
}

}  // namespace
}  // namespace nacre
