// A key that both sides had before they met.
#include "session/external_psk.h"

#include <algorithm>
#include <array>

#include "crypto/hkdf.h"
#include "session/ticket.h"
#include "wire/writer.h"

namespace nacre {
namespace {

bool is_known(Kdf kdf) {
  return kdf == Kdf::hkdf_sha256 || kdf == Kdf::hkdf_sha384;
}

// What holds for every identity and key that is given to us.
bool is_usable(Bytes identity, Bytes key, Kdf kdf) {
  return !identity.empty() && identity.size() <= ExternalPsk::max_identity &&
         ExternalPsk::min_key <= key.size() && key.size() <= ExternalPsk::max_key && is_known(kdf);
}

}  // namespace

Result<ExternalPsk> ExternalPsk::make(Bytes identity, Bytes key, Kdf kdf) {
  ENSURE(is_usable(identity, key, kdf) && !has_ticket_form(identity), Error::bad_psk);
  auto impl = std::make_shared<Impl>();
  impl->identity.assign(identity.begin(), identity.end());
  std::ranges::copy(key, impl->key.resize(key.size()).begin());
  impl->kdf = kdf;
  return ExternalPsk(std::move(impl));
}

Result<ExternalPsk> ExternalPsk::import(const Import& import) {
  ENSURE(is_usable(import.external_identity, import.key, import.kdf), Error::bad_psk);
  ENSURE(import.context.size() <= max_context && is_known(import.target), Error::bad_psk);
  auto impl = std::make_shared<Impl>();
  impl->kdf = import.target;
  impl->is_imported = true;

  // Two lengths and two numbers besides what is given.
  impl->identity.resize(2 + import.external_identity.size() + 2 + import.context.size() + 2 + 2);
  wire::Writer writer(impl->identity);
  TRY(wire::write(writer, ImportedIdentity{.external_identity = {import.external_identity},
                                           .context = {import.context},
                                           .target_kdf = import.target}));
  // The hash is that of the key; the length, that of the target.
  const auto algorithm = hash_of(import.kdf);
  TRY(const auto epskx, crypto::hkdf_extract(algorithm, {}, import.key));
  // fault: AC-072b
  TRY(crypto::hkdf_expand_label(algorithm, epskx.reveal(), "derived psk",
                                crypto::hash(algorithm, impl->identity).bytes(),
                                impl->key.resize(crypto::hash_size(hash_of(import.target)))));
  return ExternalPsk(std::move(impl));
}

Result<std::vector<std::uint8_t>> ExternalPsk::roles(Bytes client, Bytes server) {
  using Name = wire::Opaque<0, 255>;
  ENSURE(client.size() <= 255 && server.size() <= 255, Error::bad_psk);
  // fault: AC-072c
  ENSURE(!std::ranges::equal(client, server), Error::bad_psk);
  // fault: AC-072a
  std::vector<std::uint8_t> context(1 + client.size() + 1 + server.size());
  wire::Writer writer(context);
  TRY(wire::write(writer, Name{client}));
  TRY(wire::write(writer, Name{server}));
  return context;
}

crypto::Digest digest_of(bool is_imported, crypto::HashAlgorithm used_with, Bytes key) {
  crypto::Hash hash(crypto::HashAlgorithm::sha256);
  const std::array<std::uint8_t, 2> kind{static_cast<std::uint8_t>(is_imported),
                                         static_cast<std::uint8_t>(used_with)};
  hash.update(kind);
  hash.update(key);
  return hash.digest();
}

Bytes ExternalPsk::identity() const {
  return impl_->identity;
}

Kdf ExternalPsk::kdf() const {
  return impl_->kdf;
}

bool ExternalPsk::is_imported() const {
  return impl_->is_imported;
}

}  // namespace nacre
