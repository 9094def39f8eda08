// What a peer's wishes cost, before it has proved anything. RFC 9846, sections 4.3.3 to 4.3.5.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cost/counted_selection.h"
#include "cost/work.h"
#include "crypto/issue.h"

namespace nacre::test {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr UnixTime from = 1'700'000'000;

crypto::IssueRequest request_for(const std::string& name, bool is_ca) {
  return {.key = crypto::KeyType::p256,
          .common_name = name,
          .names = {name},
          .not_before = from,
          .not_after = from + 86'400,
          .is_ca = is_ca};
}

// Each by an issuer of its own, twenty times over where there are `many`.
std::vector<Credential> credentials(bool many) {
  static const std::vector<Credential> distinct = [] {
    std::vector<Credential> made;
    for (int i = 0; i < 50; ++i) {
      const std::string number = std::to_string(i);
      const auto issuer = crypto::issue(request_for("issuer " + number, true), nullptr).value();
      const auto leaf = crypto::issue(request_for(number + ".example", false), &issuer).value();
      made.push_back(Credential::from_pem(leaf.certificate_pem, leaf.key_pem).value());
    }
    return made;
  }();
  std::vector<Credential> all = distinct;
  for (int round = 1; many && round < 20; ++round) {
    all.insert(all.end(), distinct.begin(), distinct.end());
  }
  return all;
}

template <class Builder>
auto with_credentials(Builder builder, std::span<const Credential> all) {
  for (const Credential& each : all) builder.credential(each);
  return builder.build().value();
}

ServerConfig server(bool many) {
  const std::vector<Credential> all = credentials(many);
  return with_credentials(ServerConfig::Builder(all.front()), std::span(all).subspan(1));
}

ClientConfig client(bool many) {
  return with_credentials(ClientConfig::Builder(danger::trust_anyone()), credentials(many));
}

void append(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value & 0xff));
}

Octets unknown_schemes(std::size_t count) {
  Octets list;
  for (std::size_t i = 0; i < count; ++i) append(list, 0x2000 + i);
  return list;
}

// So many, and the one that the credentials have.
Octets schemes(std::size_t count) {
  Octets list = unknown_schemes(count);
  append(list, static_cast<std::size_t>(SignatureScheme::ecdsa_secp256r1_sha256));
  return list;
}

Octets authorities(std::size_t count, std::size_t size) {
  Octets list;
  for (std::size_t i = 0; i < count; ++i) {
    append(list, size);
    Octets name(size, 'x');
    name.back() = static_cast<std::uint8_t>(i & 0xff);
    list.insert(list.end(), name.begin(), name.end());
  }
  return list;
}

// keyUsage, digitalSignature; after so many others that none of them is seen to be there twice.
Octets filters(std::size_t count) {
  Octets list;
  for (std::uint8_t i = 0; i < 64; ++i) list.insert(list.end(), {3, 0x06, 1, i, 0, 0});
  for (std::size_t i = 0; i < count; ++i) {
    list.insert(list.end(), {5, 0x06, 0x03, 0x55, 0x1d, 0x0f, 0, 4, 0x03, 2, 7, 0x80});
  }
  return list;
}

// What a peer says. No credential is the best that there could be, so that all are looked at.
struct Said {
  Octets schemes = test::schemes(0);
  Octets chain_schemes = unknown_schemes(1);
  Octets authorities = {};
  Octets filters = {};

  CertificateWishes wishes() const {
    CertificateWishes wishes;
    wishes.signature_algorithms = SignatureAlgorithms::List::from_encoding(schemes).value();
    wishes.certificate_algorithms = SignatureAlgorithms::List::from_encoding(chain_schemes).value();
    if (!authorities.empty()) {
      wishes.authorities = {CertificateAuthorities::List::from_encoding(authorities).value()};
    }
    wishes.filters = OidFilters::List::from_encoding(filters).value();
    return wishes;
  }
};

std::uint64_t work_of_server(const Said& said, bool many) {
  const ServerConfig config = server(many);
  ClientOffer offer;
  offer.takes_certificates = true;
  offer.wishes = said.wishes();
  return work_in([&] { CHECK(counted_select_credential(config.impl(), offer)); });
}

std::uint64_t work_of_client(const Said& said, bool many) {
  const ClientConfig config = client(many);
  const CertificateWishes wishes = said.wishes();
  return work_in([&] { (void)counted_select_credential(config.impl(), wishes); });
}

// Of those two lengths together, and not of one times the other.
void check_linear(const auto& work_of, const Said& long_one) {
  const std::uint64_t most = work_of(long_one, true);
  const std::uint64_t by_length = work_of(long_one, false);
  const std::uint64_t by_credentials = work_of(Said(), true);
  CAPTURE(most, by_length, by_credentials);
  CHECK(by_length > 10'000);
  CHECK(by_credentials > 10'000);
  CHECK(most < by_length + 2 * by_credentials);
}

}  // namespace

TEST_CASE("AC-200: a ClientHello of 60 KB costs the same whatever the number of credentials",
          "[AC-200][rfc9846-4.5.1.2]") {
  check_linear(work_of_server, {.schemes = schemes(30'000)});
  check_linear(work_of_server, {.chain_schemes = unknown_schemes(30'000)});
  check_linear(work_of_server, {.authorities = authorities(20'000, 1)});
  check_linear(work_of_server, {.authorities = authorities(600, 100)});
}

TEST_CASE("AC-200: nor does a CertificateRequest cost more", "[AC-200][rfc9846-4.5.1.2]") {
  check_linear(work_of_client, {.schemes = schemes(30'000)});
  check_linear(work_of_client, {.authorities = authorities(20'000, 1)});
  check_linear(work_of_client, {.filters = filters(5'000)});
}

TEST_CASE("AC-200: a filter that comes twice lets nothing through", "[AC-200][rfc9846-4.3.5]") {
  const ClientConfig config = client(false);
  const Said once{.filters = filters(1)};
  CHECK(counted_select_credential(config.impl(), once.wishes()));
  const Said twice{.filters = filters(2)};
  CHECK_FALSE(counted_select_credential(config.impl(), twice.wishes()));
}

}  // namespace nacre::test
