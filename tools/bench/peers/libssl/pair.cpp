#include "pair.h"

#include <openssl/bio.h>
#include <openssl/x509.h>

namespace bench {

int write_wire(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  return static_cast<Pair::End*>(BIO_get_data(bio))->out->put(data, static_cast<std::size_t>(size));
}

int read_wire(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const int count =
      static_cast<Pair::End*>(BIO_get_data(bio))->in->get(data, static_cast<std::size_t>(size));
  if (count < 0) BIO_set_retry_read(bio);
  return count;
}

namespace {

// Straight onto the wire: what BIO_s_mem does with its memory is no part of TLS.
const BIO_METHOD* wire_method() {
  static const BIO_METHOD* method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
    BIO_meth_set_write(made, write_wire);
    BIO_meth_set_read(made, read_wire);
    BIO_meth_set_ctrl(
        made, [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH; });
    BIO_meth_set_create(made, [](BIO* bio) {
      BIO_set_init(bio, 1);
      return 1;
    });
    return made;
  }();
  return method;
}

bool step(SSL* ssl) {
  const int result = SSL_do_handshake(ssl);
  if (result == 1) return true;
  if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ) fail("handshake");
  return false;
}

void write_all(SSL* ssl, const std::uint8_t* data, std::size_t size) {
  if (SSL_write(ssl, data, static_cast<int>(size)) != static_cast<int>(size)) fail("write");
}

void read_all(SSL* ssl, std::uint8_t* data, std::size_t size) {
  if (SSL_read(ssl, data, static_cast<int>(size)) != static_cast<int>(size)) fail("read");
}

}  // namespace

Pair::~Pair() {
  SSL_free(client_);
  SSL_free(server_);
}

SSL* Pair::connect(SSL_CTX* context, End& end, bool server, [[maybe_unused]] bool releases) {
  SSL* ssl = SSL_new(context);
  BIO* bio = BIO_new(wire_method());
  if (!ssl || !bio) fail("SSL_new");
  BIO_set_data(bio, &end);
  SSL_set_bio(ssl, bio, bio);
#ifdef OPENSSL_IS_BORINGSSL
  if (releases) SSL_set_shed_handshake_config(ssl, 1);
#endif
  if (server) {
    SSL_set_accept_state(ssl);
    return ssl;
  }
  SSL_set_connect_state(ssl);
  const std::string host = "bench.example";
  if (SSL_set_tlsext_host_name(ssl, host.c_str()) != 1 ||
      X509_VERIFY_PARAM_set1_host(SSL_get0_param(ssl), host.data(), host.size()) != 1) {
    fail("host name");
  }
  return ssl;
}

void Pair::handshake(const Contexts& contexts, bool resumes) {
  upward_.clear();
  downward_.clear();
  const bool releases = contexts.spec.releases;
  charge(client_side, [&] {
    client_ = connect(contexts.client.get(), client_end_, false, releases);
    if (resumes) SSL_set_session(client_, latest_session.get());
  });
  charge(server_side,
         [&] { server_ = connect(contexts.server.get(), server_end_, true, releases); });
  bool client_done = false, server_done = false;
  for (int i = 0; i < 8 && !(client_done && server_done); i++) {
    charge(client_side, [&] { client_done = step(client_); });
    charge(server_side, [&] { server_done = step(server_); });
  }
  if (!client_done || !server_done) fail("the handshake does not end");
  if (contexts.spec.tickets) {
    // BoringSSL sends its tickets with the first application data: every peer sends a byte.
    std::uint8_t byte = 0;
    charge(server_side, [&] { write_all(server_, &byte, 1); });
    charge(client_side, [&] { read_all(client_, &byte, 1); });
  }
  if (bool(SSL_session_reused(client_)) != resumes) fail(resumes ? "not resumed" : "resumed");
}

void Pair::close() {
  // OpenSSL would not resume the session of a connection that broke off.
  SSL_set_shutdown(client_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  charge(client_side, [&] { SSL_free(client_); });
  charge(server_side, [&] { SSL_free(server_); });
  client_ = server_ = nullptr;
}

void Pair::send(const std::vector<std::uint8_t>& data, std::size_t size, int count) {
  charge(client_side, [&] {
    for (int i = 0; i < count; i++) write_all(client_, data.data(), size);
  });
}

void Pair::receive(std::vector<std::uint8_t>& data, std::size_t size, int count) {
  charge(server_side, [&] {
    for (int i = 0; i < count; i++) read_all(server_, data.data(), size);
  });
}

void Pair::exchange(std::size_t size) {
  static std::vector<std::uint8_t> data(16'384, 0x62);
  charge(client_side, [&] { write_all(client_, data.data(), size); });
  charge(server_side, [&] {
    read_all(server_, data.data(), size);
    write_all(server_, data.data(), size);
  });
  charge(client_side, [&] { read_all(client_, data.data(), size); });
}

}  // namespace bench
