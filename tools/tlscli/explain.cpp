// Puts together what is known about a failure.
#include "tlscli/explain.h"

#include <array>
#include <system_error>
#include <utility>

#include "nacre/names.h"
#include "tlscli/texts.h"

namespace nacre::tlscli {
namespace {

std::string fill_in(std::string_view text, const Situation& situation) {
  const std::array<std::pair<std::string_view, std::string_view>, 6> values{{
      {"$peer", situation.peer.empty() ? "the peer" : std::string_view(situation.peer)},
      {"$name", situation.name},
      {"$trust", situation.trust.empty() ? "nothing" : std::string_view(situation.trust)},
      {"$offer", situation.offer},
      {"$public", situation.public_name},
      {"$retry", situation.ech_retry_configs},
  }};
  std::string filled;
  while (!text.empty()) {
    bool replaced = false;
    for (const auto& [key, value] : values) {
      if (!text.starts_with(key)) continue;
      filled += value;
      text.remove_prefix(key.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    filled += text.front();
    text.remove_prefix(1);
  }
  return filled;
}

// The alert that the peer sent, if that is what ended the connection.
std::optional<AlertDescription> received_alert(const Situation& situation) {
  if (!situation.failure || !situation.failure->alert_from_peer) return std::nullopt;
  return situation.failure->alert;
}

// What only some causes are with Encrypted Client Hello.
std::optional<Text> ech_words(const Situation& situation) {
  if (situation.error == Error::ech_rejected && !situation.ech_retry_configs.empty()) {
    return Text{
        "$peer rejects Encrypted Client Hello: its certificate is good for the public name, "
        "$public, and it gives other configurations",
        "again with those: --ech $retry"};
  }
  if (situation.error == Error::certificate_wrong_name && !situation.public_name.empty()) {
    return Text{
        "the certificate of $peer is not for \"$name\", or not for \"$public\", which it "
        "must be for where the server does not take the encrypted ClientHello",
        "the server needs certificates for both names; if it has them, what --ech gives may "
        "be another server's"};
  }
  return std::nullopt;
}

Text words(const Situation& situation) {
  if (situation.error == Error::peer_alert) {
    if (const auto alert = received_alert(situation)) {
      if (const auto text = text_for(*alert)) return *text;
      return {"$peer refused with an alert", "look into the peer's log"};
    }
  }
  if (situation.error == Error::transport) {
    if (const auto text = text_for_system(situation.system_error)) return *text;
  }
  if (situation.error == Error::truncated_stream && situation.phase == Phase::established) {
    return {"$peer cut the data short: it closed without close_notify",
            "what was received may be incomplete: fetch it again"};
  }
  if (situation.error == Error::timed_out && situation.phase == Phase::established) {
    return {"$peer fell silent", "try again, or allow more time with --timeout SECONDS"};
  }
  if (const auto text = ech_words(situation)) return *text;
  if (const auto text = text_for(situation.error)) return *text;
  if (exit_code_for(situation.error, std::nullopt, situation.phase) == ExitCode::bug) {
    return {"Nacre failed", "please report this, with the command line and the output of -v"};
  }
  return {"$peer breaks the rules of TLS", "-v shows the messages up to that point"};
}

// "unexpected_message in finished, extension key_share, after 812 bytes; RFC 9846, section 4"
std::string circumstances(const Situation& situation) {
  std::string text(name(situation.error));
  if (const auto& failure = situation.failure) {
    if (failure->message) text.append(" in ").append(name(*failure->message));
    if (failure->extension) text.append(", extension ").append(name(*failure->extension));
    if (failure->offset != 0) text += ", after " + std::to_string(failure->offset) + " bytes";
  }
  const std::string_view rule = section(situation.error);
  if (rule.empty()) return text;
  return text + (rule.starts_with("RFC") ? "; " : "; RFC 9846, section ") + std::string(rule);
}

std::string cause_of(const Situation& situation) {
  if (situation.error == Error::peer_alert) {
    if (const auto alert = received_alert(situation)) return "alert_" + std::string(name(*alert));
  }
  if (situation.error == Error::transport && situation.system_error == ECONNREFUSED) {
    return "connection_refused";
  }
  return std::string(name(situation.error));
}

std::vector<std::string> reasons(const Situation& situation) {
  std::vector<std::string> why;
  why.emplace_back(std::string(describe(situation.error)) + " (" + circumstances(situation) + ")");
  if (!situation.detail.empty()) why.push_back(printable(situation.detail));
  for (const std::string& tried : situation.tried) why.push_back(printable(tried));
  if (situation.system_error != 0) {
    why.push_back(std::generic_category().message(situation.system_error));
  }
  if (situation.error == Error::not_tls && !situation.greeting.empty()) {
    why.push_back("it begins with \"" + situation.greeting + "\"");
  }
  if (const auto& failure = situation.failure; failure && failure->alert) {
    why.push_back(std::string("the alert ") + std::string(name(*failure->alert)) +
                  (failure->alert_from_peer ? " came from the peer" : " was sent"));
  }
  return why;
}

}  // namespace

Problem explain(const Situation& situation) {
  const Text text = words(situation);
  Problem problem{
      .code = exit_code_for(situation.error, received_alert(situation), situation.phase),
      .cause = cause_of(situation),
      .what = fill_in(text.what, situation),
      .why = reasons(situation),
      .hint = fill_in(text.hint, situation),
      .ech_retry_configs = situation.ech_retry_configs};
  if (situation.error == Error::not_tls && situation.greeting.starts_with("HTTP/")) {
    problem.what = situation.peer + " is a plain HTTP port";
    problem.hint = "take the port of https, often 443 or 8443";
  }
  return problem;
}

std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      result += c;
    } else {
      result.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
    }
  }
  return result;
}

}  // namespace nacre::tlscli
