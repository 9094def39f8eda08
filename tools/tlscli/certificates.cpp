// `tlscli cert ca`, `leaf`, `client` and `show`.
#include <boost/json/array.hpp>
#include <utility>

#include "tlscli/commands.h"
#include "tlscli/explain.h"
#include "tlscli/issuing.h"
#include "tlscli/output.h"
#include "tlscli/settings.h"
#include "tlscli/summary.h"

namespace nacre::tlscli {
namespace {

using crypto::Issued;
using crypto::IssueRequest;
using crypto::KeyType;

constexpr auto key_types = std::to_array<std::pair<std::string_view, KeyType>>({
    {"p256", KeyType::p256},
    {"p384", KeyType::p384},
    {"p521", KeyType::p521},
    {"rsa2048", KeyType::rsa2048},
    {"rsa3072", KeyType::rsa3072},
    {"rsa4096", KeyType::rsa4096},
    {"ed25519", KeyType::ed25519},
    {"mldsa44", KeyType::mldsa44},
    {"mldsa65", KeyType::mldsa65},
    {"mldsa87", KeyType::mldsa87},
});

KeyType key_type(std::string_view text) {
  for (const auto& [name, type] : key_types) {
    if (name == text) return type;
  }
  return KeyType::p256;
}

std::string default_subject(IssueKind kind, const IssueOptions& options) {
  if (kind == IssueKind::authority) return "Nacre test authority";
  return options.names.empty() ? "Nacre test client" : options.names.front();
}

IssueRequest request_from(IssueKind kind, const IssueOptions& options) {
  constexpr UnixTime day = 86'400;
  constexpr UnixTime minute = 60;
  IssueRequest request;
  request.key = key_type(options.key);
  request.common_name = options.subject.empty() ? default_subject(kind, options) : options.subject;
  request.names = options.names;
  // A minute of tolerance for clocks that are behind ours.
  request.not_before = options.start ? *options.start : now() - minute;
  request.not_after = request.not_before + options.days * day;
  request.is_ca = kind == IssueKind::authority;
  request.server_purpose = kind == IssueKind::leaf;
  request.client_purpose = kind == IssueKind::client;
  return request;
}

Outcome<std::vector<std::vector<std::uint8_t>>> certificates_in(const std::string& path) {
  TRY(const std::string pem, read_file(path));
  auto certificates = read_pem_certificates(pem);
  if (certificates && !certificates->empty()) return *std::move(certificates);
  return usage_problem(path + " holds no certificate in PEM", "name a file with BEGIN CERTIFICATE");
}

Outcome<CertificateInfo> certificate_info(Bytes der, const std::string& path) {
  auto info = read_certificate(der);
  if (info) return *std::move(info);
  return usage_problem(path + " holds a certificate that cannot be parsed",
                       "it must be X.509 version 3");
}

// The issuer's own chain, which its leaves must send along: nothing where it is a root.
Outcome<std::string> chain_of(const std::string& issuer) {
  const std::string path = issuer + ".pem";
  TRY(const auto certificates, certificates_in(path));
  TRY(const auto info, certificate_info(certificates.front(), path));
  if (info.subject == info.issuer) return std::string();
  return read_file(path);
}

// The path as far as it was found, and the issuers that would not do.
std::vector<std::string> tried(const ChainVerdict& verdict) {
  std::vector<std::string> lines;
  lines.reserve(verdict.path.size() + verdict.candidates.size() + verdict.unused_lists.size());
  for (const std::string& subject : verdict.path) {
    lines.push_back((lines.empty() ? "the path: " : "  issued by ") + subject);
  }
  for (const std::string& candidate : verdict.candidates) lines.push_back("tried: " + candidate);
  for (const std::string& list : verdict.unused_lists) lines.push_back("not used: " + list);
  return lines;
}

}  // namespace

Outcome<void> run_issue(IssueKind kind, const IssueOptions& options, Report& report) {
  const IssueRequest request = request_from(kind, options);
  std::optional<Issued> issuer;
  std::string chain;
  if (!options.issuer.empty()) {
    TRY(std::string certificate, read_file(options.issuer + ".pem"));
    TRY(std::string key, read_file(options.issuer + ".key"));
    TRY(chain, chain_of(options.issuer));
    issuer = Issued{.certificate_pem = std::move(certificate), .key_pem = std::move(key)};
  }
  const auto issued = crypto::issue(request, issuer ? &*issuer : nullptr);
  if (!issued) {
    return usage_problem(
        "the certificate cannot be issued: " + std::string(describe(issued.error())),
        "check the names, and that the issuer's files fit each other");
  }
  const std::string certificate = options.out + ".pem";
  const std::string key = options.out + ".key";
  TRY(write_file(key, issued->key_pem, true));
  TRY(write_file(certificate, issued->certificate_pem + chain, false));
  report.fields()["certificate"] = certificate;
  report.fields()["key"] = key;
  if (!options.json) say(certificate + " and " + key + " written");
  return {};
}

Outcome<void> run_show(const ShowOptions& options, Report& report) {
  TRY(const auto certificates, certificates_in(options.file));
  boost::json::array array;
  for (const auto& der : certificates) {
    TRY(const auto info, certificate_info(der, options.file));
    if (!options.json) write_all(1, bytes_of(lines_of(info)));
    array.emplace_back(json_of(info));
  }
  report.fields()["certificates"] = std::move(array);
  return {};
}

Outcome<void> run_check(const CheckOptions& options, Report& report) {
  const bool for_server = options.purpose == "server";
  if (for_server && options.host.empty()) {
    return usage_problem("a server's certificate is for a name", "say which with --host NAME");
  }
  TRY(const auto certificates, certificates_in(options.chain));
  TRY(const TrustAnchors anchors, load_anchors(options.ca));
  const std::vector<Bytes> chain(certificates.begin(), certificates.end());
  ChainQuery query;
  query.chain = chain;
  query.time = options.time.value_or(now());
  query.purpose = for_server ? Purpose::server : Purpose::client;
  if (!options.host.empty()) {
    const auto name = PeerName::parse(options.host);
    if (!name) {
      return usage_problem("\"" + printable(options.host) + "\" is no DNS name or IP address");
    }
    query.peer_name = *name;
  }
  std::optional<RevocationLists> lists;
  if (!options.crl.empty()) {
    TRY(lists, load_revocation_lists(options.crl));
    query.crls = &*lists;
    query.revocation = revocation_from(options.revocation);
  }
  std::string response;
  if (!options.ocsp.empty()) {
    TRY(response, read_file(options.ocsp));
  }
  query.ocsp_response = bytes_of(response);
  const ChainVerdict verdict = check_chain(anchors, query);
  report.fields()["verdict"] = verdict.error ? name(*verdict.error) : "trusted";
  report.fields()["detail"] = printable(verdict.detail);
  report.fields()["path"] = json_of(verdict.path);
  report.fields()["candidates"] = json_of(verdict.candidates);
  report.fields()["unused_lists"] = json_of(verdict.unused_lists);
  report.fields()["time"] = query.time;
  if (!verdict.error) {
    if (options.json) return {};
    say(options.chain + ": trusted");
    for (const std::string& list : verdict.unused_lists) say("not used: " + list);
    return {};
  }
  Situation situation;
  situation.error = *verdict.error;
  situation.peer = options.chain;
  situation.name = printable(options.host);
  situation.trust = options.ca;
  situation.detail = verdict.detail;
  situation.tried = tried(verdict);
  return fail(explain(situation));
}

}  // namespace nacre::tlscli
