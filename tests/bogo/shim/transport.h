// The socket to the runner.
#pragma once

#include <cstdint>
#include <vector>

#include "nacre/stream.h"
#include "nacre/try.h"
#include "shim/flags.h"

namespace nacre::bogo {

class Transport {
 public:
  // Connects, and tells the runner which shim this is.
  static Result<Transport> connect(const Flags& flags);

  // Adds what has come to `inbox`: a byte at a time where the flags say -async. False: the end.
  Result<bool> receive(std::vector<std::uint8_t>& inbox);
  // Sends all: a few bytes at a time where the flags say -async.
  Result<void> send(Bytes bytes);
  // Ends our half, and reads until the runner ends its own: a socket that is closed over unread
  // bytes takes back what was sent last.
  void finish();

 private:
  Transport(TcpSocket socket, bool piecemeal) : socket_(std::move(socket)), piecemeal_(piecemeal) {}

  TcpSocket socket_;
  bool piecemeal_;
};

}  // namespace nacre::bogo
