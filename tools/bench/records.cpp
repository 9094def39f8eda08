// Records of Nacre: the client's application seals, the server's reads them where they were opened.
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bursts.h"
#include "cases.h"
#include "pair.h"

namespace bench {
namespace {

using nacre::CipherSuite;

constexpr std::array<std::pair<CipherSuite, const char*>, 3> suites{
    {{CipherSuite::tls_aes_128_gcm_sha256, "aes-128-gcm"},
     {CipherSuite::tls_aes_256_gcm_sha384, "aes-256-gcm"},
     {CipherSuite::tls_chacha20_poly1305_sha256, "chacha20-poly1305"}}};

void measure(Pair& pair, const std::string& name, const Burst& burst, How how, double seconds) {
  const std::vector<std::uint8_t> plaintext(burst.record_size, 0x61);
  measure_bursts(
      name, burst, how, seconds, [&] { pair.clear(); },
      [&] {
        if (how == How::in_place) {
          pair.seal_in_place(burst.record_size);
        } else {
          pair.seal(plaintext);
        }
      },
      [&] { pair.open(burst.record_size); });
}

}  // namespace

void measure_records(const std::string& certificates, double seconds) {
  for (const auto& [suite, name] : suites) {
    Pair pair(4 << 20);
    pair.shake_hands(make_configs(certificates, {.suite = suite}));
    for (const Burst& burst : bursts) {
      for (const How how : {How::from_buffer, How::in_place}) {
        measure(pair, std::string(name) + "/" + std::to_string(burst.record_size), burst, how,
                seconds);
      }
    }
    pair.close();
  }
}

void count_records(const std::string& certificates, const std::string& only) {
  for (const auto& [suite, name] : suites) {
    Pair pair(1 << 16);
    pair.shake_hands(make_configs(certificates, {.suite = suite}));
    for (const Burst& burst : bursts) {
      const std::vector<std::uint8_t> plaintext(burst.record_size, 0x61);
      const std::string size = std::string(name) + "/" + std::to_string(burst.record_size) + " ";
      Side seal;
      Side open;
      for (const auto& [role, counted] : {std::pair("seal", &seal), std::pair("open", &open)}) {
        if (!only.empty() && size + role != only) continue;
        pair.clear();
        count_instructions_of(counted);
        on(seal, [&] { pair.seal(plaintext); });
        on(open, [&] { pair.open(burst.record_size); });
        file_instructions(size + role);
      }
    }
    count_instructions_of(nullptr);
    pair.close();
  }
}

}  // namespace bench
