// The selection of the library under names of its own, so that its work is counted.
#pragma once

#define select_cipher_suite counted_select_cipher_suite
#define select_group counted_select_group
#define select_protocol counted_select_protocol
#define select_credential counted_select_credential
#include "handshake/selection.h"
