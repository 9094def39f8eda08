#include "attacks/der.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <utility>

#include "crypto/certificate.h"
#include "nacre/credentials.h"
#include "support/sweep.h"

namespace nacre::test {
namespace der {

Data element(std::uint8_t tag, const Data& content) {
  if (content.size() < 0x80) return Data{tag} + vector(1, content);
  std::size_t width = 1;
  while (content.size() >> (8 * width) != 0) ++width;
  return Data{tag, static_cast<std::uint8_t>(0x80 | width)} + vector(width, content);
}

namespace {

Data joined(const std::vector<Data>& parts) {
  Data all;
  for (const Data& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

Data sequence(const std::vector<Data>& parts) {
  return element(0x30, joined(parts));
}

Data set(const std::vector<Data>& parts) {
  return element(0x31, joined(parts));
}

Data oid(std::string_view dotted) {
  std::vector<std::size_t> arcs{0};
  for (const char c : dotted) {
    if (c == '.') {
      arcs.push_back(0);
    } else {
      arcs.back() = arcs.back() * 10 + static_cast<std::size_t>(c - '0');
    }
  }
  Data content{static_cast<std::uint8_t>(arcs.at(0) * 40 + arcs.at(1))};
  for (std::size_t i = 2; i < arcs.size(); ++i) {
    Data arc{static_cast<std::uint8_t>(arcs[i] & 0x7f)};
    for (std::size_t rest = arcs[i] >> 7; rest != 0; rest >>= 7) {
      arc.insert(arc.begin(), static_cast<std::uint8_t>(0x80 | (rest & 0x7f)));
    }
    content = content + arc;
  }
  return element(6, content);
}

Data integer(std::size_t value) {
  std::size_t width = 1;
  while (value >> (8 * width - 1) != 0) ++width;
  return element(2, number(width, value));
}

Data boolean(bool value) {
  return {1, 1, static_cast<std::uint8_t>(value ? 0xff : 0)};
}

Data octet_string(const Data& content) {
  return element(4, content);
}

Data bit_string(const Data& content) {
  return element(3, Data{0} + content);
}

Data primitive(std::uint8_t number, const Data& content) {
  return element(static_cast<std::uint8_t>(0x80 | number), content);
}

Data constructed(std::uint8_t number, const Data& content) {
  return element(static_cast<std::uint8_t>(0xa0 | number), content);
}

Data raw(std::string_view text) {
  return {text.begin(), text.end()};
}

Data text(std::uint8_t tag, std::string_view content) {
  return element(tag, raw(content));
}

Data time(UnixTime time) {
  const std::chrono::sys_seconds point{std::chrono::seconds{time}};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{point - day};
  const auto digits = [](auto value) {
    const auto two = static_cast<unsigned>(value) % 100;
    return std::string{static_cast<char>('0' + two / 10), static_cast<char>('0' + two % 10)};
  };
  return der::text(
      0x17, digits(static_cast<int>(date.year())) + digits(static_cast<unsigned>(date.month())) +
                digits(static_cast<unsigned>(date.day())) + digits(clock.hours().count()) +
                digits(clock.minutes().count()) + digits(clock.seconds().count()) + "Z");
}

Data name(std::string_view common_name) {
  return sequence({set({sequence({oid("2.5.4.3"), text(0x0c, common_name)})})});
}

}  // namespace der

Entity entity(const std::string& common_name, crypto::KeyType kind) {
  static std::map<std::pair<std::string, crypto::KeyType>, Entity> known;
  const auto found = known.find({common_name, kind});
  if (found != known.end()) return found->second;
  const auto issued =
      crypto::issue({.key = kind, .common_name = "key", .not_before = now, .not_after = now},
                    nullptr)
          .value();
  const auto certificate = read_pem_certificates(issued.certificate_pem).value().front();
  const auto parsed = crypto::ParsedCertificate::parse(certificate).value();
  const Bytes info = parsed.key_info();
  Entity made{common_name, issued.key_pem, Data(info.begin(), info.end()), kind};
  return known.emplace(std::pair(common_name, kind), made).first->second;
}

Data signature_algorithm(crypto::KeyType kind) {
  using enum crypto::KeyType;
  switch (kind) {
    case p256:
      return der::sequence({der::oid("1.2.840.10045.4.3.2")});
    case ed25519:
      return der::sequence({der::oid("1.3.101.112")});
    case rsa2048:
    case rsa3072:
    case rsa4096:
      return der::sequence({der::oid("1.2.840.113549.1.1.11"), {5, 0}});
    case rsa_pss2048:
      return pss_algorithm({});
    default:
      FAIL("no such algorithm here");
      return {};
  }
}

crypto::AnySignature signature_of(crypto::KeyType kind) {
  return {.hash_bits = kind == crypto::KeyType::ed25519 ? 0 : 256,
          .pss = kind == crypto::KeyType::rsa_pss2048};
}

Data pss_algorithm(const PssParameters& parameters) {
  const auto hash = [](std::uint8_t number) {
    return der::sequence({der::oid("2.16.840.1.101.3.4.2." + std::to_string(int{number})), {5, 0}});
  };
  const auto mask = [&](std::uint8_t number) {
    return der::sequence({der::oid("1.2.840.113549.1.1.8"), hash(number)});
  };
  const auto& [of_content, of_mask, salt, trailer] = parameters;
  return der::sequence(
      {der::oid("1.2.840.113549.1.1.10"),
       der::sequence({of_content ? der::constructed(0, hash(*of_content)) : Data{},
                      of_mask ? der::constructed(1, mask(*of_mask)) : Data{},
                      salt ? der::constructed(2, der::integer(*salt)) : Data{},
                      trailer ? der::constructed(3, der::integer(*trailer)) : Data{}})});
}

Data rsa_key_info(const Data& modulus, const Data& exponent) {
  const auto positive = [](const Data& number) {
    return der::element(2, (!number.empty() && number.front() >= 0x80 ? Data{0} : Data{}) + number);
  };
  return der::sequence({der::sequence({der::oid("1.2.840.113549.1.1.1"), {5, 0}}),
                        der::bit_string(der::sequence({positive(modulus), positive(exponent)}))});
}

Data extension(std::string_view oid, bool critical, const Data& value) {
  return der::sequence(
      {der::oid(oid), critical ? der::boolean(true) : Data{}, der::octet_string(value)});
}

Data basic_constraints(bool is_ca, std::optional<std::size_t> path_length) {
  return extension("2.5.29.19", true,
                   der::sequence({is_ca ? der::boolean(true) : Data{},
                                  path_length ? der::integer(*path_length) : Data{}}));
}

Data subject_alternative_names(const std::vector<Data>& names, bool critical) {
  return extension("2.5.29.17", critical, der::sequence(names));
}

Data email(std::string_view text) {
  return der::primitive(1, der::raw(text));
}

Data dns_name(std::string_view text) {
  return der::primitive(2, der::raw(text));
}

Data uri(std::string_view text) {
  return der::primitive(6, der::raw(text));
}

Data address(const Data& bytes) {
  return der::primitive(7, bytes);
}

Data name_constraints(const std::vector<Data>& permitted, const std::vector<Data>& excluded) {
  const auto subtrees = [](std::uint8_t number, const std::vector<Data>& bases) {
    Data all;
    for (const Data& base : bases) {
      const Data subtree = der::sequence({base});
      all.insert(all.end(), subtree.begin(), subtree.end());
    }
    return bases.empty() ? Data{} : der::constructed(number, all);
  };
  return extension("2.5.29.30", true,
                   der::sequence({subtrees(0, permitted), subtrees(1, excluded)}));
}

Data Draft::body() const {
  Data list;
  for (const Data& each : extensions) list.insert(list.end(), each.begin(), each.end());
  Data body =
      der::sequence({version, serial, algorithm, issuer, validity, subject, key_info,
                     list.empty() ? Data{} : der::constructed(3, der::element(0x30, list))});
  change_body(body);
  return body;
}

Data Draft::sign(const Entity& signer) const {
  return assemble(crypto::sign_anyhow(how, signer.key_pem, body()).value());
}

Data Draft::assemble(Data signature) const {
  change_signature(signature);
  return der::sequence(
      {body(), outer_algorithm.empty() ? algorithm : outer_algorithm, der::bit_string(signature)});
}

namespace {

constexpr UnixTime day = 86'400;

Draft draft(const Entity& subject, const Entity& issuer) {
  Draft draft;
  draft.algorithm = signature_algorithm(issuer.kind);
  draft.how = signature_of(issuer.kind);
  draft.issuer = issuer.name();
  draft.validity = der::sequence({der::time(now - day), der::time(now + day)});
  draft.subject = subject.name();
  draft.key_info = subject.key_info;
  return draft;
}

Data key_usage(std::uint8_t bits, std::uint8_t unused) {
  return extension("2.5.29.15", true, der::element(3, {unused, bits}));
}

}  // namespace

Draft leaf_draft(const Entity& subject, const Entity& issuer, const std::vector<Data>& names) {
  Draft leaf = draft(subject, issuer);
  leaf.extensions = {basic_constraints(false), key_usage(0x80, 7),
                     extension("2.5.29.37", false, der::sequence({der::oid("1.3.6.1.5.5.7.3.1")}))};
  if (!names.empty()) leaf.extensions.push_back(subject_alternative_names(names));
  return leaf;
}

Draft ca_draft(const Entity& subject, const Entity& issuer, const std::vector<Data>& more) {
  Draft ca = draft(subject, issuer);
  ca.extensions = {basic_constraints(true), key_usage(0x06, 1)};
  ca.extensions.insert(ca.extensions.end(), more.begin(), more.end());
  return ca;
}

Data root_of(const Entity& authority, const std::vector<Data>& more) {
  return ca_draft(authority, authority, more).sign(authority);
}

ChainVerdict Inquiry::ask() const {
  const std::vector<Bytes> given(chain.begin(), chain.end());
  const std::vector<Bytes> anchors(roots.begin(), roots.end());
  ChainQuery query;
  query.chain = given;
  query.time = now;
  if (!name.empty()) query.peer_name = PeerName::parse(name).value();
  change(query);
  const auto trusted = TrustAnchors::from_der(anchors);
  if (trusted) return check_chain(*trusted, query);
  ChainVerdict none;  // a root that is none
  none.error = trusted.error();
  return none;
}

Trio::Trio(crypto::KeyType kind)
    : top(entity("root", kind)),
      middle(entity("middle", kind)),
      bottom(entity("leaf", kind)),
      ca(ca_draft(middle, top)),
      leaf(leaf_draft(bottom, middle, {dns_name("a.example")})) {}

Inquiry Trio::inquiry(const std::string& expected) const {
  return {.chain = {leaf.sign(middle), ca.sign(top)},
          .roots = {root_of(top, root_extensions)},
          .name = expected};
}

double milliseconds(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return 1'000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void check_within(double bound, const std::function<void()>& work) {
  constexpr double slowness = is_watched ? 20 : 5;  // the test itself is not optimised
  double spent = milliseconds(work);
  for (int again = 0; again < 2 && spent > bound * slowness; ++again) spent = milliseconds(work);
  INFO("milliseconds: " << spent);
  CHECK(spent <= bound * slowness);
}

}  // namespace nacre::test
