// Configs of the library, made from options.
#include "tlscli/settings.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "tlscli/ech.h"
#include "tlscli/explain.h"
#include "tlscli/keys.h"
#include "tlscli/names.h"
#include "tlscli/output.h"
#include "tlscli/watch.h"

namespace nacre::tlscli {
namespace {

std::string file_hint(Error error, const std::string& file) {
  if (error == Error::key_mismatch) return "give the key that the certificate was issued for";
  if (error == Error::bad_pem) return "it must be PEM: BEGIN CERTIFICATE, or BEGIN PRIVATE KEY";
  return "look at it with `tlscli cert show " + file + "`";
}

// `with`: the file that belongs to `file`, if there is one.
Problem file_problem(Error error, const std::string& file, const std::string& with = {}) {
  return {.code = ExitCode::usage,
          .cause = std::string(name(error)),
          .what = file + (with.empty() ? "" : " with " + with) + " cannot be used",
          .why = {std::string(describe(error))},
          .hint = file_hint(error, file)};
}

Problem configuration_problem(Error error) {
  Situation situation;
  situation.error = error;
  return explain(situation);
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// Whoever has the key, where nothing tells of certificates; otherwise the authorities, and the keys
// besides.
Outcome<ClientConfig::Builder> client_builder(const ClientOptions& options, std::string& trust) {
  TRY(auto psks, load_psks(options.psk));
  if (options.insecure) warn_insecure();
  if (!psks.empty() && options.ca.empty() && !options.insecure && !options.certificate_with_psk) {
    trust = "whoever has the key";
    ClientConfig::Builder builder(std::move(psks.front()));
    for (std::size_t i = 1; i < psks.size(); ++i) builder.psk(std::move(psks[i]));
    return builder;
  }
  TRY(const auto raw_pins, parse_pins(options.raw_pins));
  if (!raw_pins.empty() && options.ca.empty() && !options.insecure && psks.empty()) {
    trust = "whoever has the raw public key";
    return ClientConfig::Builder(RawPublicKeys{.pins = raw_pins});
  }
  const std::string source = options.ca.empty() ? "system" : options.ca;
  trust = options.insecure ? "anyone" : source;
  TRY(auto anchors,
      options.insecure ? Outcome<TrustAnchors>(danger::trust_anyone()) : load_anchors(source));
  ClientConfig::Builder builder(std::move(anchors));
  for (ExternalPsk& psk : psks) builder.psk(std::move(psk));
  if (!raw_pins.empty()) builder.raw_public_keys({.pins = raw_pins});
  return builder;
}

CertificateCompressorPtr compressor(std::string_view name) {
  if (name == "zlib") return zlib_compressor();
  return name == "brotli" ? brotli_compressor() : zstd_compressor();
}

void compress_by(auto& builder, const std::vector<CertificateCompressorPtr>& compressors) {
  for (const CertificateCompressorPtr& each : compressors) {
    builder.compress_certificate(each).decompress_certificate(each);
  }
}

}  // namespace

Outcome<std::vector<CertificateCompressorPtr>> load_compressors(const CommonOptions& options) {
  std::vector<CertificateCompressorPtr> compressors;
  for (const std::string& algorithm : options.compress) {
    compressors.push_back(compressor(algorithm));
    if (!compressors.back()) return usage_problem("this tlscli was built without " + algorithm);
  }
  return compressors;
}

std::vector<std::string> alpn_of(const CommonOptions& options) {
  std::vector<std::string> protocols;
  for (const std::string& list : options.alpn) {
    std::size_t begin = 0;
    while (begin <= list.size()) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      if (end != begin) protocols.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return protocols;
}

Outcome<std::shared_ptr<danger::KeyLog>> open_key_log(const CommonOptions& options) {
  if (options.keylog.empty()) return std::shared_ptr<danger::KeyLog>();
  return KeyLogFile::open(options.keylog);
}

Outcome<std::string> read_file(const std::string& path) {
  std::ifstream file;
  std::error_code unknown;
  // Reading one would throw.
  if (!std::filesystem::is_directory(path, unknown)) file.open(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    return fail(Problem{.code = ExitCode::usage,
                        .cause = std::string(name(Error::file_unreadable)),
                        .what = path + " cannot be read",
                        .why = {},
                        .hint = "check the path and the permissions"});
  }
  return text;
}

Outcome<TrustAnchors> load_anchors(const std::string& source) {
  if (source != "system") {
    TRY(const std::string pem, read_file(source));
    auto anchors = TrustAnchors::from_pem(pem);
    if (!anchors) return fail(file_problem(anchors.error(), source));
    return *std::move(anchors);
  }
  auto anchors = TrustAnchors::from_system();
  if (!anchors) {
    Situation situation;
    situation.error = Error::no_trust_anchors;
    situation.trust = "the system's bundle";
    return fail(explain(situation));
  }
  return *std::move(anchors);
}

Outcome<std::vector<Credential>> load_credentials(const CommonOptions& options) {
  if (options.certificates.size() != options.keys.size()) {
    return usage_problem("--cert and --key come in pairs",
                         "give one --key for each --cert, in the same order");
  }
  std::vector<Credential> credentials;
  for (std::size_t i = 0; i != options.keys.size(); ++i) {
    const std::string& certificate = options.certificates[i];
    TRY(const std::string chain, read_file(certificate));
    TRY(const std::string key, read_file(options.keys[i]));
    auto credential = Credential::from_pem(chain, key);
    if (!credential) {
      return fail(file_problem(credential.error(), certificate, options.keys[i]));
    }
    credentials.push_back(*std::move(credential));
  }
  for (const std::string& file : options.raw_keys) {
    TRY(const std::string key, read_file(file));
    auto credential = Credential::from_raw_key_pem(key);
    if (!credential) return fail(file_problem(credential.error(), file));
    credentials.push_back(*std::move(credential));
  }
  return credentials;
}

Outcome<RevocationLists> load_revocation_lists(const std::string& path) {
  TRY(const std::string pem, read_file(path));
  auto lists = RevocationLists::from_pem(pem);
  if (lists) return *std::move(lists);
  return fail(Problem{.code = ExitCode::usage,
                      .cause = std::string(name(lists.error())),
                      .what = path + " holds no revocation lists",
                      .why = {},
                      .hint = "it must be PEM: BEGIN X509 CRL; turn DER into it with `openssl crl "
                              "-inform DER -in FILE`"});
}

Revocation revocation_from(const std::string& text) {
  return text == "required" ? Revocation::required : Revocation::if_known;
}

Outcome<ClientSettings> client_settings(const ClientOptions& options, ClientPurpose purpose) {
  if (options.certificate_with_psk && purpose.sessions) {
    return usage_problem("--psk-certificate resumes no session", "leave one of them out");
  }
  TRY(const Policy policy, policy_from(options));
  std::string trust;
  TRY(auto builder, client_builder(options, trust));
  builder.policy(policy);
  TRY(const auto credentials, load_credentials(options));
  for (const Credential& credential : credentials) builder.credential(credential);
  if (!options.crl.empty()) {
    TRY(auto lists, load_revocation_lists(options.crl));
    builder.revocation(std::move(lists), revocation_from(options.revocation));
  }
  builder.ocsp_response(options.ocsp).ech_grease(options.ech_grease);
  TRY(const auto compressors, load_compressors(options));
  compress_by(builder, compressors);
  if (options.certificate_with_psk) builder.certificate_with_psk();
  if (purpose.sessions) builder.sessions(std::move(purpose.sessions));
  if (purpose.early_data) builder.early_data();
  if (purpose.one_ticket) builder.ticket_request(1, 0);
  auto protocols = alpn_of(options);
  if (protocols.empty()) protocols = std::move(purpose.alpn);
  if (!protocols.empty()) builder.alpn(views_of(protocols));
  TRY(const auto pins, parse_pins(options.pins));
  if (!pins.empty()) builder.pins(pins);
  if (options.verbose) builder.trace(verbose_trace());
  TRY(auto log, open_key_log(options));
  if (log) danger::log_secrets(builder, std::move(log));
  auto config = builder.build();
  if (!config) return fail(configuration_problem(config.error()));
  ClientSettings settings{
      .config = *std::move(config), .policy = policy, .trust = std::move(trust)};
  TRY(load_ech_configs(options.ech, settings.ech));
  return settings;
}

ServerSettings::ServerSettings(const ServerOptions& options, const Policy& policy, ServerKeys keys,
                               std::shared_ptr<danger::KeyLog> log)
    : alpn_(alpn_of(options)),
      verbose_(options.verbose),
      fingerprints_(options.www),
      policy_(policy),
      keys_(std::move(keys)),
      log_(std::move(log)) {
  if (alpn_.empty() && options.speaks_http()) alpn_ = {"http/1.1"};
}

Outcome<void> ServerSettings::prepare() {
  TRY(ServerConfig config, this->config(0));
  if (!verbose_) shared_ = std::move(config);
  return {};
}

Outcome<ServerConfig> ServerSettings::config(std::size_t connection_number) const {
  if (shared_) return *shared_;
  const bool has_credential = !keys_.credentials.empty();
  ServerConfig::Builder builder = has_credential ? ServerConfig::Builder(keys_.credentials.front())
                                                 : ServerConfig::Builder(keys_.psks.front());
  for (std::size_t i = 1; i < keys_.credentials.size(); ++i) {
    builder.credential(keys_.credentials[i]);
  }
  for (std::size_t i = has_credential ? 0 : 1; i < keys_.psks.size(); ++i) {
    builder.psk(keys_.psks[i]);
  }
  builder.policy(policy_).ticket_keys(keys_.ticket_keys).ask_configuration(fingerprints_);
  if (keys_.asks_clients) {
    ServerConfig::Builder::ClientAuthentication clients{.anchors = keys_.client_anchors,
                                                        .required = keys_.requires_client};
    if (!keys_.client_keys.empty()) clients.raw_public_keys = {{.pins = keys_.client_keys}};
    builder.client_authentication(std::move(clients));
  }
  if (keys_.revocation_lists) builder.revocation(*keys_.revocation_lists, keys_.revocation);
  compress_by(builder, keys_.compressors);
  if (keys_.replay_guard) builder.early_data({.guard = keys_.replay_guard});
  if (!keys_.ech_keys.empty()) builder.ech_keys({.keys = keys_.ech_keys});
  if (!alpn_.empty()) builder.alpn(views_of(alpn_));
  if (verbose_) builder.trace(verbose_trace("[" + std::to_string(connection_number) + "] "));
  if (log_) danger::log_secrets(builder, log_);
  auto config = builder.build();
  if (!config) return fail(configuration_problem(config.error()));
  return *std::move(config);
}

}  // namespace nacre::tlscli
