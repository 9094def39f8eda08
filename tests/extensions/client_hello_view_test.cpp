#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "extensions/hello_bytes.h"
#include "nacre/client_hello.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

using Octets = std::vector<std::uint8_t>;

static_assert(std::forward_iterator<HelloList<CipherSuite>::Iterator>);
static_assert(std::forward_iterator<HelloList<ExtensionView>::Iterator>);

template <class T>
std::vector<T> all(const HelloList<T>& list) {
  return {list.begin(), list.end()};
}

Octets copy(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

Result<void> outcome(const RawHello& hello) {
  const Octets body = encode(hello);
  const auto view = ClientHelloView::read(body);
  return view ? Result<void>{} : fail(view.error());
}

RawHello with(RawExtension extension) {
  return {.suites = {0x1301}, .extensions = {std::move(extension)}};
}

TEST_CASE("a ClientHelloView shows all that the client has put into its hello", "[rfc9846-4.2.2]") {
  const Octets body = encode(chrome());
  const auto view = ClientHelloView::read(body);
  REQUIRE(view);
  CHECK(view->legacy_version() == ProtocolVersion::tls_1_2);
  CHECK(copy(view->random()) == Octets(32, 7));
  CHECK(copy(view->legacy_session_id()) == Octets{0x55});
  CHECK(copy(view->legacy_compression_methods()) == Octets{0});
  const auto suites = view->cipher_suites();
  CHECK(suites.count() == 16);
  CHECK(*suites.begin() == static_cast<CipherSuite>(0x2a2a));
  CHECK(suites.contains(CipherSuite::tls_aes_256_gcm_sha384));
  CHECK_FALSE(suites.contains(static_cast<CipherSuite>(0x1305)));
  CHECK(all(view->supported_groups()) == std::vector{static_cast<NamedGroup>(0x8a8a),
                                                     NamedGroup::x25519, NamedGroup::secp256r1,
                                                     NamedGroup::secp384r1});
  CHECK(view->signature_algorithms().count() == 8);
  CHECK(view->signature_algorithms().contains(SignatureScheme::rsa_pss_rsae_sha256));
  CHECK(all(view->supported_versions()) == std::vector{static_cast<ProtocolVersion>(0xfafa),
                                                       ProtocolVersion::tls_1_3,
                                                       ProtocolVersion::tls_1_2});
  CHECK(all(view->alpn()) == std::vector<std::string_view>{"h2", "http/1.1"});
  CHECK(view->alpn().contains("h2"));
  CHECK(view->server_name() == "www.example.com");
}

TEST_CASE("a ClientHelloView has the extensions in their order, known or not", "[rfc9846-4.3]") {
  const Octets body = encode(chrome());
  const auto view = ClientHelloView::read(body);
  REQUIRE(view);
  CHECK(view->extensions().count() == 18);
  std::vector<std::uint16_t> types;
  for (const ExtensionView& extension : view->extensions()) {
    types.push_back(static_cast<std::uint16_t>(extension.type));
    const auto found = view->extension(extension.type);
    REQUIRE(found);
    CHECK(copy(*found) == copy(extension.data));
  }
  CHECK(types.front() == 0x5a5a);
  CHECK(types.back() == 0x0015);
  CHECK(copy(view->extension(static_cast<ExtensionType>(0x4469)).value()) ==
        Octets{0, 3, 2, 'h', '2'});
  CHECK(view->extension(static_cast<ExtensionType>(0x0017)).value().empty());
  CHECK_FALSE(view->extension(ExtensionType::cookie));
}

TEST_CASE("a hello without extensions has empty lists", "[rfc9846-4.2.2]") {
  for (const bool has_extensions : {false, true}) {
    const Octets body = encode({.version = 0x0301,
                                .suites = {0x002f},
                                .extensions = {},
                                .has_extensions = has_extensions});
    const auto view = ClientHelloView::read(body);
    REQUIRE(view);
    CHECK(view->legacy_version() == ProtocolVersion::tls_1_0);
    CHECK(view->extensions().empty());
    CHECK(view->supported_groups().empty());
    CHECK(view->signature_algorithms().empty());
    CHECK(view->supported_versions().empty());
    CHECK(view->alpn().empty());
    CHECK(view->alpn().begin() == view->alpn().end());
    CHECK(view->server_name().empty());
    CHECK_FALSE(view->extension(ExtensionType::server_name));
  }
}

TEST_CASE("a hello that is cut short anywhere cannot be read, nor one that is longer",
          "[rfc9846-4.2.2]") {
  Octets body = encode(chrome());
  const std::size_t before_extensions =
      encode({.suites = chrome().suites, .extensions = {}, .has_extensions = false}).size();
  for (std::size_t size = 0; size < body.size(); ++size) {
    CAPTURE(size);
    // One that ends before the extensions is whole: an old client's.
    const auto view = ClientHelloView::read(Bytes(body).first(size));
    CHECK(view.has_value() == (size == before_extensions));
    if (!view) CHECK(is_decode_error(view.error()));
  }
  body.push_back(0);
  CHECK(ClientHelloView::read(body).error() == Error::trailing_data);
}

TEST_CASE("no extension comes twice, known or not", "[rfc9846-4.3]") {
  for (const std::uint16_t type : std::initializer_list<std::uint16_t>{0x4469, 0x0a0a, 0x002d}) {
    RawHello hello = with({type, {1, 1}});
    CHECK(outcome(hello));
    hello.extensions.push_back({type, {1, 1}});
    CHECK(outcome(hello) == fail(Error::duplicate_extension));
  }
}

TEST_CASE("the extensions that a view reads must be whole", "[rfc9846-4.3]") {
  for (const std::uint16_t type :
       std::initializer_list<std::uint16_t>{0x0000, 0x000a, 0x000d, 0x0010, 0x002b}) {
    CAPTURE(type);
    for (const Octets& data : {Octets{}, Octets{0}, Octets{0, 0}, Octets{0, 1}, Octets{0, 3, 1, 1},
                               Octets{0, 9, 0, 1}, Octets{2, 3, 4, 5}}) {
      const auto read = outcome(with({type, data}));
      REQUIRE_FALSE(read);
      CHECK(is_decode_error(read.error()));
    }
  }
  // An odd list of numbers, an empty protocol, bytes behind the list.
  CHECK_FALSE(outcome(with({0x000a, prefixed({0, 29, 0}, 2)})));
  CHECK_FALSE(outcome(with({0x0010, prefixed({2, 'h', '2', 0}, 2)})));
  RawExtension longer = groups({0x001d});
  longer.data.push_back(0);
  CHECK(outcome(with(longer)) == fail(Error::trailing_data));
  CHECK(outcome(with({0x4469, {0, 9}})));
}

TEST_CASE("a view tells a name that is no DNS name as it was sent", "[rfc6066-3]") {
  const Octets body = encode(with(sni("192.0.2.1")));
  CHECK(ClientHelloView::read(body).value().server_name() == "192.0.2.1");
  const Octets other = encode(with({0x0000, prefixed({1, 0, 1, 'x'}, 2)}));
  CHECK(ClientHelloView::read(other).value().server_name().empty());
}

}  // namespace
}  // namespace nacre
