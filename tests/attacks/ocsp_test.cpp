// Stapled OCSP responses that do not serve. RFC 9846, section 4.5.1.1; RFC 6960. What is stapled in
// a handshake is not asked for: check_chain is told.
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <vector>

#include "attacks/der.h"
#include "crypto/hash.h"

namespace nacre::test {
namespace {

const Data good = der::primitive(0, {});
const Data revoked = der::constructed(1, der::text(0x18, "20260901000000Z"));
const Data unknown = der::primitive(2, {});

Data sha256(const Data& content) {
  const auto digest = crypto::hash(crypto::HashAlgorithm::sha256, content);
  return {digest.bytes().begin(), digest.bytes().end()};
}

// GeneralizedTime of this century, from UTCTime.
Data generalized(UnixTime time) {
  const Data utc = der::time(time);
  return der::element(0x18, der::raw("20") + Data(utc.begin() + 2, utc.end()));
}

struct Single {
  Data status = good;
  Data serial = der::integer(77);
  std::string issuer = "middle";
  UnixTime from = now - 10;
  UnixTime to = now + 10;
};

// The response about the trio's leaf, whose issuer is `middle`.
struct Response {
  std::vector<Single> singles{Single{}};
  Entity signer = entity("middle");
  std::vector<Data> certificates = {};
  Data algorithm = signature_algorithm(crypto::KeyType::p256);
  crypto::AnySignature how = {};
  bool spoil_signature = false;
  std::uint8_t response_status = 0;
  std::string type = "1.3.6.1.5.5.7.48.1.1";
  Data behind = {};

