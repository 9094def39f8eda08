#include "context.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <string_view>

namespace bench {
namespace {

struct Cipher {
  std::string_view name;
  const char* standard_name;
  std::uint16_t id;
};
constexpr Cipher ciphers[] = {
    {"aes-128-gcm", "TLS_AES_128_GCM_SHA256", 0x1301},
    {"aes-256-gcm", "TLS_AES_256_GCM_SHA384", 0x1302},
    {"chacha20-poly1305", "TLS_CHACHA20_POLY1305_SHA256", 0x1303},
};

struct Group {
  std::string_view name;
  const char* library_name;
  std::uint16_t id;
};
constexpr Group groups[] = {
    {"x25519", "X25519", 0x001d},
    {"secp256r1", "P-256", 0x0017},
    {"X25519MLKEM768", "X25519MLKEM768", 0x11ec},
};

template <class Entry, std::size_t size>
const Entry& find(const Entry (&entries)[size], std::string_view name) {
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry;
  }
  die("a case of an unknown group or cipher");
}

void set_cipher(SSL_CTX* context, const Cipher& cipher) {
#ifdef OPENSSL_IS_BORINGSSL
  const std::uint16_t id = cipher.id;
  if (!SSL_CTX_set1_tls13_ciphers(context, &id, nullptr, 1)) fail("ciphers");
#else
  if (!SSL_CTX_set_ciphersuites(context, cipher.standard_name)) fail("ciphers");
#endif
}

std::uint16_t group_of(const SSL* ssl) {
#ifdef OPENSSL_IS_BORINGSSL
  return SSL_get_group_id(ssl);
#else
  // A NID where the group has one, else its number on the wire.
  const int group = SSL_get_negotiated_group(const_cast<SSL*>(ssl));
  if (group == NID_X25519) return 0x001d;
  if (group == NID_X9_62_prime256v1) return 0x0017;
  return static_cast<std::uint16_t>(group & 0xffff);
#endif
}

int keep_session(SSL*, SSL_SESSION* session) {
  latest_session.reset(session);
  return 1;
}

void set_tickets(SSL_CTX* context, bool enabled, bool server) {
  if (!enabled) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  } else if (server) {
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_session);
  }
}

void set_certificates(SSL_CTX* context, const std::string& path, const Spec& spec, bool server) {
  if (server || spec.mutual) {
    const std::string own = path + (server ? "" : "-client");
    if (SSL_CTX_use_certificate_chain_file(context, (own + "-chain.pem").c_str()) != 1) {
      fail("certificates");
    }
    if (SSL_CTX_use_PrivateKey_file(context, (own + "-key.pem").c_str(), SSL_FILETYPE_PEM) != 1) {
      fail("key");
    }
  }
  if (!server || spec.mutual) {
    if (SSL_CTX_load_verify_locations(context, (path + "-root.pem").c_str(), nullptr) != 1) {
      fail("roots");
    }
    const int mode = SSL_VERIFY_PEER | (server ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    SSL_CTX_set_verify(context, mode, nullptr);
  }
}

Context make_context(const std::string& directory, const Spec& spec, bool server) {
  Context context(SSL_CTX_new(TLS_method()));
  if (!context) fail("SSL_CTX_new");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION);
  if (!SSL_CTX_set1_groups_list(context.get(), find(groups, spec.group).library_name)) {
    fail("groups");
  }
  set_cipher(context.get(), find(ciphers, spec.cipher));
  set_certificates(context.get(), directory + "/" + spec.key, spec, server);
  const std::uint8_t id = 'b';  // what verifies clients and resumes must have one
  SSL_CTX_set_session_id_context(context.get(), &id, sizeof id);
  set_tickets(context.get(), spec.tickets, server);
  if (spec.releases) SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

}  // namespace

Contexts::Contexts(const std::string& directory, const Spec& spec)
    : spec(spec),
      client(make_context(directory, spec, false)),
      server(make_context(directory, spec, true)) {}

void check(const Spec& spec, const SSL* ssl) {
  const char* cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl));
  const std::uint16_t group = group_of(ssl);
  if (std::strcmp(cipher, find(ciphers, spec.cipher).standard_name) != 0 ||
      group != find(groups, spec.group).id) {
    std::fprintf(stderr, "negotiated %s, group %u\n", cipher, static_cast<unsigned>(group));
    die("not what the case is of");
  }
  if (SSL_get_verify_result(ssl) != X509_V_OK) die("the peer is not trusted");
}

void fail(const char* what) {
  ERR_print_errors_fp(stderr);
  die(what);
}

}  // namespace bench
