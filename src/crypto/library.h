// The library of cryptography, for the files of this room alone. They speak BoringSSL's language;
// where another library lacks a word of it, a header of its folder has that.
#pragma once

#include <openssl/base.h>

#if defined(OPENSSL_IS_AWSLC)
#include "crypto/aws_lc/words_of_boringssl.h"
#endif
