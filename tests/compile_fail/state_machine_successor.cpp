// A handler can go to no state but those that its signature names.
// expect: (could not convert|no viable conversion|no viable conversion from returned value)
#include "handshake/state_machine.h"

enum class State { wait_finished, connected };

nacre::Next<State::wait_finished> skip_finished() {
#ifdef FAIL
  return nacre::to<State::connected>;
#else
  return nacre::to<State::wait_finished>;
#endif
}
