// Keys in certificates that nobody should have, or that cost too much. RFC 9846, section 4.5.1.3;
// RFC 5480, section 2.1.1; RFC 8017, section 3.1.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "attacks/der.h"
#include "attacks/talk.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using crypto::KeyType;

const std::string p256_prime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const std::string p256_a = "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc";
const std::string p256_b = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b";
const std::string p256_generator =
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
const std::string p256_order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

Data from_hex(const std::string& text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Data bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
  }
  return bytes;
}

Data positive(const Data& number) {
  return der::element(2, (number.front() >= 0x80 ? Data{0} : Data{}) + number);
}

// ECParameters as specifiedCurve.
struct Curve {
  Data prime = from_hex(p256_prime);
  Data a = from_hex(p256_a);
  Data b = from_hex(p256_b);
  Data generator = from_hex(p256_generator);
  Data order = from_hex(p256_order);

  Data encode() const {
    return der::sequence({der::integer(1),
                          der::sequence({der::oid("1.2.840.10045.1.1"), positive(prime)}),
                          der::sequence({der::octet_string(a), der::octet_string(b)}),
                          der::octet_string(generator), positive(order), der::integer(1)});
  }
};

Data ec_key_info(const Data& parameters, const Data& point) {
  return der::sequence(
      {der::sequence({der::oid("1.2.840.10045.2.1"), parameters}), der::bit_string(point)});
}

Data point_of(const Entity& entity) {
  return {entity.key_info.end() - 65, entity.key_info.end()};
}

