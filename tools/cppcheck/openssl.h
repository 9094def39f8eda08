// What cppcheck needs of AWS-LC's headers, which it does not see.
#pragma once

#define OPENSSL_BEGIN_ALLOW_DEPRECATED
#define OPENSSL_END_ALLOW_DEPRECATED
