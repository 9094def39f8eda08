// Certificates made for a test, and questions about them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crypto/issue.h"
#include "crypto/pem.h"
#include "nacre/credentials.h"
#include "nacre/verify.h"

namespace nacre::test {

inline constexpr UnixTime day = 86'400;
// The time at which tests look: 2026-11-23.
inline constexpr UnixTime now = 1'795'392'000;

// Valid from a day before `now` for thirty.
inline crypto::IssueRequest request_for(std::string common_name) {
  crypto::IssueRequest request;
  request.common_name = std::move(common_name);
  request.not_before = now - day;
  request.not_after = now + 29 * day;
  return request;
}

inline crypto::IssueRequest request_for_ca(std::string common_name) {
  crypto::IssueRequest request = request_for(std::move(common_name));
  request.is_ca = true;
  return request;
}

// With `name` in subjectAltName too.
inline crypto::IssueRequest request_for_host(const std::string& name) {
  crypto::IssueRequest request = request_for(name);
  request.names = {name};
  return request;
}

inline crypto::Issued issue_self_signed(const crypto::IssueRequest& request) {
  return crypto::issue(request, nullptr).value();
}

inline crypto::Issued issue_by(const crypto::Issued& issuer, const crypto::IssueRequest& request) {
  return crypto::issue(request, &issuer).value();
}

inline crypto::Der der_of(const crypto::Issued& issued) {
  return read_pem_certificates(issued.certificate_pem).value().front();
}

inline TrustAnchors trust(const crypto::Issued& anchor) {
  return TrustAnchors::from_pem(anchor.certificate_pem).value();
}

// A chain and how it is to be looked at.
struct Question {
  std::vector<crypto::Der> chain;
  ChainQuery query;

  explicit Question(const std::vector<crypto::Issued>& certificates) {
    for (const crypto::Issued& issued : certificates) chain.push_back(der_of(issued));
    query.time = now;
  }
  Question& name(std::string_view text) {
    query.peer_name = PeerName::parse(text).value();
    return *this;
  }
  Question& at(UnixTime time) {
    query.time = time;
    return *this;
  }
  Question& purpose(Purpose value) {
    query.purpose = value;
    return *this;
  }
  ChainVerdict ask(const TrustAnchors& anchors) {
    const std::vector<Bytes> views(chain.begin(), chain.end());
    query.chain = views;
    ChainVerdict verdict = check_chain(anchors, query);
    query.chain = {};
    return verdict;
  }
};

// A root, an intermediate and a leaf for a.example, to be altered by a test.
struct Family {
  crypto::IssueRequest root = request_for_ca("root");
  crypto::IssueRequest middle = request_for_ca("middle");
  crypto::IssueRequest leaf = request_for_host("a.example");

  struct Certificates {
    crypto::Issued root, middle, leaf;
  };
  Certificates issue() const {
    const crypto::Issued top = issue_self_signed(root);
    const crypto::Issued intermediate = issue_by(top, middle);
    return {top, intermediate, issue_by(intermediate, leaf)};
  }
};

inline ChainVerdict judge(const Family& family) {
  const auto made = family.issue();
  return Question({made.leaf, made.middle}).name("a.example").ask(trust(made.root));
}

}  // namespace nacre::test