// Keys for that entity: what they are, and what comes of them in a leaf.
std::vector<std::pair<std::string, Data>> odd_curves(const Entity& entity) {
  const Data point = point_of(entity);
  const Data named = der::oid("1.2.840.10045.3.1.7");
  Data beside = point;
  beside.back() ^= 1;
  Curve even;
  even.prime.back() ^= 1;
  Curve square;  // no prime: 3 divides it
  square.prime = Data(32, 0xff);
  Curve huge;
  huge.prime = Data(2'048, 0xff);
  Curve nothing;
  nothing.prime = {0};
  Curve theirs;  // the generator is the key: whoever chose it knows the secret, 1
  theirs.generator = point;
  return {{"P-256, spelt out", ec_key_info(Curve().encode(), point)},
          {"another generator", ec_key_info(theirs.encode(), point)},
          {"an even modulus", ec_key_info(even.encode(), point)},
          {"a modulus that is no prime", ec_key_info(square.encode(), point)},
          {"a modulus of 16,384 bits", ec_key_info(huge.encode(), point)},
          {"a modulus of 0", ec_key_info(nothing.encode(), point)},
          {"its issuer's parameters", ec_key_info({5, 0}, point)},
          {"no parameters", ec_key_info({}, point)},
          {"P-192", ec_key_info(der::oid("1.2.840.10045.3.1.1"), point)},
          {"secp256k1", ec_key_info(der::oid("1.3.132.0.10"), point)},
          {"a point beside the curve", ec_key_info(named, beside)},
          {"the point at infinity", ec_key_info(named, {0})},
          {"no point", ec_key_info(named, {})}};
}

Data modulus(std::size_t bits, std::uint8_t last = 0xff) {
  Data number(bits / 8, 0xff);
  number.back() = last;
  return number;
}

const Data e65537{1, 0, 1};

const std::vector<std::pair<std::string, Data>> odd_rsa{
    {"8,200 bits", rsa_key_info(modulus(8'200), e65537)},
    {"16,384 bits", rsa_key_info(modulus(16'384), e65537)},
    {"16,392 bits", rsa_key_info(modulus(16'392), e65537)},
    {"65,536 bits", rsa_key_info(modulus(65'536), e65537)},
    {"an even modulus", rsa_key_info(modulus(2'048, 0xfe), e65537)},
    {"e = 1", rsa_key_info(modulus(2'048), {1})},
    {"e = 0", rsa_key_info(modulus(2'048), {0})},
    {"e = 2", rsa_key_info(modulus(2'048), {2})},
    {"e = 65,536", rsa_key_info(modulus(2'048), {1, 0, 0})},
    {"e of 41 bits", rsa_key_info(modulus(2'048), {1, 0, 0, 0, 0, 1})},
    {"e of 2,048 bits", rsa_key_info(modulus(2'048), modulus(2'048))},
    {"a modulus of 0", rsa_key_info({0}, e65537)},
};

// A server's leaf has that key. Nacre tells a key that cannot be used from a certificate that
// cannot be read: unsupported_certificate, where the table has bad_certificate.
void check_leaf(const Data& key_info) {
  Trio trio;
  trio.leaf.extensions.back() = subject_alternative_names({dns_name("localhost")});
  trio.leaf.key_info = key_info;
  const Inquiry inquiry = trio.inquiry("localhost");
  check_within(10, [&] { CHECK(inquiry.ask().error); });
  const std::vector<Bytes> roots(inquiry.roots.begin(), inquiry.roots.end());
  ClientConfig::Builder client(TrustAnchors::from_der(roots).value());
  Talk talk(client.policy(quick_policy()).clock([] { return now; }));
  talk.tell_client_until(Auth::certificate);
  check_within(10, [&] { talk.say_to_client(certificate_message(inquiry.chain)); });
  check_refused(talk.client(), {Error::bad_certificate_key, unsupported_certificate});
  check_no_secrets(talk.client());
}

// A CA below the root has a key of so many bits, whose signature on the leaf verifies.
Inquiry chain_by(unsigned bits) {
  Trio trio;
  trio.leaf.algorithm = signature_algorithm(KeyType::rsa2048);
  const auto fitted = crypto::fit_rsa(bits, trio.leaf.body()).value();
  trio.ca.key_info = fitted.key_info;
  return {.chain = {trio.leaf.assemble(fitted.signature), trio.ca.sign(trio.top)},
          .roots = {root_of(trio.top)},
          .name = "a.example"};
}

}  // namespace

TEST_CASE("AC-091: an EC key has a curve by its name, and a point on it", "[AC-091]") {
  const Trio sound;
  for (const auto& [what, key_info] : odd_curves(sound.bottom)) {
    INFO(what);
    check_leaf(key_info);
  }
  // A CA's key, spelt otherwise: what it has signed verifies by the key that it stands for.
  for (const auto& [what, key_info] : odd_curves(sound.middle)) {
    INFO(what);
    Trio trio;
    trio.ca.key_info = key_info;
    check_within(10, [&] { CHECK(trio.error()); });
  }
}

TEST_CASE("AC-092: an RSA key that is too long, or no key, is refused at once",
          "[AC-092][rfc9846-4.5.1.3]") {
  for (const auto& [what, key_info] : odd_rsa) {
    INFO(what);
    check_leaf(key_info);
    Trio trio;
    trio.ca.key_info = key_info;
    trio.leaf.algorithm = signature_algorithm(KeyType::rsa2048);
    check_within(10, [&] { CHECK(trio.error()); });
  }
}

TEST_CASE("AC-092: a CA's RSA key is no longer than a leaf's may be", "[AC-092][rfc9846-4.5.1.3]") {
  CHECK_FALSE(chain_by(2'048).ask().error);
  CHECK_FALSE(chain_by(8'192).ask().error);
  for (const unsigned bits : {8'200U, 16'384U}) {
    CAPTURE(bits);
    const Inquiry inquiry = chain_by(bits);
    check_within(10, [&] { CHECK(inquiry.ask().error == Error::bad_certificate_key); });
  }
  CHECK(chain_by(16'392).ask().error);
}

// As many keys of 16,384 bits as a chain may have, with the longest exponent, and names that lead
// to the root: no signature of theirs is worth its work.
TEST_CASE("AC-092: a chain of RSA keys of 16,384 bits costs little", "[AC-092]") {
  const Data key_info = rsa_key_info(modulus(16'384), {1, 0, 0, 0, 1});
  const auto with_key = [&](Draft draft) {
    draft.algorithm = signature_algorithm(KeyType::rsa2048);
    draft.key_info = key_info;
    return draft;
  };
  const Data signature(2'048, 0x7f);
  Inquiry inquiry{.chain = {}, .roots = {root_of(entity("root"))}, .name = "a.example"};
  Entity issuer = entity("root");
  for (int i = 0; i < 13; ++i) {
    const Entity ca = entity("ca " + std::to_string(i));
    inquiry.chain.insert(inquiry.chain.begin(), with_key(ca_draft(ca, issuer)).assemble(signature));
    issuer = ca;
  }
  inquiry.chain.insert(
      inquiry.chain.begin(),
      with_key(leaf_draft(entity("leaf"), issuer, {dns_name("a.example")})).assemble(signature));
  std::size_t size = 0;
  for (const Data& certificate : inquiry.chain) size += certificate.size();
  CHECK(size <= 65'536);
  check_within(50, [&] { CHECK(inquiry.ask().error == Error::bad_certificate_key); });
}

}  // namespace nacre::test
