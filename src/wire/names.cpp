// Names and numbers, for people. RFC 9846, appendix B. Each switch is without default: a new
// enumerator does not compile before it has its name.
#include "nacre/names.h"

namespace nacre {

std::string_view name(ContentType value) {
  switch (value) {
    case ContentType::invalid:
      return "invalid";
    case ContentType::change_cipher_spec:
      return "change_cipher_spec";
    case ContentType::alert:
      return "alert";
    case ContentType::handshake:
      return "handshake";
    case ContentType::application_data:
      return "application_data";
  }
  return "unknown";
}

std::string_view name(HandshakeType value) {
  switch (value) {
    case HandshakeType::client_hello:
      return "client_hello";
    case HandshakeType::server_hello:
      return "server_hello";
    case HandshakeType::new_session_ticket:
      return "new_session_ticket";
    case HandshakeType::end_of_early_data:
      return "end_of_early_data";
    case HandshakeType::encrypted_extensions:
      return "encrypted_extensions";
    case HandshakeType::certificate:
      return "certificate";
    case HandshakeType::certificate_request:
      return "certificate_request";
    case HandshakeType::certificate_verify:
      return "certificate_verify";
    case HandshakeType::finished:
      return "finished";
    case HandshakeType::key_update:
      return "key_update";
    case HandshakeType::compressed_certificate:
      return "compressed_certificate";
    case HandshakeType::message_hash:
      return "message_hash";
  }
  return "unknown";
}

std::string_view name(ExtensionType value) {
  switch (value) {
    case ExtensionType::server_name:
      return "server_name";
    case ExtensionType::max_fragment_length:
      return "max_fragment_length";
    case ExtensionType::status_request:
      return "status_request";
    case ExtensionType::supported_groups:
      return "supported_groups";
    case ExtensionType::signature_algorithms:
      return "signature_algorithms";
    case ExtensionType::use_srtp:
      return "use_srtp";
    case ExtensionType::heartbeat:
      return "heartbeat";
    case ExtensionType::application_layer_protocol_negotiation:
      return "application_layer_protocol_negotiation";
    case ExtensionType::signed_certificate_timestamp:
      return "signed_certificate_timestamp";
    case ExtensionType::client_certificate_type:
      return "client_certificate_type";
    case ExtensionType::server_certificate_type:
      return "server_certificate_type";
    case ExtensionType::padding:
      return "padding";
    case ExtensionType::compress_certificate:
      return "compress_certificate";
    case ExtensionType::record_size_limit:
      return "record_size_limit";
    case ExtensionType::tls_cert_with_extern_psk:
      return "tls_cert_with_extern_psk";
    case ExtensionType::pre_shared_key:
      return "pre_shared_key";
    case ExtensionType::early_data:
      return "early_data";
    case ExtensionType::supported_versions:
      return "supported_versions";
    case ExtensionType::cookie:
      return "cookie";
    case ExtensionType::psk_key_exchange_modes:
      return "psk_key_exchange_modes";
    case ExtensionType::certificate_authorities:
      return "certificate_authorities";
    case ExtensionType::oid_filters:
      return "oid_filters";
    case ExtensionType::post_handshake_auth:
      return "post_handshake_auth";
    case ExtensionType::signature_algorithms_cert:
      return "signature_algorithms_cert";
    case ExtensionType::key_share:
      return "key_share";
    case ExtensionType::ticket_request:
      return "ticket_request";
    case ExtensionType::ech_outer_extensions:
      return "ech_outer_extensions";
    case ExtensionType::encrypted_client_hello:
      return "encrypted_client_hello";
  }
  return "unknown";
}

std::string_view name(ProtocolVersion value) {
  switch (value) {
    case ProtocolVersion::tls_1_0:
      return "TLS 1.0";
    case ProtocolVersion::tls_1_1:
      return "TLS 1.1";
    case ProtocolVersion::tls_1_2:
      return "TLS 1.2";
    case ProtocolVersion::tls_1_3:
      return "TLS 1.3";
  }
  return "unknown";
}

std::string_view name(CipherSuite value) {
  switch (value) {
    case CipherSuite::tls_aes_128_gcm_sha256:
      return "TLS_AES_128_GCM_SHA256";
    case CipherSuite::tls_aes_256_gcm_sha384:
      return "TLS_AES_256_GCM_SHA384";
    case CipherSuite::tls_chacha20_poly1305_sha256:
      return "TLS_CHACHA20_POLY1305_SHA256";
  }
  return "unknown";
}

std::string_view name(NamedGroup value) {
  switch (value) {
    case NamedGroup::secp256r1:
      return "secp256r1";
    case NamedGroup::secp384r1:
      return "secp384r1";
    case NamedGroup::secp521r1:
      return "secp521r1";
    case NamedGroup::x25519:
      return "x25519";
    case NamedGroup::secp256r1_mlkem768:
      return "SecP256r1MLKEM768";
    case NamedGroup::x25519_mlkem768:
      return "X25519MLKEM768";
    case NamedGroup::mlkem1024:
      return "MLKEM1024";
    case NamedGroup::secp384r1_mlkem1024:
      return "SecP384r1MLKEM1024";
  }
  return "unknown";
}

std::string_view name(SignatureScheme value) {
  switch (value) {
    case SignatureScheme::rsa_pkcs1_sha256:
      return "rsa_pkcs1_sha256";
    case SignatureScheme::rsa_pkcs1_sha384:
      return "rsa_pkcs1_sha384";
    case SignatureScheme::rsa_pkcs1_sha512:
      return "rsa_pkcs1_sha512";
    case SignatureScheme::ecdsa_secp256r1_sha256:
      return "ecdsa_secp256r1_sha256";
    case SignatureScheme::ecdsa_secp384r1_sha384:
      return "ecdsa_secp384r1_sha384";
    case SignatureScheme::ecdsa_secp521r1_sha512:
      return "ecdsa_secp521r1_sha512";
    case SignatureScheme::rsa_pss_rsae_sha256:
      return "rsa_pss_rsae_sha256";
    case SignatureScheme::rsa_pss_rsae_sha384:
      return "rsa_pss_rsae_sha384";
    case SignatureScheme::rsa_pss_rsae_sha512:
      return "rsa_pss_rsae_sha512";
    case SignatureScheme::ed25519:
      return "ed25519";
    case SignatureScheme::rsa_pss_pss_sha256:
      return "rsa_pss_pss_sha256";
    case SignatureScheme::rsa_pss_pss_sha384:
      return "rsa_pss_pss_sha384";
    case SignatureScheme::rsa_pss_pss_sha512:
      return "rsa_pss_pss_sha512";
    case SignatureScheme::mldsa44:
      return "mldsa44";
    case SignatureScheme::mldsa65:
      return "mldsa65";
    case SignatureScheme::mldsa87:
      return "mldsa87";
  }
  return "unknown";
}

std::string_view name(CertificateType value) {
  switch (value) {
    case CertificateType::x509:
      return "X509";
    case CertificateType::raw_public_key:
      return "RawPublicKey";
  }
  return "unknown";
}

std::string_view name(CertificateCompressionAlgorithm value) {
  switch (value) {
    case CertificateCompressionAlgorithm::zlib:
      return "zlib";
    case CertificateCompressionAlgorithm::brotli:
      return "brotli";
    case CertificateCompressionAlgorithm::zstd:
      return "zstd";
  }
  return "unknown";
}

}  // namespace nacre
