// The keys that our ClientHello names. RFC 9846, section 4.3.11.
#include "handshake/psk_offer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "crypto/cipher_suite.h"
#include "extensions/pre_shared_key.h"
#include "messages/extension.h"
#include "session/external_psk.h"
#include "session/session.h"

namespace nacre {
namespace {

// In milliseconds, modulo 2^32. Section 4.3.11.1.
std::uint32_t obfuscated_age(const Session::Impl& session, UnixTime now) {
  const auto age = static_cast<std::uint64_t>(std::max<UnixTime>(now - session.received, 0));
  return static_cast<std::uint32_t>((age * 1'000 + session.age_add) & 0xffff'ffff);
}

}  // namespace

Result<void> PskOffer::make(std::optional<Session> session, const ClientConfig::Impl& config,
                            UnixTime now) {
  config_ = &config;
  session_ = std::move(session);
  if (session_) {
    const Session::Impl& impl = session_->impl();
    TRY(const auto suite, crypto::properties(impl.cipher_suite));
    session_hash_ = suite.hash;
    ticket_age_ = obfuscated_age(impl, now);
    offered_.at(count_++) = 0;
  }
  for (std::size_t i = 0; i < config.psks.size(); ++i) {
    offered_.at(count_++) = static_cast<std::uint8_t>(i + 1);
  }
  return {};
}

const Session::Impl* PskOffer::session() const {
  return count_ > 0 && offered_.front() == 0 ? &session_->impl() : nullptr;
}

void PskOffer::drop_session() {
  if (session() == nullptr) return;
  std::ranges::copy(std::span(offered_).subspan(1), offered_.begin());
  --count_;
  session_.reset();
}

void PskOffer::keep(crypto::HashAlgorithm hash) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (at(i)->hash == hash) offered_.at(kept++) = offered_.at(i);
  }
  count_ = kept;
}

auto PskOffer::at(std::size_t index) const -> std::optional<Key> {
  // fault: AC-066b
  if (index >= count_) return std::nullopt;
  if (offered_.at(index) == 0) {
    const Session::Impl& impl = session_->impl();
    return Key{PskKind::resumption, session_hash_, impl.ticket, ticket_age_, impl.psk.reveal()};
  }
  const ExternalPsk& psk = config_->psks.at(offered_.at(index) - 1U);
  return Key{psk.is_imported() ? PskKind::imported : PskKind::external, hash_of(psk.kdf()),
             psk.identity(), 0, psk.impl().key.reveal()};
}

std::size_t PskOffer::binders_size() const {
  std::size_t size = 2;
  for (std::size_t i = 0; i < count_; ++i) size += 1 + crypto::hash_size(at(i)->hash);
  return size;
}

std::size_t PskOffer::size() const {
  std::size_t size = 6 + binders_size();
  for (std::size_t i = 0; i < count_; ++i) size += 6 + at(i)->identity.size();
  return size;
}

Result<void> PskOffer::write(wire::Writer& writer) const {
  const auto identities = [this](wire::Writer& list) -> Result<void> {
    for (std::size_t i = 0; i < count_; ++i) {
      const Key key = *at(i);
      TRY(wire::write(list, PskIdentity{{key.identity}, key.obfuscated_ticket_age}));
    }
    return {};
  };
  const auto binders = [this](wire::Writer& list) -> Result<void> {
    constexpr std::array<std::uint8_t, 48> placeholder{};
    for (std::size_t i = 0; i < count_; ++i) {
      const Bytes room = Bytes(placeholder).first(crypto::hash_size(at(i)->hash));
      TRY(wire::write(list, PskBinderEntry{{room}}));
    }
    return {};
  };
  return write_extension(writer, OfferedPsks::type, [&](wire::Writer& body) -> Result<void> {
    TRY(body.vector<2>(identities));
    return body.vector<2>(binders);
  });
}

Result<void> PskOffer::write_grease(wire::Writer& writer) const {
  const auto random = [this](wire::Writer& out, std::size_t size) -> Result<void> {
    TRY(const MutableBytes place, out.claim(size));
    return config_->random(place);
  };
  const auto identities = [&](wire::Writer& list) -> Result<void> {
    for (std::size_t i = 0; i < count_; ++i) {
      // fault: AC-106d
      const std::size_t size = at(i)->identity.size();
      TRY(list.vector<2>([&](wire::Writer& out) { return random(out, size); }));
      TRY(random(list, sizeof(Key::obfuscated_ticket_age)));
    }
    return {};
  };
  const auto binders = [&](wire::Writer& list) -> Result<void> {
    for (std::size_t i = 0; i < count_; ++i) {
      const std::size_t size = crypto::hash_size(at(i)->hash);
      TRY(list.vector<1>([&](wire::Writer& out) { return random(out, size); }));
    }
    return {};
  };
  return write_extension(writer, OfferedPsks::type, [&](wire::Writer& body) -> Result<void> {
    TRY(body.vector<2>(identities));
    return body.vector<2>(binders);
  });
}

Result<void> PskOffer::bind(MutableBytes client_hello,
                            const std::optional<Transcript>& before) const {
  const std::size_t truncated = client_hello.size() - binders_size();
  MutableBytes rest = client_hello.subspan(truncated + 2);
  for (std::size_t i = 0; i < count_; ++i) {
    const Key key = *at(i);
    Transcript transcript = before ? *before : Transcript(key.hash);
    transcript.add(client_hello.first(truncated));
    TRY(const EarlySecret secret, EarlySecret::from_psk(key.hash, key.secret));
    TRY(const crypto::Digest binder, secret.binder(key.kind, transcript.hash().bytes()));
    std::ranges::copy(binder.bytes(), rest.subspan(1).begin());
    rest = rest.subspan(1 + binder.size);
  }
  return {};
}

}  // namespace nacre
