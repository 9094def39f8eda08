// `tlscli policy`: the released policies, and what each holds.
#include "tlscli/policies.h"

#include <array>
#include <boost/json/array.hpp>
#include <iomanip>
#include <optional>
#include <sstream>

#include "tlscli/commands.h"
#include "tlscli/explain.h"
#include "tlscli/names.h"
#include "tlscli/output.h"

namespace nacre::tlscli {
namespace {

constexpr std::array<NamedPolicy, 4> released{{
    {.name = "policy_2026",
     .policy = policy_2026,
     .about = "the default: hybrid post-quantum key exchange first"},
    {.name = "policy_2026_pq",
     .policy = policy_2026_pq,
     .about = "hybrid post-quantum key exchange alone"},
    {.name = "policy_2026_cnsa2",
     .policy = policy_2026_cnsa2,
     .about = "AES-256, SHA-384, ML-KEM-1024, ML-DSA-87 or P-384 alone"},
    {.name = "policy_compat",
     .policy = policy_compat,
     .about = "as policy_2026, without a retry for peers that have P-256 alone"},
}};

constexpr std::string_view prefix = "policy_";

// A line for each value, the first one after `title`.
template <class List>
void add_list(std::ostringstream& text, std::string_view title, const List& values) {
  std::optional<std::size_t> before;
  for (const auto value : values) {
    const auto rank = values.rank(value);
    text << std::left << std::setw(24) << (before ? "" : title) << name(value)
         << (before == rank ? " (as good as the one before)\n" : "\n");
    before = rank;
  }
}

template <class List>
boost::json::array names_of(const List& values) {
  boost::json::array names;
  for (const auto value : values) names.emplace_back(name(value));
  return names;
}

std::string list_text() {
  std::ostringstream text;
  for (const NamedPolicy& named : released) {
    text << std::left << std::setw(20) << named.name << named.policy.number << "  " << named.about
         << '\n';
  }
  return text.str();
}

boost::json::array list_json() {
  boost::json::array list;
  for (const NamedPolicy& named : released) {
    list.emplace_back(boost::json::object{
        {"name", named.name}, {"number", named.policy.number}, {"about", named.about}});
  }
  return list;
}

}  // namespace

Outcome<NamedPolicy> parse_policy(std::string_view text) {
  std::string known;
  for (const NamedPolicy& named : released) {
    if (same_name(text, named.name) || same_name(text, named.name.substr(prefix.size()))) {
      return named;
    }
    known.append(known.empty() ? "" : ", ").append(named.name);
  }
  return usage_problem("\"" + printable(text) + "\" is no policy that Nacre has",
                       "one of " + known + "; `tlscli policy` tells what they are for");
}

std::string lines_of(const NamedPolicy& named) {
  std::ostringstream text;
  text << "policy                  " << named.name << '\n'
       << "number                  " << named.policy.number << '\n';
  add_list(text, "cipher suites", named.policy.cipher_suites);
  add_list(text, "groups", named.policy.groups);
  add_list(text, "key shares", named.policy.key_shares);
  add_list(text, "signature schemes", named.policy.signature_schemes);
  add_list(text, "in certificates", named.policy.certificate_signature_schemes);
  text << "RSA keys                of " << named.policy.minimum_rsa_bits << " bits at least\n";
  return text.str();
}

boost::json::object json_of(const NamedPolicy& named) {
  return {{"name", named.name},
          {"number", named.policy.number},
          {"about", named.about},
          {"cipher_suites", names_of(named.policy.cipher_suites)},
          {"groups", names_of(named.policy.groups)},
          {"key_shares", names_of(named.policy.key_shares)},
          {"signature_schemes", names_of(named.policy.signature_schemes)},
          {"certificate_signature_schemes", names_of(named.policy.certificate_signature_schemes)},
          {"minimum_rsa_bits", named.policy.minimum_rsa_bits}};
}

Outcome<void> run_policy(const PolicyOptions& options, Report& report) {
  if (options.name.empty()) {
    report.fields()["policies"] = list_json();
    if (!options.json) write_all(1, bytes_of(list_text()));
    return {};
  }
  TRY(const NamedPolicy named, parse_policy(options.name));
  report.fields()["policy"] = json_of(named);
  if (!options.json) write_all(1, bytes_of(lines_of(named)));
  return {};
}

}  // namespace nacre::tlscli
