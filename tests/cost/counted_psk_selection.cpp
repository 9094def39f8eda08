// The search for a PSK, compiled again.
#include "cost/counted_psk_selection.h"

#include "handshake/psk_selection.cpp"
