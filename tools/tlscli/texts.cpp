// The words for each cause. Each row says something that no other row says.
#include "tlscli/texts.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace nacre::tlscli {
namespace {

struct ErrorRow {
  Error error;
  Text text;
};

constexpr auto error_rows = std::to_array<ErrorRow>({
    {Error::unknown_issuer,
     {"the certificate of $peer comes from no authority among those trusted ($trust)",
      "if you know that authority, name its certificate with --ca FILE; if it is a public one, use "
      "--ca system"}},
    {Error::missing_intermediate,
     {"$peer does not send the intermediate certificate that leads to a trusted authority ($trust)",
      "the server should send its whole chain (leaf and intermediates in one file); until it does, "
      "name the intermediate itself with --ca FILE"}},
    {Error::untrusted_self_signed,
     {"the certificate of $peer is self-signed, and not among those trusted ($trust)",
      "if it is the one you expect, save it and name it with --ca FILE, or pin its key with "
      "--pin"}},
    {Error::certificate_wrong_name,
     {"the certificate of $peer is not for \"$name\"",
      "connect under a name that the certificate has, or say with --name which one you expect"}},
    {Error::certificate_expired,
     {"a certificate of $peer has expired",
      "the server needs a new certificate; if its dates are right, check this machine's clock"}},
    {Error::certificate_not_yet_valid,
     {"a certificate of $peer is not valid yet",
      "check this machine's clock; otherwise the certificate was issued for a later date"}},
    {Error::certificate_weak_key,
     {"a key in the chain of $peer is too short to be safe",
      "the server needs a certificate with RSA of 2048 bits or more, or with an elliptic curve"}},
    {Error::certificate_weak_signature,
     {"a certificate of $peer is signed by an algorithm that is no longer safe",
      "its authority must issue it again with SHA-256 or better"}},
    {Error::certificate_bad_signature,
     {"a signature in the chain of $peer does not verify",
      "the trusted authority ($trust) may be another of the same name, or the chain was altered"}},
    {Error::certificate_wrong_purpose,
     {"the certificate of $peer was issued for another use",
      "it needs keyUsage digitalSignature and extendedKeyUsage serverAuth (or clientAuth for a "
      "client)"}},
    {Error::certificate_name_constraint,
     {"an authority in the chain of $peer may not issue certificates for this name",
      "the server needs a certificate from an authority whose name constraints allow \"$name\""}},
    {Error::certificate_revoked,
     {"the issuer has taken a certificate of $peer back", "do not trust this server"}},
    {Error::revocation_unknown,
     {"nothing says whether a certificate of $peer has been revoked",
      "fetch the revocation lists of its authorities"}},
    {Error::bad_certificate_status,
     {"the OCSP response that $peer should have stapled does not serve, or is missing",
      "the server must fetch a fresh response from its authority"}},
    {Error::bad_certificate,
     {"a certificate of $peer cannot be parsed",
      "look at the file with `tlscli cert show`: it must hold X.509 version 3"}},
    {Error::bad_certificate_key,
     {"the key in the certificate of $peer cannot be used",
      "the certificate needs an EC, RSA, Ed25519 or ML-DSA key"}},
    {Error::chain_too_complex,
     {"no path from the certificate of $peer to a trusted authority was found within the budget",
      "the server sends certificates that do not belong to its chain: it should send only these"}},
    {Error::chain_refused,
     {"the chain of $peer breaks a rule of RFC 5280",
      "look at the chain with `tlscli cert check`, and have it issued again"}},
    {Error::pin_mismatch,
     {"no certificate of $peer has the key that --pin names",
      "`tlscli connect --probe` without --pin shows the keys; if the change was not announced, do "
      "not go on"}},
    {Error::application_refused, {"the chain of $peer was refused by the application", ""}},
    {Error::not_tls,
     {"$peer answers, but not in TLS",
      "check the port: TLS often listens on another than the plain "
      "service, such as 443 in place of 80"}},
    {Error::tls13_not_selected,
     {"$peer chose TLS 1.2 or older", "the server must allow TLS 1.3; Nacre speaks nothing older"}},
    {Error::tls13_not_offered,
     {"the client $peer offers TLS 1.2 or older only",
      "the client must allow TLS 1.3; Nacre speaks nothing older"}},
    {Error::no_common_cipher_suite,
     {"we have no cipher suite in common with $peer", "we allow: $offer. Widen it with --suites"}},
    {Error::no_common_group,
     {"we have no group for the key exchange in common with $peer",
      "we allow: $offer. Widen it with --groups"}},
    {Error::no_common_signature_scheme,
     {"$peer can verify none of our certificates",
      "give a certificate with another kind of key: --cert and --key may be repeated"}},
    {Error::certificate_required,
     {"the client $peer shows no certificate",
      "give the client one with --cert and --key, or serve it with --client-auth optional"}},
    {Error::no_application_protocol,
     {"$peer offers no application protocol (ALPN) that we have",
      "give one of those that it offers with --alpn, or none at all"}},
    {Error::unoffered_protocol,
     {"$peer chose an application protocol (ALPN) that was not offered",
      "the server is broken; try without --alpn"}},
    {Error::unrecognized_name,
     {"$peer asks for a name that none of our certificates has",
      "give a certificate for that name with --cert and --key"}},
    {Error::bad_certificate_verify,
     {"$peer does not prove that it holds its certificate's key",
      "do not trust this server: the chain may have been copied from another"}},
    {Error::downgrade_detected,
     {"$peer speaks TLS 1.3, but something on the way talked it into an older version",
      "do not go on; try from another network"}},
    {Error::bad_finished,
     {"$peer and we have not seen the same handshake",
      "something between may change the traffic; try from another network"}},
    {Error::bad_binder,
     {"$peer has not the key that belongs to the identity, or the identity is unknown",
      "both sides need the same --psk, --psk-import, --psk-kdf and --psk-context"}},
    {Error::psk_declined,
     {"$peer does not take the key that we have in common with it",
      "check --psk, --psk-import and --psk-kdf; to take a certificate in its place, say --ca "
      "FILE"}},
    {Error::ech_rejected,
     {"$peer rejects Encrypted Client Hello: its certificate is good for the public name, $public, "
      "and it gives no configurations that Nacre could use",
      "without --ech: the server has switched it off; anyone on the way then sees the name "
      "\"$name\""}},
    {Error::ech_not_confirmed,
     {"$peer took the encrypted ClientHello at first, and not in the end",
      "something between may change the traffic; try from another network"}},
    {Error::ech_decrypt_failed,
     {"the second ClientHello of $peer does not decrypt, and the first one did",
      "something between may change the traffic; try from another network"}},
    {Error::bad_record_mac,
     {"a record from $peer does not decrypt",
      "something between may change the traffic; try from another network"}},
    {Error::truncated_stream,
     {"$peer closed the connection without a word",
      "look into the server's log; a server that knows no TLS 1.3, or a firewall, may do so"}},
    {Error::peer_canceled, {"$peer broke the handshake off (user_canceled)", "try again"}},
    {Error::transport, {"the connection to $peer broke", "try again, or look at the network"}},
    {Error::timed_out,
     {"$peer did not answer in time",
      "check the host and the port, or allow more time with --timeout SECONDS"}},
    {Error::name_not_found,
     {"there is no address for the host name of $peer",
      "check the spelling, and that this machine's resolver works"}},
    {Error::file_unreadable,
     {"a file cannot be read: $trust", "check the path and the permissions"}},
    {Error::no_trust_anchors,
     {"there is nothing to trust in $trust",
      "install the package ca-certificates, or name an authority with --ca FILE"}},
    {Error::bad_name,
     {"\"$name\" is neither a DNS name nor an IP address",
      "give the expected name with --name, in ASCII (an xn-- name for others)"}},
    {Error::bad_configuration,
     {"the options contradict each other",
      "leave out --policy, --groups, --suites, --sigalgs one by one; --cert must fit them"}},
    {Error::message_too_long,
     {"$peer sends a handshake message that is longer than we accept",
      "the chain of the server may hold certificates that do not belong there"}},
    {Error::certificate_chain_too_long,
     {"$peer sends a longer chain than we accept",
      "the server should send its leaf and intermediates only"}},
});

struct AlertRow {
  AlertDescription alert;
  Text text;
};

constexpr auto alert_rows = std::to_array<AlertRow>({
    {AlertDescription::protocol_version,
     {"$peer does not allow TLS 1.3", "the peer must allow TLS 1.3; Nacre speaks nothing older"}},
    {AlertDescription::handshake_failure,
     {"$peer found nothing in common with what we offer",
      "we offer: $offer. Try others with --groups (such as secp384r1), --suites or --sigalgs"}},
    {AlertDescription::insufficient_security,
     {"$peer asks for stronger parameters than we offer",
      "we offer: $offer. Try --suites TLS_AES_256_GCM_SHA384 or --groups secp384r1"}},
    {AlertDescription::unrecognized_name,
     {"$peer knows no server of the name \"$name\"", "ask for a name that it serves, with --name"}},
    {AlertDescription::no_application_protocol,
     {"$peer has none of the application protocols (ALPN) that we offer",
      "offer another with --alpn, such as http/1.1"}},
    {AlertDescription::certificate_required,
     {"$peer wants a client certificate", "give one that it accepts with --cert and --key"}},
    {AlertDescription::unknown_ca,
     {"$peer does not trust the authority of our certificate",
      "give the client the authority's certificate (in tlscli: --ca FILE)"}},
    {AlertDescription::bad_certificate,
     {"$peer does not accept our certificate",
      "check it with `tlscli cert check`; the client may expect another name"}},
    {AlertDescription::certificate_expired,
     {"$peer says that our certificate is expired or not yet valid",
      "issue a new one, and check the clocks"}},
    {AlertDescription::certificate_unknown,
     {"$peer refuses our certificate for a reason that it does not tell",
      "look into the peer's log; a browser refuses an authority that it does not know like this"}},
    {AlertDescription::internal_error,
     {"$peer failed for reasons of its own", "look into the peer's log"}},
    {AlertDescription::decrypt_error,
     {"$peer could not verify what we signed or sent",
      "with --psk, the identity or the key is another there; without, something between may change "
      "the traffic"}},
    {AlertDescription::unknown_psk_identity,
     {"$peer does not know the identity of our key",
      "check --psk: the identity stands before HEX"}},
    {AlertDescription::missing_extension,
     {"$peer misses something that we did not send",
      "a server without a certificate needs a key in common: --psk ID:HEX"}},
    {AlertDescription::ech_required,
     {"$peer encrypted its ClientHello for a key that we do not have, and insists on one",
      "it has been told of the keys of --ech-key, if any, and may come again; if its key is one of "
      "ours, name it with --ech-key too"}},
    {AlertDescription::access_denied, {"$peer does not let us in", "ask its operator"}},
});

struct SystemRow {
  int error;
  Text text;
};

constexpr auto system_rows = std::to_array<SystemRow>({
    {ECONNREFUSED, {"nothing listens on $peer", "check the port, and that the server is running"}},
    {ECONNRESET,
     {"$peer reset the connection", "the server or a firewall on the way does not want it"}},
    {EPIPE, {"$peer no longer takes data", "look into the server's log"}},
    {EHOSTUNREACH, {"there is no way to the host of $peer", "check the address and the network"}},
    {ENETUNREACH, {"there is no network that leads to $peer", "check that this machine is online"}},
    {EADDRINUSE,
     {"$peer is in use by another program", "listen on another port with --listen ADDR:PORT"}},
    {EADDRNOTAVAIL,
     {"$peer is no address of this machine", "listen on 127.0.0.1, 0.0.0.0 or [::]"}},
    {EACCES,
     {"this user may not use $peer", "ports below 1024 need privileges: take a higher one"}},
});

template <class Rows, class Key>
std::optional<Text> find(const Rows& rows, Key key) {
  const auto found = std::ranges::find_if(rows, key);
  if (found == rows.end()) return std::nullopt;
  return found->text;
}

}  // namespace

std::optional<Text> text_for(Error error) {
  return find(error_rows, [error](const ErrorRow& row) { return row.error == error; });
}

std::optional<Text> text_for(AlertDescription alert) {
  return find(alert_rows, [alert](const AlertRow& row) { return row.alert == alert; });
}

std::optional<Text> text_for_system(int error) {
  return find(system_rows, [error](const SystemRow& row) { return row.error == error; });
}

}  // namespace nacre::tlscli
