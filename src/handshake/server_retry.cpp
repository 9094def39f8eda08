// A server's HelloRetryRequest, and the ClientHello that answers it. RFC 9846, sections 4.2.2 and
// 4.2.4.
#include <algorithm>
#include <array>

#include "crypto/cipher_suite.h"
#include "extensions/registry.h"
#include "handshake/retry_cookie.h"
#include "handshake/server.h"
#include "handshake/write_server_hello.h"

namespace nacre {

// Section 4.2.4.
Result<void> ServerHandshake::send_retry(const ClientOffer& offer, NamedGroup group) {
  const crypto::Digest first_hello = crypto::hash(core_.established.hash, client_hello_);
  unchangeable_ = offer.unchangeable();
  CookieBytes sealed;
  if (config().cookie_key) {
    RetryCookie cookie{.time = static_cast<std::uint64_t>(config().now()),
                       .cipher_suite = core_.cipher_suite(),
                       .group = group,
                       .client_hello_hash = {first_hello.bytes()}};
    std::ranges::copy(unchangeable_.bytes(), cookie.unchangeable.begin());
    Salt salt{};
    TRY(config().random(salt));
    TRY(sealed, seal_cookie(*config().cookie_key, salt, cookie));
  }
  TRY(add_retry(first_hello.bytes(), offer, group, sealed.bytes(), true));
  core_.change(!offer.hello.legacy_session_id.bytes.empty(), {});
  return {};
}

// Begins the transcript of a handshake with a HelloRetryRequest, which it sends or only adds.
Result<void> ServerHandshake::add_retry(Bytes first_hello_hash, const ClientOffer& offer,
                                        NamedGroup group, Bytes cookie, bool send) {
  retry_group_ = group;
  core_.established.negotiated.retried = true;
  core_.transcript = Transcript::after_retry(core_.established.hash, first_hello_hash);
  const auto extensions = [&](wire::Writer& writer) -> Result<void> {
    TRY(write_extension(writer, SupportedVersionsServerHello{ProtocolVersion::tls_1_3}));
    TRY(write_extension(writer, KeyShareHelloRetryRequest{group}));
    if (!cookie.empty()) TRY(write_extension(writer, Cookie{{cookie}}));
    if (core_.established.negotiated.ech != EchStatus::accepted) return {};
    return write_extension(writer, EchConfirmation{});
  };
  const auto body = [&](wire::Writer& writer) {
    return write_server_hello(writer, hello_retry_request_random, offer.hello, core_.cipher_suite(),
                              extensions);
  };
  // The confirmation is the last of all.
  const auto confirm = [&](MutableBytes message) {
    const std::size_t place = message.size() - ech_confirmation_size;
    return confirm_ech(EchConfirms::hello_retry_request, message, place);
  };
  constexpr std::size_t limit = 128 + sizeof(CookieBytes);
  if (send) {
    TRY(const MutableBytes message,
        core_.flight.message(HandshakeType::server_hello, limit, core_.budget, body));
    TRY(confirm(message));
    core_.sent(HandshakeType::server_hello, message);
    return {};
  }
  std::array<std::uint8_t, limit> room{};
  wire::Writer writer(room);
  TRY(wire::write(writer, HandshakeType::server_hello));
  TRY(writer.vector<3>(body));
  const MutableBytes message = MutableBytes(room).first(writer.used());
  TRY(confirm(message));
  core_.transcript->add(message);
  return {};
}

Result<void> ServerHandshake::take_cookie(const ClientOffer& offer) {
  core_.extension_in_hand = Cookie::type;
  CookieBytes room;
  const Bytes sealed = offer.cookie->cookie.bytes;
  TRY(const RetryCookie cookie, open_cookie(*config().cookie_key, sealed, config().now(), room));
  ENSURE(std::ranges::equal(cookie.unchangeable, offer.unchangeable().bytes()),
         Error::changed_client_hello);
  // fault: AC-125
  ENSURE(config().policy.cipher_suites.contains(cookie.cipher_suite), Error::bad_cookie);
  ENSURE(config().policy.groups.contains(cookie.group), Error::bad_cookie);
  // What the first server has chosen holds, whatever has become of a session since.
  TRY(const auto properties, crypto::properties(cookie.cipher_suite));
  core_.established.negotiated.cipher_suite = cookie.cipher_suite;
  core_.established.hash = properties.hash;
  core_.extension_in_hand.reset();
  TRY(add_retry(cookie.client_hello_hash.bytes, offer, cookie.group, sealed, false));
  // fault: AC-080b
  ENSURE(!offer.early_data, Error::early_data_after_retry);
  return check_second(offer);
}

// Section 4.2.2: one share, of the group that we named; all else as it was.
Result<void> ServerHandshake::check_second(const ClientOffer& offer) const {
  std::size_t shares = 0;
  for (const KeyShareEntry& share : offer.key_shares.client_shares) {
    ENSURE(share.group == *retry_group_, Error::changed_client_hello);
    ++shares;
  }
  ENSURE(shares == 1, Error::changed_client_hello);
  return {};
}

auto ServerHandshake::on_second_client_hello(const ClientHello& hello, Bytes)
    -> Result<Next<ask_signature, wait_finished>> {
  TRY(take_second_hello(hello));
  if (is_by_certificate()) return to<ask_signature>;
  return to<wait_finished>;
}

Result<void> ServerHandshake::take_second_hello(const ClientHello& hello) {
  TRY(offer_, ClientOffer::read(hello, config().limits, &core_.extension_in_hand));
  const ClientOffer& offer = *offer_;
  // fault: AC-020a AC-021.2
  ENSURE(std::ranges::equal(unchangeable_.bytes(), offer.unchangeable().bytes()),
         Error::changed_client_hello);
  ENSURE(offer.cookie.has_value() == (config().cookie_key != nullptr), Error::changed_client_hello);
  if (offer.cookie) {
    CookieBytes room;
    TRY(open_cookie(*config().cookie_key, offer.cookie->cookie.bytes, config().now(), room));
  }
  TRY(check_second(offer));
  TRY(take_second_psk(offer));
  core_.transcript->add(client_hello_);
  TRY(send_flight(offer, {*retry_group_, offer.share(*retry_group_)}));
  return is_by_certificate() ? Result<void>{} : finish_flight();
}

}  // namespace nacre
