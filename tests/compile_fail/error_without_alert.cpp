// An error that nobody gave words, a section and an alert does not compile.
// headers as they are
// expect: added_error.*not handled
#ifdef FAIL
#define timed_out timed_out, added_error
#endif
#include "nacre/error.h"
#undef timed_out

// NOLINTNEXTLINE(bugprone-suspicious-include): the real switch, over the enumeration above.
#include "wire/error.cpp"
