// Watches the messages of a connection pass, for people and for tests. Sees types and sizes, never
// what the messages hold. RFC 9846, sections 4, 6 and 7.
#pragma once

#include <cstddef>

#include "nacre/alert.h"
#include "nacre/attributes.h"
#include "nacre/names.h"

namespace nacre {

// Implemented by the application, and given to a config's builder. Each call comes from the thread
// that drives the connection, in the order of the wire; connections that share a config share its
// trace, and may call it from several threads at a time. A call must not use its connection. The
// defaults do nothing.
class NACRE_API Trace {
 public:
  virtual ~Trace() = default;
  // A whole handshake message: written to `outgoing` where `sent`, otherwise received and about to
  // be handled. `size` counts its four bytes of header. A HelloRetryRequest is a server_hello.
  virtual void message(bool /*sent*/, HandshakeType /*type*/, std::size_t /*size*/) {}
  // A ClientHello that was, or will be, encrypted in the message before or after: where `sent`
  // before it, otherwise behind it. RFC 9849.
  virtual void client_hello_inner(bool /*sent*/, std::size_t /*size*/) {}
  // Close_notify and user_canceled too.
  virtual void alert(bool /*sent*/, AlertDescription /*description*/) {}
  // The next record in this direction is protected by other keys than the last, or by keys at all.
  virtual void key_change(bool /*sent*/) {}
};

}  // namespace nacre
