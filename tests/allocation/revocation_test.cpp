// What revocation lists cost a handshake. RFC 5280, section 6.3.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <vector>

#include "crypto/issued.h"
#include "support/counting.h"

#if !defined(NACRE_OTHER_MALLOC)

namespace nacre::test {

TEST_CASE("AC-206: a list is verified once for each key, and copied for none",
          "[AC-206][rfc5280-6.3]") {
  const auto made = Family().issue();
  const crypto::Issued other = issue_by(made.middle, request_for_host("b.example"));
  crypto::CrlRequest request;
  request.this_update = now - day;
  request.next_update = now + day;
  request.revoked = std::vector<crypto::Issued>(2'000, other);
  request.revoked_at = now;
  const std::string pem = crypto::issue_crl(request, made.middle).value();
  const std::size_t size = crypto::read_pem(pem, "X509 CRL").value().front().size();
  REQUIRE(size > 60'000);
  const auto lists = RevocationLists::from_pem(pem).value();
  const TrustAnchors anchors = trust(made.root);
  Question without({made.leaf, made.middle});
  Question with = without;
  with.query.crls = &lists;
  const auto bytes = [&](Question& question) {
    return allocated_bytes_in([&] { CHECK_FALSE(question.ask(anchors).error); });
  };
  (void)bytes(without);
  const std::size_t base = bytes(without);
  CHECK(bytes(with) > base + size);  // the count sees that it is verified
  for (int i = 0; i < 3; ++i) {
    const std::size_t more = bytes(with) - base;
    CAPTURE(more, base);
    CHECK(more < size / 2);
  }
  // Other keys of that name do not have it forgotten.
  for (int i = 0; i < 3; ++i) {
    const auto namesakes = Family().issue();
    Question question({namesakes.leaf, namesakes.middle});
    question.query.crls = &lists;
    CHECK_FALSE(question.ask(trust(namesakes.root)).error);
  }
  CHECK(bytes(with) < base + size / 2);
}

}  // namespace nacre::test

#endif
