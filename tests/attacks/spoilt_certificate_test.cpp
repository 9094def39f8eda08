// Certificates spoilt in one part: signatures and encodings. RFC 9846, section 4.5.1; RFC 5280,
// section 4; RFC 4055.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "attacks/der.h"
#include "attacks/talk.h"
#include "nacre/danger.h"
#include "support/library.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using crypto::KeyType;

constexpr Error weak = Error::certificate_weak_signature;
constexpr Error wrong = Error::certificate_bad_signature;

struct Spoilt {
  std::string what;
  std::function<void(Trio&)> spoil;
  Error error = Error::certificate_bad_signature;
  KeyType kind = KeyType::p256;
};

// A client that trusts the trio's root gets the chain from a server.
void check_alert(const Trio& trio, Outcome outcome) {
  const Inquiry inquiry = trio.inquiry();
  const std::vector<Bytes> roots(inquiry.roots.begin(), inquiry.roots.end());
  ClientConfig::Builder client(TrustAnchors::from_der(roots).value());
  Talk talk(client.policy(quick_policy()).clock([] { return now; }));
  talk.tell_client_until(Auth::certificate);
  talk.say_to_client(certificate_message(inquiry.chain));
  check_refused(talk.client(), outcome);
  check_no_secrets(talk.client());
}

void check_spoilt(const std::vector<Spoilt>& cases) {
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519, KeyType::rsa2048}) {
    CHECK_FALSE(Trio(kind).error());
  }
  for (const Spoilt& test : cases) {
    INFO(test.what);
    Trio trio(test.kind);
    trio.leaf.extensions.back() = subject_alternative_names({dns_name("localhost")});
    test.spoil(trio);
    const auto error = trio.error("localhost");
    CHECK((error ? name(*error) : "none") == name(test.error));
    check_alert(trio, {test.error, bad_certificate});
  }
}

Data ecdsa(const std::string& last, const Data& parameters = {}) {
  return der::sequence({der::oid("1.2.840.10045.4." + last), parameters});
}
Data rsa(const std::string& last, const Data& parameters = {5, 0}) {
  return der::sequence({der::oid("1.2.840.113549.1.1." + last), parameters});
}

// The leaf is signed so, and says that it is by `algorithm`.
std::function<void(Trio&)> signed_as(const Data& algorithm, const crypto::AnySignature& how) {
  return [=](Trio& trio) {
    trio.leaf.algorithm = algorithm;
    trio.leaf.how = how;
  };
}
std::function<void(Trio&)> with_signature(const std::function<void(Data&)>& change) {
  return [=](Trio& trio) { trio.leaf.change_signature = change; };
}
// The outer algorithm is another.
std::function<void(Trio&)> told_twice(const Data& inner, const Data& outer,
                                      const crypto::AnySignature& how) {
  return [=](Trio& trio) {
    trio.leaf.algorithm = inner;
    trio.leaf.outer_algorithm = outer;
    trio.leaf.how = how;
  };
}
std::function<void(Trio&)> pss(const PssParameters& parameters, int salt = -1, int hash = 256) {
  return signed_as(pss_algorithm(parameters),
                   {.hash_bits = hash, .pss = true, .salt_length = salt});
}

// What is spoilt is signed as it is.
struct Encoding {
  std::string what;
  std::function<void(Draft&)> spoil;
};

std::function<void(Draft&)> in_body(const std::function<void(Data&)>& change) {
  return [=](Draft& draft) { draft.change_body = change; };
}
std::function<void(Draft&)> with_extension(const Data& extension) {
  return [=](Draft& draft) { draft.extensions.push_back(extension); };
}

// Replaces the first occurrence, which must be there.
void replace(Data& in, const Data& from, const Data& to) {
  const auto found = std::ranges::search(in, from);
  REQUIRE_FALSE(found.empty());
  std::ranges::copy(to, found.begin());
}

