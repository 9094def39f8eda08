// A session is used once: it cannot be copied.
// expect: deleted (function|operator|constructor)|is implicitly deleted|selected deleted
#include <utility>

#include "nacre/session.h"

nacre::Session take(nacre::Session& session) {
#ifdef FAIL
  return session;
#else
  return std::move(session);
#endif
}
