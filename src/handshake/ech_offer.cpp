// What a client encrypts its ClientHello with. RFC 9849, sections 6.1 and 6.2.
#include "handshake/ech_offer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "extensions/registry.h"
#include "handshake/encoded_client_hello.h"
#include "handshake/key_log.h"
#include "handshake/offer.h"

namespace nacre {

Result<EchOffer> EchOffer::make(const UsableEchConfig& config, const CommonConfig& common) {
  const HpkeKeyConfig& key = config.contents.key_config;
  const auto random = [&](MutableBytes out) { return common.random(out); };
  TRY(const PeerName name, PeerName::parse(text_of(config.contents.public_name.bytes)));
  crypto::HpkeSecret secret;
  TRY(crypto::HpkeSender sender,
      crypto::HpkeSender::setup(key.kem_id, config.suite, key.public_key.bytes, config.info, random,
                                common.key_log ? &secret : nullptr));
  EchOffer offer{.config = &config, .public_name = name, .sender = std::move(sender)};
  TRY(common.random(offer.outer_random));
  log_ech(common, offer.outer_random, secret.reveal(), config.encoding);
  return offer;
}

Result<void> EchOffer::write(wire::Writer& writer, std::size_t payload_size,
                             MutableBytes& payload) const {
  return write_extension(
      writer, EncryptedClientHello::type, [&](wire::Writer& body) -> Result<void> {
        TRY(wire::write(body, EchClientHelloType::outer));
        TRY(wire::write(body, config->suite));
        TRY(wire::write(body, config->contents.key_config.config_id));
        TRY(wire::write(body, wire::Opaque<0, 0xffff>{is_first ? sender.enc() : Bytes{}}));
        return body.vector<2>([&](wire::Writer& out) -> Result<void> {
          TRY(payload, out.claim(payload_size));
          std::ranges::fill(payload, std::uint8_t{0});
          return {};
        });
      });
}

Result<void> write_grease_ech(wire::Writer& writer, std::size_t payload_size,
                              const CommonConfig& common) {
  std::array<std::uint8_t, 2> choice{};
  std::array<std::uint8_t, 32> enc{};
  TRY(common.random(choice));
  TRY(common.random(enc));
  // As the coordinate of a point has it (RFC 7748, section 5).
  enc.back() &= 0x7f;
  TRY(wire::write(writer, EchClientHelloType::outer));
  TRY(wire::write(writer, crypto::hpke_suites.at(choice.front() % crypto::hpke_suites.size())));
  TRY(wire::write(writer, choice.back()));
  TRY(wire::write(writer, wire::Opaque<0, 0xffff>{enc}));
  return writer.vector<2>([&](wire::Writer& out) -> Result<void> {
    TRY(const MutableBytes payload, out.claim(payload_size));
    return common.random(payload);
  });
}

Result<MutableBytes> Offer::encode(Bytes inner, Buffer& encoded, MemoryBudget& budget) const {
  TRY(const auto hello, wire::read_all<ClientHello>(inner));
  const std::size_t name_size = server_name_->is_address() ? 0 : server_name_->text().size();
  const std::size_t maximum = ech_ ? ech_->config->contents.maximum_name_length : 0;
  // What is added at most, for a name and to a multiple of 32, and the tag.
  constexpr std::size_t most = 5 + (255 + 9) + 31 + crypto::hpke_overhead;
  TRY(const MutableBytes room, encoded.reserve(inner.size() + most, budget));
  wire::Writer writer(room);
  TRY(write_encoded(writer, hello));
  TRY(const MutableBytes zeros, writer.claim(encoded_padding(writer.used(), name_size, maximum)));
  std::ranges::fill(zeros, std::uint8_t{0});
  encoded.commit(writer.used() + crypto::hpke_overhead);
  return encoded.content();
}

// Where the payload stands, the additional data has zeros: so it is sealed elsewhere.
Result<void> Offer::seal(MutableBytes encoded, MutableBytes payload, Bytes outer) {
  const Bytes plaintext = encoded.first(encoded.size() - crypto::hpke_overhead);
  TRY(ech_->sender.seal(encoded, plaintext, outer));
  std::ranges::copy(encoded, payload.begin());
  ech_->is_first = false;
  return {};
}

// As long as what would be encrypted.
Result<void> Offer::make_grease_ech(MemoryBudget& budget) {
  if (!config_->ech_grease || ech_ || !unread_ech_.empty()) return {};
  Buffer inner;
  Buffer encoded;
  TRY(const MutableBytes room, inner.reserve(body_limit(), budget));
  wire::Writer writer(room);
  TRY(write_inner(writer));
  TRY(const MutableBytes payload, encode(writer.written(), encoded, budget));
  const std::size_t size = payload.size();
  encoded.release(budget);
  inner.release(budget);
  TRY(const MutableBytes place, unread_ech_.reserve(ech_overhead + size, budget));
  wire::Writer grease(place);
  TRY(write_grease_ech(grease, size, *config_));
  unread_ech_.commit(grease.used());
  return {};
}

// EncryptedExtensions may not have retry configurations any more (RFC 9849, section 5).
void Offer::accept_ech() {
  offered_.remove(ExtensionType::encrypted_client_hello);
}

// A second ClientHello has the extension as it was, and does without keys.
Result<void> Offer::reject_ech(Bytes outer, MemoryBudget& budget) {
  ech_->rejected = true;
  using enum ExtensionType;
  offered_.add(server_name);
  offered_.remove(server_certificate_type);
  offered_.remove(client_certificate_type);
  TRY(const auto hello, wire::read_all<ClientHello>(outer.subspan(4)));
  for (const Extension& extension : hello.extensions) {
    if (extension.extension_type != encrypted_client_hello) continue;
    TRY(unread_ech_.append(extension.extension_data.bytes, budget));
  }
  return {};
}

}  // namespace nacre
