// What a handshake agreed on, and what a certificate says.
#include "tlscli/summary.h"

#include <ctime>
#include <sstream>

#include "tlscli/explain.h"
#include "tlscli/names.h"

namespace nacre::tlscli {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + printable(part);
  return text;
}

// For scripts.
std::string_view name_of(KeySource source) {
  switch (source) {
    case KeySource::certificate:
      return "certificate";
    case KeySource::session:
      return "session";
    case KeySource::external_psk:
      return "external_psk";
    case KeySource::external_psk_certificate:
      return "external_psk_certificate";
  }
  return "";
}

std::string_view name_of(EchStatus status) {
  return status == EchStatus::not_offered ? "not_offered" : words_for(status);
}

}  // namespace

std::string_view words_for(KeySource source) {
  switch (source) {
    case KeySource::certificate:
      return "full handshake";
    case KeySource::session:
      return "resumed";
    case KeySource::external_psk:
      return "external PSK";
    case KeySource::external_psk_certificate:
      return "external PSK and certificate";
  }
  return "";
}

std::string_view words_for(EarlyDataStatus status) {
  switch (status) {
    case EarlyDataStatus::none:
      return "none";
    case EarlyDataStatus::offered:
      return "offered";
    case EarlyDataStatus::accepted:
      return "accepted";
    case EarlyDataStatus::rejected:
      return "rejected";
  }
  return "";
}

std::string_view words_for(EchStatus status) {
  switch (status) {
    case EchStatus::not_offered:
      return "not offered";
    case EchStatus::accepted:
      return "accepted";
    case EchStatus::rejected:
      return "rejected";
  }
  return "";
}

Summary summarize(const Connection& connection) {
  const Negotiated negotiated = connection.negotiated();
  Summary summary;
  summary.suite = negotiated.cipher_suite;
  summary.group = negotiated.group;
  summary.signature = negotiated.server_signature_scheme;
  summary.alpn = negotiated.alpn;
  summary.server_name = connection.server_name();
  summary.retried = negotiated.retried;
  summary.key_source = negotiated.key_source;
  summary.early_data = negotiated.early_data;
  summary.ech = negotiated.ech;
  const bool is_raw = negotiated.peer_certificate_type == CertificateType::raw_public_key;
  for (const Bytes der : connection.peer_chain()) {
    if (is_raw) {
      const auto key = Credential::from_public_key(der);
      if (key) summary.raw_public_key = key->spki_pin();
      continue;
    }
    if (auto certificate = read_certificate(der)) summary.chain.push_back(*std::move(certificate));
  }
  return summary;
}

boost::json::object json_of(const Summary& summary) {
  boost::json::array chain;
  for (const CertificateInfo& certificate : summary.chain) chain.emplace_back(json_of(certificate));
  boost::json::object object{{"peer", summary.peer},
                             {"address", summary.address},
                             {"protocol", "TLS 1.3"},
                             {"suite", name(summary.suite)},
                             {"group", name(summary.group)},
                             {"signature", nullptr},
                             {"alpn", printable(summary.alpn)},
                             {"server_name", printable(summary.server_name)},
                             {"retried", summary.retried},
                             {"key_source", name_of(summary.key_source)},
                             {"early_data", words_for(summary.early_data)},
                             {"ech", name_of(summary.ech)},
                             {"tcp_ms", summary.tcp_milliseconds},
                             {"tls_ms", summary.tls_milliseconds},
                             {"chain", std::move(chain)}};
  if (summary.signature) object["signature"] = name(*summary.signature);
  if (summary.raw_public_key) object["raw_public_key"] = hexadecimal(*summary.raw_public_key);
  return object;
}

boost::json::array json_of(const std::vector<std::string>& texts) {
  boost::json::array array;
  for (const std::string& text : texts) array.emplace_back(printable(text));
  return array;
}

boost::json::object json_of(const CertificateInfo& certificate) {
  return {{"subject", printable(certificate.subject)},
          {"issuer", printable(certificate.issuer)},
          {"serial", certificate.serial},
          {"dns_names", json_of(certificate.dns_names)},
          {"ip_addresses", json_of(certificate.ip_addresses)},
          {"uris", json_of(certificate.uris)},
          {"not_before", certificate.not_before},
          {"not_after", certificate.not_after},
          {"key", certificate.key},
          {"signature", certificate.signature},
          {"is_ca", certificate.is_ca},
          {"spki_sha256", hexadecimal(certificate.spki_sha256)}};
}

std::string lines_of(const Summary& summary) {
  std::ostringstream text;
  text.setf(std::ios::fixed);
  text.precision(1);
  text << "peer         " << summary.peer << " at " << summary.address << '\n'
       << "protocol     TLS 1.3\n"
       << "suite        " << name(summary.suite) << '\n'
       << "group        " << name(summary.group)
       << (summary.retried ? " (after HelloRetryRequest)\n" : "\n");
  text << "keys         " << words_for(summary.key_source) << '\n';
  if (summary.early_data != EarlyDataStatus::none) {
    text << "early data   " << words_for(summary.early_data) << '\n';
  }
  text << "ech          " << words_for(summary.ech) << '\n';
  if (summary.signature) text << "signature    " << name(*summary.signature) << '\n';
  if (!summary.alpn.empty()) text << "alpn         " << printable(summary.alpn) << '\n';
  text << "time         TCP " << summary.tcp_milliseconds << " ms, TLS " << summary.tls_milliseconds
       << " ms\n";
  if (summary.raw_public_key) {
    text << "raw key      sha256:" << hexadecimal(*summary.raw_public_key) << '\n';
  }
  for (const CertificateInfo& certificate : summary.chain) text << lines_of(certificate);
  return text.str();
}

std::string lines_of(const CertificateInfo& certificate) {
  std::ostringstream text;
  text << "certificate  " << printable(certificate.subject) << '\n'
       << "  issuer     " << printable(certificate.issuer) << '\n';
  if (!certificate.dns_names.empty())
    text << "  names      " << joined(certificate.dns_names) << '\n';
  if (!certificate.ip_addresses.empty()) {
    text << "  addresses  " << joined(certificate.ip_addresses) << '\n';
  }
  text << "  valid      " << utc(certificate.not_before) << " to " << utc(certificate.not_after)
       << '\n'
       << "  key        " << certificate.key << (certificate.is_ca ? ", an authority\n" : "\n")
       << "  signed by  " << certificate.signature << '\n'
       << "  pin        sha256:" << hexadecimal(certificate.spki_sha256) << '\n';
  return text.str();
}

std::string utc(UnixTime time) {
  const std::time_t seconds = time;
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return std::to_string(time);
  std::string text(32, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts));
  return text;
}

double milliseconds_since(SteadyTime start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace nacre::tlscli
