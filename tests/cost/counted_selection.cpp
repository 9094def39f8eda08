// The selection of the library, compiled again.
#include "cost/counted_selection.h"

#include "handshake/selection.cpp"
