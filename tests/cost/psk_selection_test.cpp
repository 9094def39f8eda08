// What a ClientHello costs that names a PSK, before its binder has proved anything. RFC 9846,
// section 4.3.11.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <vector>

#include "cost/counted_psk_selection.h"
#include "cost/work.h"

namespace nacre::test {
namespace {

using Octets = std::vector<std::uint8_t>;

ServerConfig server(std::size_t keys) {
  const auto key = [](std::size_t number) {
    const std::array<std::uint8_t, 2> identity{static_cast<std::uint8_t>(number >> 8),
                                               static_cast<std::uint8_t>(number & 0xff)};
    return ExternalPsk::make(identity, Octets(32, 1), Kdf::hkdf_sha256).value();
  };
  ServerConfig::Builder builder(key(0));
  for (std::size_t number = 1; number < keys; ++number) builder.psk(key(number));
  return builder.build().value();
}

// Unknown ones, and at the end one with another hash than the keys'.
Octets suites(std::size_t count) {
  Octets list;
  for (std::size_t i = 0; i < count; ++i) list.insert(list.end(), {0xd0, 0x01});
  list.insert(list.end(), {0x13, 0x02});
  return list;
}

std::uint64_t work_with(std::size_t keys, std::size_t suite_count) {
  const ServerConfig config = server(keys);
  const Octets list = suites(suite_count);
  const Octets identity{0, 4, 'n', 'o', 'n', 'e', 0, 0, 0, 0};
  ClientOffer offer;
  offer.hello.cipher_suites = decltype(offer.hello.cipher_suites)::from_encoding(list).value();
  offer.psks.emplace();
  offer.psks->identities = OfferedPsks::Identities::from_encoding(identity).value();
  MemoryBudget budget(65'536, nullptr);
  return work_in([&] { CHECK_FALSE(find_psk(config.impl(), offer, {}, budget)); });
}

}  // namespace

TEST_CASE("AC-200: a list of 30,000 suites costs the same whatever the number of keys",
          "[AC-200][rfc9846-4.3.11]") {
  const std::uint64_t most = work_with(1'000, 30'000);
  const std::uint64_t by_length = work_with(1, 30'000);
  const std::uint64_t by_keys = work_with(1'000, 0);
  CAPTURE(most, by_length, by_keys);
  CHECK(by_length > 10'000);
  CHECK(most < by_length + 2 * by_keys);
}

}  // namespace nacre::test