// What stands behind tag and length of an element of 128 bytes or more.
Data content_of(const Data& element) {
  REQUIRE(element.at(1) > 0x80);
  return {element.begin() + 2 + (element.at(1) & 0x7f), element.end()};
}
Data indefinite(const Data& element) {
  return Data{element.at(0), 0x80} + content_of(element) + Data{0, 0};
}
Data long_length(const Data& element) {
  const Data content = content_of(element);
  return Data{element.at(0), 0x84} + vector(4, content);
}

const std::vector<Encoding> not_der{
    {"an indefinite length", in_body([](Data& body) { body = indefinite(body); })},
    {"a length in more bytes than it needs", in_body([](Data& body) { body = long_length(body); })},
    {"a boolean of 1", in_body([](Data& body) { replace(body, {1, 1, 0xff}, {1, 1, 1}); })},
    {"critical, that is false",
     with_extension(
         der::sequence({der::oid("1.2.3"), der::boolean(false), der::octet_string({5, 0})}))},
    {"a serial number with a needless zero", [](Draft& draft) { draft.serial = {2, 2, 0, 77}; }},
    {"the default version, said",
     [](Draft& draft) { draft.version = der::constructed(0, der::integer(0)); }},
    {"a date without seconds",
     [](Draft& draft) {
       draft.validity =
           der::sequence({der::text(0x17, "2601010000Z"), der::text(0x17, "2701010000Z")});
     }},
    {"a date with an offset",
     [](Draft& draft) {
       draft.validity = der::sequence(
           {der::text(0x17, "260101000000+0100"), der::text(0x17, "270101000000+0100")});
     }},
    {"an octet string in parts",
     with_extension(
         der::sequence({der::oid("1.2.3"), der::element(0x24, der::octet_string({5, 0}))}))},
    {"something behind the extensions",
     in_body([](Data& body) { body = der::element(0x30, content_of(body) + Data{5, 0}); })},
    {"bits set that keyUsage does not have",
     [](Draft& draft) { draft.extensions.at(1) = extension("2.5.29.15", true, {3, 2, 7, 0x87}); }},
    {"keyUsage in more bytes than it needs",
     [](Draft& draft) {
       draft.extensions.at(1) = extension("2.5.29.15", true, {3, 0x81, 2, 1, 0x86});
     }},
    {"basicConstraints with a boolean of 1",
     [](Draft& draft) {
       draft.extensions.at(0) = extension("2.5.29.19", true, der::sequence({{1, 1, 1}}));
     }},
    {"an extension twice",
     [](Draft& draft) { draft.extensions.push_back(draft.extensions.at(1)); }},
};

}  // namespace

TEST_CASE("AC-005: a signature by a short digest, or of another kind than its issuer's key",
          "[AC-005][rfc9846-4.5.1.3]") {
  check_spoilt({
      {"ECDSA with SHA-1", signed_as(ecdsa("1"), {.hash_bits = 160}), weak},
      {"ECDSA with SHA-224", signed_as(ecdsa("3.1"), {.hash_bits = 224}), weak},
      {"SHA-1 where SHA-256 is said", signed_as(ecdsa("3.2"), {.hash_bits = 160})},
      {"SHA-1 where SHA-512 is said", signed_as(ecdsa("3.4"), {.hash_bits = 160})},
      {"SHA-512 where SHA-256 is said", signed_as(ecdsa("3.2"), {.hash_bits = 512})},
      {"RSA said of an ECDSA key", signed_as(rsa("11"), {})},
      {"Ed25519 said of an ECDSA key", signed_as(signature_algorithm(KeyType::ed25519), {})},
      {"ECDSA said of an RSA key", signed_as(ecdsa("3.2"), {}), wrong, KeyType::rsa2048},
      {"ECDSA said of an Ed25519 key", signed_as(ecdsa("3.2"), {.hash_bits = 0}), wrong,
       KeyType::ed25519},
      {"RSA with MD5 said", signed_as(rsa("4"), {}), weak, KeyType::rsa2048},
      {"RSA with SHA-1", signed_as(rsa("5"), {.hash_bits = 160}), weak, KeyType::rsa2048},
      {"RSA over another hash", signed_as(rsa("11"), {.hash_bits = 384}), wrong, KeyType::rsa2048},
      {"an unknown algorithm", signed_as(ecdsa("3.99"), {}), weak},
      {"no signature", with_signature([](Data& s) { s.clear(); })},
      {"a signature cut short", with_signature([](Data& s) { s.pop_back(); })},
      {"a signature and a byte", with_signature([](Data& s) { s.push_back(0); })},
      {"a signature of zeros", with_signature([](Data& s) { s = {0x30, 6, 2, 1, 0, 2, 1, 0}; })},
      {"Ed25519's, cut short", with_signature([](Data& s) { s.pop_back(); }), wrong,
       KeyType::ed25519},
      {"Ed25519's, of zeros", with_signature([](Data& s) { s.assign(64, 0); }), wrong,
       KeyType::ed25519},
      {"the CA's by SHA-1",
       [](Trio& trio) {
         trio.ca.algorithm = ecdsa("1");
         trio.ca.how.hash_bits = 160;
       },
       weak},
      {"the CA's by a stranger", [](Trio& trio) { trio.top.key_pem = entity("stranger").key_pem; }},
  });
}

