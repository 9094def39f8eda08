// A client and a server over two wires, in one thread.
#pragma once

#include "context.h"

namespace bench {

class Pair {
 public:
  explicit Pair(std::size_t wire) : upward_(wire), downward_(wire) {}
  Pair(const Pair&) = delete;  // the connections point to the wires
  Pair& operator=(const Pair&) = delete;
  ~Pair();

  // Makes two connections and completes their handshake, tickets included.
  void handshake(const Contexts& contexts, bool resumes);
  void close();

  // `count` records from the client to the server.
  void send(const std::vector<std::uint8_t>& data, std::size_t size, int count);
  void receive(std::vector<std::uint8_t>& data, std::size_t size, int count);
  // One record there, one back.
  void exchange(std::size_t size);

  const SSL* client() const { return client_; }

  Side client_side, server_side;

 private:
  struct End {
    Wire* out;
    Wire* in;
  };
  friend int write_wire(BIO*, const char*, int);
  friend int read_wire(BIO*, char*, int);

  SSL* connect(SSL_CTX* context, End& end, bool server, bool releases);

  Wire upward_, downward_;
  End client_end_{&upward_, &downward_}, server_end_{&downward_, &upward_};
  SSL* client_ = nullptr;
  SSL* server_ = nullptr;
};

}  // namespace bench
