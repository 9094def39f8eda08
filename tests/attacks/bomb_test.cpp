// Chains made to cost more than they may. RFC 5280, sections 4.2.1 and 6.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <string>
#include <vector>

#include "attacks/der.h"
#include "attacks/talk.h"

namespace nacre::test {
namespace {

using enum AlertDescription;
using crypto::KeyType;

constexpr double quick = 50;  // milliseconds

std::optional<AlertDescription> alert_of(const ChainVerdict& verdict) {
  return verdict.error ? alert_for(*verdict.error) : std::nullopt;
}

Entity with_name(Entity entity, const std::string& common_name) {
  entity.common_name = common_name;
  return entity;
}

// Keys of so many, all of which have that name.
std::vector<Entity> namesakes(const std::string& common_name, std::size_t count, KeyType kind) {
  std::vector<Entity> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(with_name(entity("key " + std::to_string(i), kind), common_name));
  }
  return all;
}

// A leaf of `issuer`, and these above it. The root has the name "root".
Inquiry bomb(const Entity& issuer, const std::vector<Data>& above, KeyType kind) {
  const Entity leaf = entity("leaf", kind);
  Inquiry inquiry{.chain = {leaf_draft(leaf, issuer, {dns_name("a.example")}).sign(issuer)},
                  .roots = {root_of(entity("root", kind))},
                  .name = "a.example"};
  inquiry.chain.insert(inquiry.chain.end(), above.begin(), above.end());
  return inquiry;
}

void check_bomb(const Inquiry& inquiry) {
  ChainVerdict verdict;
  check_within(quick, [&] { verdict = inquiry.ask(); });
  REQUIRE(verdict.error);
  CHECK(alert_of(verdict) == unknown_ca);
  CHECK(verdict.detail.size() < 2'000);
}

// A client that gets as much of it as a chain may have.
void check_presented(Inquiry inquiry) {
  inquiry.chain.resize(std::min<std::size_t>(inquiry.chain.size(), 16));
  const std::vector<Bytes> roots(inquiry.roots.begin(), inquiry.roots.end());
  ClientConfig::Builder client(TrustAnchors::from_der(roots).value());
  Talk talk(client.policy(quick_policy()).clock([] { return now; }));
  talk.tell_client_until(Auth::certificate);
  check_within(quick, [&] { talk.say_to_client(certificate_message(inquiry.chain)); });
  REQUIRE(talk.client().peer.error);
  CHECK(talk.client().peer.connection.failure()->alert == unknown_ca);
  check_no_secrets(talk.client());
}

const std::vector<KeyType>& kinds() {
  static const std::vector<KeyType> all{KeyType::p256, KeyType::ed25519};
  return all;
}

std::vector<Data> numbered_names(std::size_t count) {
  std::vector<Data> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(dns_name("n" + std::to_string(i) + ".example"));
  }
  return names;
}

// certificatePolicies, and policyMappings of each of them to each.
std::vector<Data> policies(std::size_t count) {
  const auto policy = [](std::size_t i) { return der::oid("1.2.3." + std::to_string(i + 1)); };
  std::vector<Data> named, mapped;
  for (std::size_t i = 0; i < count; ++i) {
    named.push_back(der::sequence({policy(i)}));
    for (std::size_t j = 0; j < count; ++j) {
      mapped.push_back(der::sequence({policy(i), policy(j)}));
    }
  }
  return {extension("2.5.29.32", false, der::sequence(named)),
          extension("2.5.29.33", true, der::sequence(mapped))};
}

}  // namespace

TEST_CASE("AC-093: a hundred issuers of one name are not all tried", "[AC-093]") {
  for (const KeyType kind : kinds()) {
    const std::vector<Entity> all = namesakes("X", 100, kind);
    std::vector<Data> self_issued, crossed, to_root;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Entity& next = all.at((i + 1) % all.size());
      self_issued.push_back(ca_draft(all[i], next).sign(next));
      to_root.push_back(ca_draft(all[i], entity("root", kind)).sign(next));
      // X by Y, Y by X.
      const Entity other = with_name(next, "Y");
      crossed.push_back(i % 2 == 0 ? ca_draft(all[i], other).sign(next)
                                   : ca_draft(with_name(all[i], "Y"), next).sign(next));
    }
    CAPTURE(kind);
    check_presented(bomb(all.front(), self_issued, kind));
    check_presented(bomb(all.front(), crossed, kind));
    // The signature of none of them is the root's.
    const Inquiry forged = bomb(all.front(), to_root, kind);
    check_within(quick, [&] { CHECK(forged.ask().error); });
    check_bomb(bomb(all.front(), self_issued, kind));
    check_bomb(bomb(all.front(), crossed, kind));
  }
}

