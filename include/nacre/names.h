// Numbers that travel, under the names of the RFC. RFC 9846, appendix B.
#pragma once

#include <cstdint>
#include <string_view>

#include "nacre/attributes.h"

namespace nacre {

// Unknown values of each enumeration are legal on the wire: negotiation ignores them.

enum class ContentType : std::uint8_t {
  invalid = 0,
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
};

enum class HandshakeType : std::uint8_t {
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  encrypted_extensions = 8,
  certificate = 11,
  certificate_request = 13,
  certificate_verify = 15,
  finished = 20,
  key_update = 24,
  compressed_certificate = 25,
  message_hash = 254,
};

enum class ExtensionType : std::uint16_t {
  server_name = 0,
  max_fragment_length = 1,
  status_request = 5,
  supported_groups = 10,
  signature_algorithms = 13,
  use_srtp = 14,
  heartbeat = 15,
  application_layer_protocol_negotiation = 16,
  signed_certificate_timestamp = 18,
  client_certificate_type = 19,
  server_certificate_type = 20,
  padding = 21,
  compress_certificate = 27,
  record_size_limit = 28,
  tls_cert_with_extern_psk = 33,
  pre_shared_key = 41,
  early_data = 42,
  supported_versions = 43,
  cookie = 44,
  psk_key_exchange_modes = 45,
  certificate_authorities = 47,
  oid_filters = 48,
  post_handshake_auth = 49,
  signature_algorithms_cert = 50,
  key_share = 51,
  ticket_request = 58,
  ech_outer_extensions = 0xfd00,
  encrypted_client_hello = 0xfe0d,
};

enum class ProtocolVersion : std::uint16_t {
  tls_1_0 = 0x0301,
  tls_1_1 = 0x0302,
  tls_1_2 = 0x0303,
  tls_1_3 = 0x0304,
};

enum class CipherSuite : std::uint16_t {
  tls_aes_128_gcm_sha256 = 0x1301,
  tls_aes_256_gcm_sha384 = 0x1302,
  tls_chacha20_poly1305_sha256 = 0x1303,
};

enum class NamedGroup : std::uint16_t {
  secp256r1 = 0x0017,
  secp384r1 = 0x0018,
  secp521r1 = 0x0019,
  x25519 = 0x001d,
  mlkem1024 = 0x0202,
  secp256r1_mlkem768 = 0x11eb,
  x25519_mlkem768 = 0x11ec,
  secp384r1_mlkem1024 = 0x11ed,
};

// How a peer's key comes: in a certificate, or by itself (RFC 7250). RFC 9846, section 4.5.1.
enum class CertificateType : std::uint8_t {
  x509 = 0,
  raw_public_key = 2,
};

// RFC 8879, section 7.3.
enum class CertificateCompressionAlgorithm : std::uint16_t {
  zlib = 1,
  brotli = 2,
  zstd = 3,
};

enum class SignatureScheme : std::uint16_t {
  rsa_pkcs1_sha256 = 0x0401,
  rsa_pkcs1_sha384 = 0x0501,
  rsa_pkcs1_sha512 = 0x0601,
  ecdsa_secp256r1_sha256 = 0x0403,
  ecdsa_secp384r1_sha384 = 0x0503,
  ecdsa_secp521r1_sha512 = 0x0603,
  rsa_pss_rsae_sha256 = 0x0804,
  rsa_pss_rsae_sha384 = 0x0805,
  rsa_pss_rsae_sha512 = 0x0806,
  ed25519 = 0x0807,
  rsa_pss_pss_sha256 = 0x0809,
  rsa_pss_pss_sha384 = 0x080a,
  rsa_pss_pss_sha512 = 0x080b,
  mldsa44 = 0x0904,
  mldsa65 = 0x0905,
  mldsa87 = 0x0906,
};

// The name in the RFC's (or IANA's) spelling, for people: "TLS_AES_128_GCM_SHA256",
// "X25519MLKEM768", "server_hello". Unknown values give "unknown". The text is static.
NACRE_API std::string_view name(ContentType value);
NACRE_API std::string_view name(HandshakeType value);
NACRE_API std::string_view name(ExtensionType value);
NACRE_API std::string_view name(ProtocolVersion value);
NACRE_API std::string_view name(CipherSuite value);
NACRE_API std::string_view name(NamedGroup value);
NACRE_API std::string_view name(SignatureScheme value);
NACRE_API std::string_view name(CertificateType value);
NACRE_API std::string_view name(CertificateCompressionAlgorithm value);

}  // namespace nacre
