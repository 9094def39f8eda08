// No row leads from a HelloRetryRequest to early data: a handler that would is no successor of the
// state that waits for the second ClientHello.
// expect: no viable conversion|no matching|could not convert
#include "handshake/server.h"

using nacre::Next;
using nacre::Result;
using nacre::ServerState;
using nacre::to;

Result<Next<ServerState::ask_signature, ServerState::wait_finished>> after_retry() {
#ifdef FAIL
  return to<ServerState::wait_eoed>;
#else
  return to<ServerState::wait_finished>;
#endif
}
