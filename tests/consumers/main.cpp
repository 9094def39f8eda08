// What every consumer project builds: a use of nacre, beside OpenSSL where the project links it.
#include <iostream>

#include "nacre/version.h"

#ifdef WITH_OPENSSL
#include <openssl/crypto.h>
#endif

int main() {
  std::cout << nacre::version() << '\n';
#ifdef WITH_OPENSSL
  std::cout << OpenSSL_version(OPENSSL_VERSION) << '\n';
#endif
}
