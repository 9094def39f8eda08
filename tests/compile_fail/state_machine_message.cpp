// A handler that takes neither a message nor an answer is no row.
// expect: (incomplete type|implicit instantiation of undefined template)
#include "handshake/state_machine.h"

using namespace nacre;

enum class State { start, connected };

struct Actor {
#ifdef FAIL
  Result<Next<State::connected>> on_start(int);
#else
  Result<Next<State::connected>> on_start(const Start&);
#endif
};

static_assert(On<State::start, &Actor::on_start>::from == State::start);