// A certificate that is not DER is one that is corrupt: bad_certificate (section 6.2), not the
// decode_error of a message.
TEST_CASE("AC-103: what is BER and not DER is no certificate", "[AC-103][rfc9846-4.5.1]") {
  for (const KeyType kind : {KeyType::p256, KeyType::ed25519}) {
    for (const Encoding& test : not_der) {
      INFO(test.what);
      Trio leaf(kind);
      test.spoil(leaf.leaf);
      const auto error = leaf.error();
      // Some parts are read when the path is built.
      CHECK((error == Error::bad_certificate || error == Error::chain_refused));
      if (error == Error::bad_certificate) check_alert(leaf, {*error, bad_certificate});
      if (error == Error::chain_refused) check_alert(leaf, {*error, certificate_unknown});
      Trio ca(kind);
      test.spoil(ca.ca);
      CHECK(ca.error());
    }
  }
  for (const auto& spoil : {indefinite, long_length}) {
    Inquiry whole = Trio().inquiry();
    whole.chain.front() = spoil(whole.chain.front());
    CHECK(whole.ask().error == Error::bad_certificate);
    Inquiry above = Trio().inquiry();
    above.chain.back() = spoil(above.chain.back());
    CHECK(above.ask().error);
    Inquiry anchor = Trio().inquiry();
    const Data root = spoil(anchor.roots.front());
    CHECK(TrustAnchors::from_der(std::vector<Bytes>{root}) == fail(Error::bad_certificate));
  }
  // An ECDSA signature with a needless zero in front of r.
  Trio trio;
  trio.leaf.change_signature = [](Data& s) {
    s.insert(s.begin() + 4, 0);
    ++s.at(1);
    ++s.at(3);
  };
  CHECK(trio.error() == Error::certificate_bad_signature);
}

// Where no path is searched for, as where one is.
TEST_CASE("AC-103: an extension that is malformed spoils the leaf, whoever judges it",
          "[AC-103][rfc9846-4.5.1]") {
  const Data nonsense{0x30, 1, 0};
  const std::string distribution_points = "2.5.29.31";
  for (const std::string oid : {"2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.31",
                                "2.5.29.35", "2.5.29.37"}) {
    CAPTURE(oid);
    Trio trio;
    const Data whole = extension(oid, false, nonsense);
    std::erase_if(trio.leaf.extensions, [&](const Data& other) {
      return !std::ranges::search(other, der::oid(oid)).empty();
    });
    trio.leaf.extensions.push_back(whole);
    const std::vector<Data> chain = trio.inquiry().chain;
    for (const bool asks : {false, true}) {
      ClientConfig::Builder client(danger::trust_anyone());
      Talk talk(client.policy(quick_policy()).clock([] { return now; }).ask_verdict(asks));
      talk.tell_client_until(Auth::certificate);
      talk.say_to_client(certificate_message(chain));
      check_refused(talk.client(), {Error::bad_certificate, bad_certificate});
    }
    CHECK(trio.error() == Error::bad_certificate);
    // Those of lists are read where lists are looked at.
    if (oid == distribution_points && !is_over_aws_lc()) continue;
    check_alert(trio, {Error::bad_certificate, bad_certificate});
    trio.leaf.key_info = rsa_key_info(Data(64, 0xff), {1, 0, 1});
    check_alert(trio, {Error::bad_certificate, bad_certificate});
  }
}

