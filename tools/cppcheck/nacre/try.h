// What cppcheck sees in place of nacre/try.h: it does not know __VA_OPT__.
#pragma once

#include "nacre/error.h"

#define NACRE_TRY_1(expression) static_cast<void>(expression)
#define NACRE_TRY_2(target, expression) target = *(expression)
#define NACRE_TRY_PICK(first, second, name, ...) name
#define TRY(...) NACRE_TRY_PICK(__VA_ARGS__, NACRE_TRY_2, NACRE_TRY_1, 0)(__VA_ARGS__)
#define ENSURE(condition, error)          \
  do {                                    \
    if (!(condition)) return fail(error); \
  } while (false)