TEST_CASE("AC-093: the budget is what the limit says", "[AC-093]") {
  const std::vector<Entity> all = namesakes("X", 60, KeyType::p256);
  std::vector<Data> above;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Entity& next = all.at((i + 1) % all.size());
    above.push_back(ca_draft(all[i], next).sign(next));
  }
  Inquiry inquiry = bomb(all.front(), above, KeyType::p256);
  ChainVerdict verdict;
  check_within(quick, [&] { verdict = inquiry.ask(); });
  CHECK(verdict.error == Error::chain_too_complex);
  CHECK(verdict.detail.find("within 250 steps") != std::string::npos);
  // A chain that is in order, but for its length.
  std::vector<Data> in_order;
  Entity issuer = entity("root");
  for (int i = 0; i < 260; ++i) {
    const Entity ca = entity("ca " + std::to_string(i));
    in_order.insert(in_order.begin(), ca_draft(ca, issuer).sign(issuer));
    issuer = ca;
  }
  Inquiry deep = bomb(issuer, in_order, KeyType::p256);
  CHECK(deep.ask().error == Error::chain_too_complex);
  deep.change = [](ChainQuery& query) { query.limits.path_iterations = 1'000; };
  CHECK_FALSE(deep.ask().error);
  // No step at all is not as many as one likes.
  Inquiry sound = Trio().inquiry();
  sound.change = [](ChainQuery& query) { query.limits.path_iterations = 0; };
  CHECK(sound.ask().error == Error::chain_too_complex);
}

