// A client and a server of Nacre in memory, in a thread, with what each costs apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "meter.h"
#include "nacre/connection.h"

namespace bench {

// One group and one suite on both sides; a chain of leaf and intermediate, and the name
// bench.example, which the client verifies.
struct Terms {
  nacre::NamedGroup group = nacre::NamedGroup::x25519;
  std::string key = "ecdsa-p256";
  nacre::CipherSuite suite = nacre::CipherSuite::tls_aes_128_gcm_sha256;
  bool mutual = false;   // the client presents a chain too
  bool tickets = false;  // one a connection
  bool remembers_signatures = false;
};

struct Configs {
  nacre::ClientConfig client;
  nacre::ServerConfig server;
};

// `certificates`: a directory, as peers/certificates.sh fills it.
Configs make_configs(const std::string& certificates, const Terms& terms);

// Bytes on their way from one side to the other, at places that stay: what is written there is read
// and decrypted there.
class Wire {
 public:
  explicit Wire(std::size_t size) : bytes_(size) {}

  nacre::MutableBytes unread() {
    return nacre::MutableBytes(bytes_).first(written_).subspan(read_);
  }
  nacre::MutableBytes room() { return nacre::MutableBytes(bytes_).subspan(written_); }
  void write(std::size_t size) { written_ += size; }
  void read(std::size_t size) { read_ += size; }
  void clear() { read_ = written_ = 0; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t read_ = 0;
  std::size_t written_ = 0;
};

class Pair {
 public:
  explicit Pair(std::size_t wire_size) : up_(wire_size), down_(wire_size) {}

  // A whole handshake, the creation of the connections included; they stay until close().
  void shake_hands(const Configs& configs);
  bool is_resumed() const;
  void close();

  // One record from the client's application to the server's, in two steps; the wire starts anew
  // when `clear` is called.
  void seal(nacre::Bytes plaintext);
  void seal_in_place(std::size_t size);
  void open(std::size_t size);
  // The same from server to client and back.
  void exchange(nacre::Bytes plaintext);
  void clear() {
    up_.clear();
    down_.clear();
  }

  Side client_cost;
  Side server_cost;

 private:
  std::optional<nacre::Connection> client_;
  std::optional<nacre::Connection> server_;
  Wire up_;
  Wire down_;
};

}  // namespace bench
