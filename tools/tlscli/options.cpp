// Flags and their meaning.
#include "tlscli/options.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <utility>

#include "tlscli/names.h"
#include "tlscli/policies.h"

namespace nacre::tlscli {
namespace {

// The union of lists: `--groups a,b --groups c`.
std::vector<std::string> all_of(const std::vector<std::string>& lists) {
  std::vector<std::string> parts;
  for (const std::string& list : lists) {
    for (std::string& part : split_list(list)) parts.push_back(std::move(part));
  }
  return parts;
}

// Replaces `preferences` by the values that `lists` name, if they name any.
template <class List, class Parse>
Outcome<void> choose(List& preferences, const std::vector<std::string>& lists, Parse parse) {
  if (lists.empty()) return {};
  preferences.clear();
  for (const std::string& part : all_of(lists)) {
    TRY(const auto value, parse(part));
    preferences.add(value);
  }
  if (preferences.empty()) return usage_problem("a list of names is empty");
  return {};
}

template <class List>
void append_names(std::string& text, const List& values) {
  for (const auto value : values) text.append(text.empty() ? "" : ", ").append(name(value));
}

void add_psk_options(CLI::App& app, PskOptions& options) {
  auto* psk = app.add_option("--psk", options.keys,
                             "A key that both sides have: its identity, and 16 to 64 bytes")
                  ->type_name("ID:HEX")
                  ->allow_extra_args(false);
  auto* import = app.add_flag("--psk-import", options.import,
                              "Use the keys through the importer of RFC 9258: recommended")
                     ->needs(psk);
  app.add_option("--psk-kdf", options.kdf, "The hash that the keys were made for")
      ->check(CLI::IsMember({"sha256", "sha384"}))
      ->needs(psk)
      ->capture_default_str();
  app.add_option("--psk-context", options.context, "The importer's context, the same on both sides")
      ->type_name("HEX")
      ->needs(import);
}

void add_revocation_options(CLI::App& app, auto& options) {
  auto* lists =
      app.add_option("--crl", options.crl, "Revocation lists to look the chain up in, PEM")
          ->type_name("FILE");
  app.add_option("--revocation", options.revocation,
                 "Whether a certificate that no list (or OCSP response) covers is refused")
      ->check(CLI::IsMember({"if-known", "required"}))
      ->needs(lists)
      ->capture_default_str();
}

void add_ech_options(CLI::App& app, ClientOptions& options) {
  auto* configs = app.add_option("--ech", options.ech,
                                 "Encrypt the ClientHello (RFC 9849) with an ECHConfigList: in "
                                 "base64, or FILE")
                      ->type_name("LIST|FILE");
  app.add_option("--ech-retry-out", options.ech_retry_out,
                 "Write what a server that rejects ECH wants to be tried with to FILE, in base64")
      ->type_name("FILE")
      ->needs(configs);
  app.add_flag(
      "--ech-grease,!--no-ech-grease", options.ech_grease,
      "Pretend to encrypt the ClientHello where there is nothing to encrypt with: the default");
}

}  // namespace

void add_common_options(CLI::App& app, CommonOptions& options) {
  app.add_option("--alpn", options.alpn, "Application protocols, best first: h2,http/1.1");
  app.add_option("--policy", options.policy, "What is offered and accepted: see `tlscli policy`")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--groups", options.groups, "Groups for the key exchange, best first");
  app.add_option("--suites", options.suites, "Cipher suites, best first");
  app.add_option("--sigalgs", options.sigalgs, "Signature schemes, best first");
  app.add_option("--cert", options.certificates, "Our chain, PEM, the leaf first")
      ->allow_extra_args(false);
  app.add_option("--key", options.keys, "Its private key, PEM")->allow_extra_args(false);
  app.add_option("--raw-key", options.raw_keys,
                 "A private key, PEM, whose public half we show without a certificate (RFC 7250)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--raw-pin", options.raw_pins,
                 "SHA-256 of a public key that the peer may show without a certificate")
      ->type_name("HASH")
      ->allow_extra_args(false);
  add_revocation_options(app, options);
  app.add_option("--compress", options.compress,
                 "Send certificates compressed, and take such ones (RFC 8879): zlib,brotli,zstd")
      ->type_name("LIST")
      ->delimiter(',')
      ->check(CLI::IsMember({"zlib", "brotli", "zstd"}));
  app.add_option("--keylog", options.keylog, "Append the secrets to FILE (RFC 9850)")
      ->type_name("FILE");
  app.add_option("--timeout", options.timeout, "Seconds for the whole connection set-up")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--json", options.json, "One JSON object on stdout, all else on stderr");
  app.add_flag("-v,--verbose", options.verbose, "Show each message as it passes, on stderr");
}

void add_client_options(CLI::App& app, ClientOptions& options) {
  add_common_options(app, options);
  add_psk_options(app, options.psk);
  app.add_flag("--psk-certificate", options.certificate_with_psk,
               "Ask for a certificate besides the key (RFC 9973)")
      ->needs("--psk");
  app.add_option("--ca", options.ca, "Authorities to trust: FILE (PEM) or \"system\"")
      ->type_name("FILE|system")
      ->default_str("system");
  app.add_option("--pin", options.pins, "SHA-256 of a public key that the chain must have")
      ->allow_extra_args(false);
  app.add_option("--name", options.name, "Name to expect in the certificate, in place of HOST");
  app.add_flag("--ocsp", options.ocsp, "Ask for a stapled OCSP response, and check it");
  add_ech_options(app, options);
  app.add_flag("--insecure", options.insecure, "Believe any certificate: for experiments alone");
}

void add_session_options(CLI::App& app, ClientOptions& options) {
  app.add_option("--session-in", options.session_in, "Resume a session of FILE")->type_name("FILE");
  app.add_option("--session-out", options.session_out, "Write the sessions to FILE, a secret")
      ->type_name("FILE");
}

void add_server_options(CLI::App& app, ServerOptions& options) {
  add_common_options(app, options);
  add_psk_options(app, options.psk);
  auto* asks = app.add_option("--client-auth", options.client_auth,
                              "Whether clients show a certificate of --client-ca, or a key of "
                              "--raw-pin")
                   ->check(CLI::IsMember({"none", "optional", "required"}))
                   ->capture_default_str();
  app.add_option("--client-ca", options.client_ca,
                 "Authorities to trust for clients: FILE (PEM) or \"system\"")
      ->type_name("FILE|system")
      ->needs(asks);
  app.add_option("--ocsp", options.ocsp, "An OCSP response to staple to the first --cert, DER")
      ->type_name("FILE");
  app.add_option("--ticket-keys", options.ticket_keys,
                 "Keys that seal tickets, 48 bytes each, the first one for new tickets; read again "
                 "every minute. Default: keys at random")
      ->type_name("FILE");
  app.add_option("--ech-key", options.ech_keys,
                 "Take ClientHellos encrypted for this key (RFC 9849), PEM; the first is preferred")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_flag("--early-data", options.early_data,
               "Take early data (0-RTT), held against replays while this process lives");
  app.add_option("--listen", options.listen, "Where to listen; port 0: any that is free")
      ->type_name("ADDR:PORT")
      ->capture_default_str();
  auto* www = app.add_flag("--www", options.www, "Answer HTTP with a page on the connection");
  app.add_option("--file", options.directory, "Answer HTTP with files of a directory")
      ->type_name("DIR")
      ->excludes(www);
  app.add_option("--bytes", options.bytes, "Answer HTTP with bodies of N bytes, and take any")
      ->type_name("N")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::PositiveNumber)
      ->excludes(www)
      ->excludes("--file");
  auto* once = app.add_flag("--once", options.once, "End after one connection, with its exit code");
  app.add_option("--count", options.count, "End after N connections")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->excludes(once);
  app.add_option("--connections", options.connections, "Connections at a time, at most")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app.add_option("--idle", options.idle, "Seconds after which a silent connection is closed")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_bench_options(CLI::App& app, BenchOptions& options) {
  constexpr double longest = 3600;
  constexpr double shortest = 0.01;
  app.add_option("peer", options.target, "HOST[:PORT], port 443 by default; none: our own server");
  add_client_options(app, options);
  auto* handshakes = app.add_flag("--connections", options.connections,
                                  "Connections per second: the default where there is a HOST");
  app.add_flag("--resume", options.resume, "Connections that resume the session of the one before");
  app.add_option("--www", options.path, "GET this of the server, on each connection")
      ->type_name("PATH");
  auto* bytes = app.add_option("--bytes", options.bytes,
                               "Bytes per second: receive up to N of the body of --www")
                    ->type_name("N")
                    ->transform(CLI::AsSizeValue(false))
                    ->check(CLI::PositiveNumber)
                    ->excludes(handshakes)
                    ->excludes("--resume");
  app.add_flag("--send", options.send, "Send the N bytes, by POST, and receive none")->needs(bytes);
  app.add_option("--seconds", options.seconds, "How long to measure, at most, each time")
      ->check(CLI::Range(shortest, longest))
      ->capture_default_str();
}

void add_issue_options(CLI::App& app, IssueOptions& options) {
  app.add_option("--out", options.out, "Writes PREFIX.pem and PREFIX.key")
      ->type_name("PREFIX")
      ->required();
  app.add_option("--subject", options.subject, "Common name");
  app.add_option("--type", options.key, "Kind of key")
      ->check(CLI::IsMember({"p256", "p384", "p521", "rsa2048", "rsa3072", "rsa4096", "ed25519",
                             "mldsa44", "mldsa65", "mldsa87"}))
      ->capture_default_str();
  app.add_option("--days", options.days, "Days of validity")
      ->check(CLI::Range(1, 36500))
      ->capture_default_str();
  app.add_option("--start", options.start, "Valid from, in seconds since 1970; default: now")
      ->type_name("UNIX");
  app.add_flag("--json", options.json, "One JSON object on stdout, all else on stderr");
}

void add_ech_key_options(CLI::App& app, EchKeyOptions& options) {
  constexpr unsigned most = 255;
  app.add_option("--public-name", options.public_name,
                 "Name that anyone may see, and that the server has a certificate for")
      ->type_name("NAME")
      ->required();
  app.add_option("--config-id", options.config_id,
                 "By which the server finds the key; default: at random")
      ->type_name("N")
      ->check(CLI::Range(most));
  app.add_option("--max-name-length", options.maximum_name_length,
                 "Of the names to hide, in bytes, for the padding; 0: not known")
      ->type_name("N")
      ->check(CLI::Range(most))
      ->capture_default_str();
  app.add_option("--out", options.out, "Writes the private key and the configuration to FILE")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--json", options.json, "One JSON object on stdout, all else on stderr");
}

void add_check_options(CLI::App& app, CheckOptions& options) {
  app.add_option("chain", options.chain, "The leaf, then intermediates in any order")
      ->type_name("CHAIN.pem")
      ->required();
  app.add_option("--ca", options.ca, "Authorities to trust: ROOTS.pem or \"system\"")
      ->type_name("FILE|system")
      ->capture_default_str();
  app.add_option("--host", options.host, "The name that the leaf must be for");
  app.add_option("--ocsp", options.ocsp, "An OCSP response that came with the leaf, DER")
      ->type_name("FILE");
  add_revocation_options(app, options);
  app.add_option("--time", options.time, "The moment to judge, in seconds since 1970; default: now")
      ->type_name("UNIX");
  app.add_option("--purpose", options.purpose, "Which side the leaf is for")
      ->check(CLI::IsMember({"server", "client"}))
      ->capture_default_str();
  app.add_flag("--json", options.json, "One JSON object on stdout, all else on stderr");
}

Outcome<Policy> policy_from(const CommonOptions& options) {
  TRY(const NamedPolicy named, parse_policy(options.policy));
  Policy policy = named.policy;
  TRY(choose(policy.groups, options.groups, parse_group));
  TRY(choose(policy.cipher_suites, options.suites, parse_suite));
  TRY(choose(policy.signature_schemes, options.sigalgs, parse_scheme));
  if (policy == named.policy) return policy;
  policy.number = 0;
  policy.key_shares.clear();
  for (const NamedGroup group : policy.groups) {
    if (named.policy.key_shares.contains(group)) policy.key_shares.add(group);
  }
  if (policy.key_shares.empty()) policy.key_shares.add(*policy.groups.begin());
  return policy;
}

std::string offer_of(const Policy& policy) {
  std::string text;
  append_names(text, policy.groups);
  append_names(text, policy.cipher_suites);
  return text;
}

}  // namespace nacre::tlscli