  Data encode() const {
    std::vector<Data> all;
    for (const Single& single : singles) {
      const Entity issuer = entity(single.issuer);
      const Data key(issuer.key_info.end() - 65, issuer.key_info.end());
      const Data id = der::sequence({der::sequence({der::oid("2.16.840.1.101.3.4.2.1"), {5, 0}}),
                                     der::octet_string(sha256(issuer.name())),
                                     der::octet_string(sha256(key)), single.serial});
      all.push_back(der::sequence({id, single.status, generalized(single.from),
                                   der::constructed(0, generalized(single.to))}));
    }
    const Data body = der::sequence(
        {der::constructed(1, signer.name()), generalized(now - 10), der::sequence(all)});
    Data signature = crypto::sign_anyhow(how, signer.key_pem, body).value();
    if (spoil_signature) signature.back() ^= 1;
    const Data basic = der::sequence(
        {body, algorithm, der::bit_string(signature),
         certificates.empty() ? Data{} : der::constructed(0, der::sequence(certificates))});
    return der::sequence(
        {der::element(0x0a, {response_status}),
         der::constructed(0, der::sequence({der::oid(type), der::octet_string(basic)})), behind});
  }
};

std::optional<Error> ask(const Data& response, bool asked = true, bool must_staple = false) {
  Trio trio;
  if (must_staple) {
    trio.leaf.extensions.push_back(
        extension("1.3.6.1.5.5.7.1.24", false, der::sequence({der::integer(5)})));
  }
  Inquiry inquiry = trio.inquiry();
  inquiry.change = [&](ChainQuery& query) {
    query.ocsp_response = response;
    query.ocsp_asked = asked;
  };
  return inquiry.ask().error;
}

// Somebody whom the issuer has let answer, or not.
Response by_delegate(const std::string& issuer, bool for_ocsp) {
  const Entity by = entity(issuer);
  const Entity responder = entity("responder");
  Draft draft = leaf_draft(responder, by, {});
  if (for_ocsp) {
    draft.extensions.at(2) =
        extension("2.5.29.37", false, der::sequence({der::oid("1.3.6.1.5.5.7.3.9")}));
  }
  Response response;
  response.signer = responder;
  response.certificates = {draft.sign(by)};
  return response;
}

}  // namespace

TEST_CASE("AC-101: a response that serves is taken", "[AC-101][rfc9846-4.5.1.1]") {
  CHECK_FALSE(ask(Response().encode()));
  CHECK_FALSE(ask(by_delegate("middle", true).encode()));
  // Among others, of other certificates.
  CHECK_FALSE(ask(Response{.singles = {{.status = revoked, .serial = der::integer(78)},
                                       {},
                                       {.status = unknown, .serial = der::integer(79)}}}
                      .encode()));
}

TEST_CASE("AC-101: a response that does not serve is refused",
          "[AC-101][rfc9846-4.5.1.1][rfc6066-8]") {
  Trio trio;
  struct Case {
    std::string what;
    Data response;
    Error error = Error::bad_certificate_status;
  };
  Response by_leaf;
  by_leaf.signer = trio.bottom;
  by_leaf.certificates = {trio.leaf.sign(trio.middle)};
  Response by_root;
  by_root.signer = trio.top;
  by_root.certificates = {root_of(trio.top)};
  Response by_namesake;
  by_namesake.signer.key_pem = entity("namesake").key_pem;
  for (const Case& test : std::vector<Case>{
           {"a signature with a bit flipped", Response{.spoil_signature = true}.encode()},
           {"SHA-1 said to be SHA-256", Response{.how = {.hash_bits = 160}}.encode()},
           {"another algorithm",
            Response{.algorithm = signature_algorithm(crypto::KeyType::rsa2048)}.encode()},
           {"the leaf's own", by_leaf.encode()},
           {"the root's", by_root.encode()},
           {"somebody's of the issuer's name", by_namesake.encode()},
           {"a responder's that may not", by_delegate("middle", false).encode()},
           {"a responder's of the root", by_delegate("root", true).encode()},
           {"a responder's of nobody", by_delegate("stranger", true).encode()},
           {"a responder's without its certificate",
            [] {
              Response response = by_delegate("middle", true);
              response.certificates.clear();
              return response.encode();
            }()},
           {"of no certificate", Response{.singles = {}}.encode()},
           {"of another certificate", Response{.singles = {{.serial = der::integer(78)}}}.encode()},
           {"of another issuer's", Response{.singles = {{.issuer = "root"}}}.encode()},
           {"unknown", Response{.singles = {{.status = unknown}}}.encode()},
           {"unknown, and good", Response{.singles = {{.status = unknown}, {}}}.encode()},
           {"revoked", Response{.singles = {{.status = revoked}}}.encode(),
            Error::certificate_revoked},
           {"good, and revoked", Response{.singles = {{}, {.status = revoked}}}.encode(),
            Error::certificate_revoked},
           {"revoked, and good", Response{.singles = {{.status = revoked}, {}}}.encode(),
            Error::certificate_revoked},
           {"of yesterday", Response{.singles = {{.from = now - 100, .to = now - 50}}}.encode()},
           {"of tomorrow", Response{.singles = {{.from = now + 50, .to = now + 100}}}.encode()},
           {"an error with a good answer", Response{.response_status = 3}.encode()},
           {"of another type", Response{.type = "1.2.3"}.encode()},
           {"something behind it", Response{.behind = {5, 0}}.encode()},
           {"a byte behind it", Response().encode() + Data{0}},
           {"an empty sequence", {0x30, 0}},
           {"a success without an answer", {0x30, 3, 0x0a, 1, 0}},
           {"a byte", {0}},
       }) {
    INFO(test.what);
    for (const bool asked : {true, false}) {
      const auto error = ask(test.response, asked);
      CHECK((error ? name(*error) : "none") == name(test.error));
    }
  }
  CHECK(alert_for(Error::bad_certificate_status) ==
        AlertDescription::bad_certificate_status_response);
}

TEST_CASE("AC-101: any part of a response is refused", "[AC-101]") {
  const Data whole = Response().encode();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    CHECK(ask(Data(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))) ==
          Error::bad_certificate_status);
  }
}

TEST_CASE("AC-101: nothing is no response where one must come", "[AC-101]") {
  CHECK_FALSE(ask({}));
  CHECK(ask({}, true, true) == Error::bad_certificate_status);
  CHECK_FALSE(ask(Response().encode(), true, true));
}

}  // namespace nacre::test
