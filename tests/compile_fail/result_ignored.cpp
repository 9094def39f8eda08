// A failure cannot be overlooked.
// expect: (nodiscard|unused-result|ignoring)
#include "nacre/error.h"

nacre::Result<void> may_fail();

void careless() {
#ifdef FAIL
  may_fail();
#else
  if (!may_fail()) return;
#endif
}
