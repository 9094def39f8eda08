// The configurations of one case, for OpenSSL and for BoringSSL.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "../cxx/harness.h"

namespace bench {

struct Spec {
  std::string group = "x25519";
  std::string key = "ecdsa-p256";
  std::string cipher = "aes-128-gcm";
  bool mutual = false;    // the client shows a certificate too
  bool tickets = false;   // one per connection
  bool releases = false;  // the library gives back what an idle connection can do without
};

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
// Of the ticket that came last.
inline thread_local std::unique_ptr<SSL_SESSION, FreeSession> latest_session;

struct Contexts {
  Contexts(const std::string& directory, const Spec& spec);
  Spec spec;
  Context client, server;
};

// Ends the program unless `ssl` came to the suite and the group of `spec`, and trusts its peer.
void check(const Spec& spec, const SSL* ssl);

// Prints the library's errors too.
[[noreturn]] void fail(const char* what);

}  // namespace bench
