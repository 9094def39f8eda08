// What a handshake agreed on, to be shown.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/verify.h"
#include "tlscli/channel.h"

namespace nacre::tlscli {

struct Summary {
  std::string peer;     // "localhost:4433"
  std::string address;  // "127.0.0.1:4433"
  CipherSuite suite{};
  NamedGroup group{};
  std::optional<SignatureScheme> signature;
  std::string alpn;
  std::string server_name;
  std::string ja4;  // the client's, where a server has looked at it
  bool retried = false;
  KeySource key_source = KeySource::certificate;
  EarlyDataStatus early_data = EarlyDataStatus::none;
  EchStatus ech = EchStatus::not_offered;
  std::vector<CertificateInfo> chain;
  std::optional<SpkiPin> raw_public_key;  // what the peer showed in place of a chain
  double tcp_milliseconds = 0;            // the name's lookup included
  double tls_milliseconds = 0;
};

// Right after the handshake: the peer's chain is still there.
Summary summarize(const Connection& connection);

// Made fit for a terminal.
boost::json::array json_of(const std::vector<std::string>& texts);
boost::json::object json_of(const Summary& summary);
boost::json::object json_of(const CertificateInfo& certificate);
// Several lines, for people.
std::string lines_of(const Summary& summary);
std::string lines_of(const CertificateInfo& certificate);

// "full handshake", "resumed", "external PSK", "external PSK and certificate".
std::string_view words_for(KeySource source);
// "none", "accepted", "rejected".
std::string_view words_for(EarlyDataStatus status);
// "not offered", "accepted", "rejected".
std::string_view words_for(EchStatus status);

// "2026-07-01 12:00:00 UTC"
std::string utc(UnixTime time);

double milliseconds_since(SteadyTime start);

}  // namespace nacre::tlscli