TEST_CASE("AC-104: the two names of a signature's algorithm are one", "[AC-104]") {
  const Data sha256 = ecdsa("3.2");
  const Data sha384 = ecdsa("3.3");
  check_spoilt({
      {"SHA-384 inside, SHA-256 outside", told_twice(sha384, sha256, {})},
      {"SHA-256 inside, SHA-384 outside", told_twice(sha256, sha384, {.hash_bits = 384})},
      {"SHA-256 inside, SHA-384 outside, SHA-256 done", told_twice(sha256, sha384, {})},
      {"NULL outside", told_twice(sha256, ecdsa("3.2", {5, 0}), {})},
      {"NULL inside", told_twice(ecdsa("3.2", {5, 0}), sha256, {})},
      {"RSA inside", told_twice(rsa("11"), sha256, {})},
      {"ECDSA inside, for Ed25519",
       told_twice(sha256, signature_algorithm(KeyType::ed25519), {.hash_bits = 0}), wrong,
       KeyType::ed25519},
      {"PSS inside, PKCS #1 outside", told_twice(pss_algorithm({}), rsa("11"), {}), wrong,
       KeyType::rsa2048},
      {"PKCS #1 inside, PSS outside", told_twice(rsa("11"), pss_algorithm({}), {.pss = true}),
       wrong, KeyType::rsa2048},
      {"PSS with two salts",
       told_twice(pss_algorithm({}), pss_algorithm({.salt = 20}), {.pss = true}), wrong,
       KeyType::rsa2048},
  });
}

TEST_CASE("AC-104: PSS has the parameters that TLS knows, and no others", "[AC-104][rfc4055-3.1]") {
  const std::optional<std::uint8_t> none;
  for (const KeyType kind : {KeyType::rsa2048, KeyType::rsa_pss2048}) {
    Trio sound(kind);
    pss({})(sound);
    CHECK_FALSE(sound.error());
    const Data oid = der::oid("1.2.840.113549.1.1.10");
    const crypto::AnySignature plain{.pss = true};
    for (const Spoilt& test : std::vector<Spoilt>{
             {"no parameters", signed_as(der::sequence({oid}), plain)},
             {"NULL", signed_as(der::sequence({oid, {5, 0}}), plain)},
             {"SHA-1 by default", signed_as(der::sequence({oid, der::sequence({})}),
                                            {.hash_bits = 160, .pss = true, .salt_length = 20})},
             {"a salt of 31 bytes", pss({.salt = 31}, 31)},
             {"a salt of 20 bytes, by default", pss({.salt = std::nullopt}, 20)},
             {"no salt", pss({.salt = 0}, 0)},
             {"another salt than it says", pss({}, 20)},
             {"a salt longer than the key", pss({.salt = 4'000'000'000}, 32)},
             {"another trailer", pss({.trailer = 2})},
             {"another mask", pss({.mask_hash = 2})},
             {"the default mask, SHA-1", pss({.mask_hash = none})},
             {"the default hash, SHA-1", pss({.hash = none})},
             {"another hash than it says", pss({}, 48, 384)},
         }) {
      INFO(test.what);
      Trio trio(kind);
      test.spoil(trio);
      if (kind == KeyType::rsa_pss2048) {  // which signs in one way alone
        if (trio.leaf.algorithm == pss_algorithm({})) continue;
        trio.leaf.how = plain;
      }
      const auto error = trio.error();
      CHECK((error == wrong || error == weak));
    }
  }
}

}  // namespace nacre::test
