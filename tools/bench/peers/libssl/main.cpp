// A peer of OpenSSL's API: OpenSSL itself, and BoringSSL.
#include <openssl/crypto.h>
#include <openssl/opensslv.h>

#include "../cxx/harness.h"
#include "modes.h"

namespace {

void name_peer() {
#ifdef OPENSSL_IS_BORINGSSL
  bench::peer_name = "boringssl";
  bench::peer_version = PEER_VERSION;  // of the crate: BoringSSL has no numbers of its own
#else
  bench::peer_version = OpenSSL_version(OPENSSL_VERSION_STRING);
  bench::peer_name = "openssl-" + bench::peer_version.substr(0, bench::peer_version.rfind('.'));
#endif
}

}  // namespace

// By this name from Rust, where cargo builds it.
extern "C" int bench_peer_main(int argc, const char* const* argv) {
  name_peer();
  const std::string mode = argc > 2 ? argv[2] : "";
  const double amount = argc > 3 ? std::atof(argv[3]) : 0;
  if (mode == "handshake") {
    bench::measure_handshakes(argv[1], amount > 0 ? static_cast<int>(amount) : 500);
  } else if (mode == "bulk") {
    bench::measure_bulk(argv[1], amount > 0 ? amount : 1);
  } else if (mode == "threads") {
    bench::measure_threads(argv[1]);
  } else if (mode == "mem") {
    bench::measure_memory(argv[1]);
  } else {
    bench::die("usage: PEER CERTIFICATES handshake [COUNT] | bulk [SECONDS] | threads | mem");
  }
  return 0;
}

#ifdef OPENSSL_IS_BORINGSSL
int main(int argc, char** argv) {
  return bench_peer_main(argc, argv);
}
#endif
