// The search for a PSK under names of its own, so that its work is counted.
#pragma once

#define CommonHashes CountedCommonHashes
#define Identities CountedIdentities
#define PskSearch CountedPskSearch
#define binder_at counted_binder_at
#define check_binder counted_check_binder
#define find_psk counted_find_psk
#define has_key_of counted_has_key_of
#define unknown_psk counted_unknown_psk
#include "handshake/psk_selection.h"
