// A row that leads past Finished, past the verdict, or that stands twice, fails the table's proof;
// so does a state without a way on.
// expect 1: static assertion failed.*\n.*finished
// expect 2: static assertion failed.*\n.*verdict
// expect 3: static assertion failed.*\n.*deterministic
// expect 4: static assertion failed.*\n.*no_dead_ends
#include "handshake/state_machine.h"
#include "messages/certificate.h"
#include "messages/finished.h"

using namespace nacre;

enum class State { wait_certificate, ask_verdict, wait_finished, connected };

struct Actor {
  using enum State;
#if FAIL == 2
  Result<Next<ask_verdict, wait_finished>> on_certificate(const Certificate&, Bytes);
#else
  Result<Next<ask_verdict>> on_certificate(const Certificate&, Bytes);
#endif
#if FAIL == 1
  Result<Next<wait_finished, connected>> on_verdict(const Verdict&);
#elif FAIL == 4
  Result<Next<ask_verdict>> on_verdict(const Verdict&);
#else
  Result<Next<wait_finished>> on_verdict(const Verdict&);
#endif
  Result<Next<connected>> on_finished(const Finished&, Bytes);
};

using Table = StateMachine<On<State::wait_certificate, &Actor::on_certificate>,
#if FAIL == 3
                           On<State::wait_certificate, &Actor::on_certificate>,
#endif
                           On<State::ask_verdict, &Actor::on_verdict>,
                           On<State::wait_finished, &Actor::on_finished>>;

constexpr auto first = State::wait_certificate;
#if FAIL == 3
static_assert(Table::deterministic());
#elif FAIL == 4
static_assert(Table::no_dead_ends(first, State::connected));
#elif FAIL == 2
static_assert(Table::requires_input(Input::verdict, first, State::connected));
#else
static_assert(Table::requires_input(Input::finished, first, State::connected));
#endif
