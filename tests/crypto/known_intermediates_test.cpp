// Intermediates that were parsed before: what is said of a chain never depends on other chains.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <thread>
#include <vector>

#include "crypto/issued.h"

namespace nacre::test {
namespace {

// A leaf and a CA of its own, below a root that many have.
struct Branch {
  crypto::Issued middle;
  crypto::Issued leaf;

  Question question() const { return Question({leaf, middle}).name("a.example"); }
};

Branch branch(const crypto::Issued& root, const std::string& name) {
  const crypto::Issued middle = issue_by(root, request_for_ca(name));
  return {middle, issue_by(middle, request_for_host("a.example"))};
}

}  // namespace

TEST_CASE("a chain is believed again and again, among more lists than are remembered",
          "[rfc5280-6.1]") {
  const crypto::Issued root = issue_self_signed(request_for_ca("root"));
  const TrustAnchors anchors = trust(root);
  std::vector<Branch> branches;
  for (int i = 0; i < 12; ++i) branches.push_back(branch(root, "middle " + std::to_string(i)));
  for (int round = 0; round < 3; ++round) {
    for (const Branch& each : branches) {
      const ChainVerdict verdict = each.question().ask(anchors);
      CHECK_FALSE(verdict.error);
      CHECK(verdict.path.size() == 3);
    }
  }
}

TEST_CASE("a chain is not completed by what another chain had", "[rfc5280-6.1]") {
  const crypto::Issued root = issue_self_signed(request_for_ca("root"));
  const TrustAnchors anchors = trust(root);
  const Branch one = branch(root, "one");
  const Branch other = branch(root, "other");
  for (int round = 0; round < 2; ++round) {
    REQUIRE_FALSE(one.question().ask(anchors).error);
    REQUIRE_FALSE(other.question().ask(anchors).error);
    CHECK(Question({one.leaf}).ask(anchors).error == Error::missing_intermediate);
    CHECK(Question({one.leaf, other.middle}).ask(anchors).error == Error::missing_intermediate);
    CHECK_FALSE(Question({one.leaf, other.middle, one.middle}).ask(anchors).error);
  }
}

TEST_CASE("a list is known by each of its certificates, not by its bytes alone", "[rfc5280-6.1]") {
  const crypto::Issued root = issue_self_signed(request_for_ca("root"));
  const TrustAnchors anchors = trust(root);
  const crypto::Issued upper = issue_by(root, request_for_ca("upper"));
  const Branch below = branch(upper, "lower");
  Question whole({below.leaf, below.middle, upper});
  REQUIRE_FALSE(whole.ask(anchors).error);
  Question joined = whole;
  const crypto::Der& last = whole.chain.back();
  joined.chain.at(1).insert(joined.chain.at(1).end(), last.begin(), last.end());
  joined.chain.pop_back();
  CHECK(joined.ask(anchors).error == Error::missing_intermediate);
  Question altered = whole;
  altered.chain.at(1).back() ^= 1;
  CHECK(altered.ask(anchors).error == Error::certificate_bad_signature);
  CHECK_FALSE(whole.ask(anchors).error);
}

TEST_CASE("what is known is judged anew each time", "[rfc5280-6.1.3]") {
  const crypto::Issued root = issue_self_signed(request_for_ca("root"));
  const TrustAnchors anchors = trust(root);
  crypto::IssueRequest short_lived = request_for_ca("middle");
  short_lived.not_after = now + day;
  const crypto::Issued middle = issue_by(root, short_lived);
  const crypto::Issued leaf = issue_by(middle, request_for_host("a.example"));
  Question question({leaf, middle});
  REQUIRE_FALSE(question.ask(anchors).error);
  CHECK(question.at(now + 2 * day).ask(anchors).error == Error::certificate_expired);
  CHECK_FALSE(question.at(now).ask(anchors).error);
  const TrustAnchors others = trust(issue_self_signed(request_for_ca("stranger")));
  CHECK(question.ask(others).error);
}

TEST_CASE("what cannot be parsed among intermediates is passed over, each time", "[rfc5280-6.1]") {
  const crypto::Issued root = issue_self_signed(request_for_ca("root"));
  const TrustAnchors anchors = trust(root);
  Question question = branch(root, "middle").question();
  question.chain.insert(question.chain.begin() + 1, crypto::Der{0x30, 1, 0});
  CHECK_FALSE(question.ask(anchors).error);
  CHECK_FALSE(question.ask(anchors).error);
}

TEST_CASE("threads may judge chains by the same anchors", "[threads][rfc5280-6.1]") {
  const crypto::Issued root = issue_self_signed(request_for_ca("root"));
  const TrustAnchors anchors = trust(root);
  std::vector<Branch> branches;
  for (int i = 0; i < 10; ++i) branches.push_back(branch(root, "middle " + std::to_string(i)));
  std::vector<std::size_t> believed(4);
  std::vector<std::thread> threads;
  for (std::size_t& count : believed) {
    threads.emplace_back([&] {
      for (int round = 0; round < 3; ++round) {
        for (const Branch& each : branches) count += !each.question().ask(anchors).error;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(std::ranges::all_of(believed, [](std::size_t count) { return count == 30; }));
}

}  // namespace nacre::test