// The libraries' own bounds, with that of Limits out of the way.
TEST_CASE("AC-094: names times constraints are within bounds, or refused", "[AC-094]") {
  const auto lift = [](ChainQuery& query) {
    query.limits.name_comparisons = std::numeric_limits<std::uint64_t>::max();
  };
  for (const KeyType kind : kinds()) {
    for (const bool at_anchor : {false, true}) {
      CAPTURE(kind, at_anchor);
      std::vector<Data> excluded;
      for (std::size_t i = 0; i < 10'000; ++i) {
        excluded.push_back(dns_name("x" + std::to_string(i) + ".example"));
      }
      Trio trio(kind);
      auto& extensions = at_anchor ? trio.root_extensions : trio.ca.extensions;
      extensions.push_back(name_constraints({}, excluded));
      trio.leaf.extensions.back() = subject_alternative_names(numbered_names(10'000));
      Inquiry inquiry = trio.inquiry("n1.example");
      inquiry.change = lift;
      ChainVerdict verdict;
      check_within(quick, [&] { verdict = inquiry.ask(); });
      CHECK(verdict.error);
      CHECK(verdict.detail.size() < 2'000);
      // As many as may be: a thousand names, a thousand constraints.
      excluded.resize(1'000);
      extensions.back() = name_constraints({}, excluded);
      trio.leaf.extensions.back() = subject_alternative_names(numbered_names(1'000));
      Inquiry most = trio.inquiry("n1.example");
      most.change = lift;
      check_within(4 * quick, [&] { CHECK_FALSE(most.ask().error); });
    }
  }
}

// Within the 65,536 bytes that a chain may have, and with no signature of the anchor's.
TEST_CASE("AC-094: constraints of many CAs together are within bounds", "[AC-094]") {
  for (const KeyType kind : kinds()) {
    std::vector<Data> names{dns_name("a.example")}, excluded;
    for (std::size_t i = 0; i < 50; ++i) {
      names.push_back(dns_name(std::string(1, static_cast<char>('b' + i % 16))));
    }
    for (std::size_t i = 0; i < 400; ++i) {
      excluded.push_back(dns_name(std::string(1, static_cast<char>('r' + i % 8))));
    }
    std::vector<Data> above;
    Entity issuer = entity("root", kind);
    for (int i = 0; i < 7; ++i) {
      const Entity ca = entity("ca " + std::to_string(i), kind);
      above.insert(above.begin(), ca_draft(ca, issuer, {name_constraints({}, excluded)}).sign(ca));
      issuer = ca;
    }
    Inquiry inquiry = bomb(issuer, above, kind);
    inquiry.chain.front() = leaf_draft(entity("leaf", kind), issuer, names).sign(issuer);
    std::size_t size = 0;
    for (const Data& certificate : inquiry.chain) size += certificate.size();
    CAPTURE(kind, size);
    CHECK(size <= 65'536);
    check_within(quick, [&] { CHECK(inquiry.ask().error == Error::chain_too_complex); });
    check_presented(inquiry);
  }
}

TEST_CASE("AC-100: policies that multiply at each CA are bounded", "[AC-100]") {
  for (const KeyType kind : kinds()) {
    for (const std::size_t count : {2U, 10U, 30U}) {
      CAPTURE(kind, count);
      const Entity root = entity("root", kind);
      std::vector<Data> above;
      Entity issuer = root;
      for (int i = 0; i < 14; ++i) {
        const Entity ca = entity("ca " + std::to_string(i), kind);
        above.insert(above.begin(), ca_draft(ca, issuer, policies(count)).sign(issuer));
        issuer = ca;
      }
      Draft leaf = leaf_draft(entity("leaf", kind), issuer, {dns_name("a.example")});
      leaf.extensions.push_back(policies(count).front());
      Inquiry inquiry{.chain = {leaf.sign(issuer)}, .roots = {root_of(root)}, .name = "a.example"};
      inquiry.chain.insert(inquiry.chain.end(), above.begin(), above.end());
      check_within(quick, [&] { (void)inquiry.ask(); });
    }
    // And where a policy is asked for, there is one.
    Trio trio(kind);
    trio.ca.extensions.push_back(
        extension("2.5.29.36", true, der::sequence({der::primitive(0, {0})})));
    CHECK(trio.error() == Error::chain_refused);
    trio.ca.extensions.push_back(policies(2).front());
    trio.leaf.extensions.push_back(policies(1).front());
    CHECK_FALSE(trio.error());
  }
}

// The names are read once; what is told of them does not grow with their number.
TEST_CASE("AC-102: what is told of a hundred thousand names is short", "[AC-102]") {
  for (const KeyType kind : kinds()) {
    Trio trio(kind);
    trio.leaf.extensions.back() = subject_alternative_names(numbered_names(100'000));
    const Inquiry inquiry = trio.inquiry("a.example");
    ChainVerdict verdict;
    check_within(400, [&] { verdict = inquiry.ask(); });
    CHECK(verdict.error == Error::certificate_wrong_name);
    CHECK(verdict.detail.size() < 1'000);
    CHECK(verdict.detail.find("and 99992 more") != std::string::npos);
    trio.leaf.extensions.back() = subject_alternative_names({dns_name(std::string(500'000, 'a'))});
    const Inquiry one = trio.inquiry("a.example");
    check_within(quick, [&] { verdict = one.ask(); });
    CHECK(verdict.error == Error::certificate_wrong_name);
    CHECK(verdict.detail.size() < 1'000);
  }
}

TEST_CASE("AC-099: a chain that ends nowhere, or at a namesake, is not believed",
          "[AC-099][rfc5280-6.1]") {
  for (const KeyType kind : kinds()) {
    CAPTURE(kind);
    const Entity stranger = entity("stranger", kind);
    const Entity namesake = with_name(stranger, "root");
    Trio trio(kind);
    // At an intermediate that nobody trusts, with its root and without.
    Inquiry untrusted = trio.inquiry();
    untrusted.roots = {root_of(stranger)};
    CHECK(untrusted.ask().error == Error::unknown_issuer);
    untrusted.chain.push_back(root_of(trio.top));
    CHECK(untrusted.ask().error == Error::unknown_issuer);
    CHECK(alert_of(untrusted.ask()) == unknown_ca);
    // At an anchor's name, whose key it is not.
    Inquiry collides = trio.inquiry();
    collides.roots = {root_of(namesake)};
    CHECK(collides.ask().error);
    collides.chain.push_back(root_of(trio.top));
    CHECK(collides.ask().error);
    // With both, pki finds the real one; the second look takes the first of that name.
    collides.roots.push_back(root_of(trio.top));
    CHECK((kind != KeyType::p256 || !collides.ask().error));

    // What is no CA does not issue.
    for (const Data& odd :
         {basic_constraints(false), extension("2.5.29.19", false, der::sequence({})), Data{}}) {
      Trio not_ca(kind);
      not_ca.ca.extensions.at(0) = odd;
      CHECK(not_ca.error());
    }
    Trio no_signing(kind);
    no_signing.ca.extensions.at(1) = extension("2.5.29.15", true, der::element(3, {7, 0x80}));
    CHECK(no_signing.error());
    Trio version_1(kind);
    version_1.ca.version = {};
    version_1.ca.extensions = {};
    CHECK(version_1.error());
    Trio critical(kind);
    critical.ca.extensions.push_back(extension("1.2.3.4", true, {5, 0}));
    CHECK(critical.error());
  }
}

TEST_CASE("AC-099: a chain that is too deep is not believed", "[AC-099][rfc5280-4.2.1.9]") {
  for (const KeyType kind : kinds()) {
    CAPTURE(kind);
    const Entity root = entity("root", kind);
    const auto chain_of = [&](std::size_t depth, std::optional<std::size_t> allowed) {
      std::vector<Data> above;
      Entity issuer = root;
      for (std::size_t i = 0; i < depth; ++i) {
        const Entity ca = entity("ca " + std::to_string(i), kind);
        Draft draft = ca_draft(ca, issuer);
        if (i == 0 && allowed) draft.extensions.at(0) = basic_constraints(true, allowed);
        above.insert(above.begin(), draft.sign(issuer));
        issuer = ca;
      }
      Inquiry inquiry = bomb(issuer, above, kind);
      return inquiry;
    };
    CHECK_FALSE(chain_of(14, 13).ask().error);
    CHECK(chain_of(14, 12).ask().error == Error::chain_refused);
    CHECK(chain_of(2, 0).ask().error == Error::chain_refused);
    const Inquiry deep = chain_of(260, std::nullopt);
    check_within(4 * quick, [&] { CHECK(deep.ask().error); });
    // The client stops at the seventeenth certificate.
    const Inquiry long_chain = chain_of(16, std::nullopt);
    Talk talk;
    talk.tell_client_until(Auth::certificate);
    talk.say_to_client(certificate_message(long_chain.chain));
    CHECK(talk.client().peer.error == Error::certificate_chain_too_long);
  }
}

}  // namespace nacre::test
