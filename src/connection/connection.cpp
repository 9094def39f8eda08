// Connection: the calls of the application.
#include "nacre/connection.h"

#include <array>
#include <utility>

#include "connection/impl.h"
#include "crypto/cipher_suite.h"
#include "handshake/key_schedule.h"

namespace nacre {

namespace {

template <class Config, class... Arguments>
Result<Owned<Connection::Impl>> make(crypto::Arena* arena, const Config& config,
                                     Arguments&&... of_handshake) {
  auto impl = make_owned<Connection::Impl>(arena, config);
  ENSURE(impl, Error::out_of_memory);
  impl->handshaking =
      make_owned<Handshaking>(arena, config, std::forward<Arguments>(of_handshake)...);
  ENSURE(impl->handshaking, Error::out_of_memory);
  return impl;
}

Result<Owned<Connection::Impl>> begin(crypto::Arena* arena, const ClientConfig& config,
                                      std::string_view server_name,
                                      std::optional<EchConfigList> ech) {
  // fault: AC-009a
  TRY(const PeerName name, PeerName::parse(server_name));
  TRY(auto impl, make(arena, config, name, std::move(ech)));
  TRY(impl->handshaking->begin());
  impl->sending.write().initial_client_hello(true);
  return impl;
}

// At the same time a handshake holds at most so many pieces of handshake_memory: messages, the
// parts of the peer's Certificate, key shares.
constexpr std::size_t max_pieces = 24;

constexpr std::size_t block(std::size_t size) {
  return size + 2 * crypto::Arena::unit - 1;
}
static_assert(block(sizeof(crypto::Arena)) + block(sizeof(Connection::Impl)) +
                  block(sizeof(Handshaking)) + max_pieces * block(0) <=
              Connection::storage_size({.handshake_memory = 0}));

Result<crypto::Arena*> arena_in(MutableBytes storage, const Limits& limits) {
  ENSURE(storage.size() >= Connection::storage_size(limits), Error::buffer_too_small);
  return crypto::Arena::make(storage);
}

}  // namespace

Result<Connection> Connection::client(const ClientConfig& config, std::string_view server_name) {
  TRY(auto impl, begin(nullptr, config, server_name, std::nullopt));
  return Connection(std::move(impl));
}

Result<Connection> Connection::client(const ClientConfig& config, std::string_view server_name,
                                      const EchConfigList& ech) {
  TRY(auto impl, begin(nullptr, config, server_name, ech));
  return Connection(std::move(impl));
}

Result<Connection> Connection::server(const ServerConfig& config) {
  TRY(auto impl, make(nullptr, config));
  return Connection(std::move(impl));
}

Result<Connection> Connection::client(const ClientConfig& config, std::string_view server_name,
                                      MutableBytes storage) {
  TRY(crypto::Arena* const arena, arena_in(storage, config.impl().limits));
  TRY(auto impl, begin(arena, config, server_name, std::nullopt));
  return Connection(std::move(impl));
}

Result<Connection> Connection::server(const ServerConfig& config, MutableBytes storage) {
  TRY(crypto::Arena* const arena, arena_in(storage, config.impl().limits));
  TRY(auto impl, make(arena, config));
  return Connection(std::move(impl));
}

Connection::Connection(Owned<Impl> impl) : impl_(std::move(impl)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Step> Connection::advance(MutableBytes incoming, MutableBytes outgoing) {
  return impl_->advance(incoming, outgoing);
}

std::size_t Connection::alert_size() const {
  return impl_->alert_size;
}

namespace {

// Answers the handshake's question. What goes wrong then is for advance() to tell the peer.
template <class Answer>
Result<void> resume_with(Connection::Impl& impl, const Answer& answer) {
  TRY(impl.check_alive());
  ENSURE(impl.handshaking && !impl.handshaking->is_over(), Error::no_question);
  const Result<void> done = impl.handshaking->resume(answer);
  if (!done && done.error() != Error::no_question) impl.end(done.error(), {});
  return done;
}

}  // namespace

Result<void> Connection::resume(const ServerConfig& config) {
  TRY(resume_with(*impl_, config));
  impl_->endpoint = config;
  return {};
}

Result<void> Connection::resume(const KnownPsk& known) {
  return resume_with(*impl_, known);
}

Result<void> Connection::resume(const Presented& presented) {
  return resume_with(*impl_, presented);
}

Result<void> Connection::resume(Signature signature) {
  return resume_with(*impl_, signature);
}

Result<void> Connection::resume(Verdict verdict) {
  return resume_with(*impl_, verdict);
}

auto Connection::seal(Bytes plaintext, MutableBytes outgoing) -> Result<Sealed> {
  return seal_pieces(std::span(&plaintext, 1), outgoing);
}

auto Connection::seal_pieces(std::span<const Bytes> pieces, MutableBytes outgoing)
    -> Result<Sealed> {
  // fault: AC-085d
  TRY(impl_->check_alive());
  const auto sealed = impl_->sending.seal_pieces(pieces, outgoing, impl_->context());
  impl_->watch(sealed);
  return sealed;
}

MutableBytes Connection::body(MutableBytes outgoing) const {
  return impl_->sending.body(outgoing);
}

Result<std::size_t> Connection::seal_body(std::size_t length, MutableBytes outgoing) {
  TRY(impl_->check_alive());
  return impl_->checked(impl_->sending.seal_body(length, outgoing, impl_->context()));
}

auto Connection::early_data(Bytes plaintext, MutableBytes outgoing) -> Result<Sealed> {
  return impl_->checked(impl_->early_data(plaintext, outgoing));
}

std::size_t Connection::early_data_room() const {
  return impl_->early_data_room();
}

Result<std::size_t> Connection::update_keys(bool request_peer, MutableBytes outgoing) {
  TRY(impl_->check_alive());
  return impl_->checked(impl_->sending.update_keys(request_peer, outgoing, impl_->context()));
}

Result<std::size_t> Connection::close(MutableBytes outgoing) {
  if (impl_->sending.is_closed() && !impl_->failure) return 0U;
  return impl_->checked(impl_->close(outgoing));
}

Result<std::size_t> Connection::abort(AlertDescription alert, MutableBytes outgoing) {
  return impl_->abort(alert, outgoing);
}

// Section 6.1.
Result<void> Connection::transport_closed() {
  TRY(impl_->check_alive());
  // fault: AC-087a AC-087b
  if (impl_->receiving.is_closed()) return {};
  impl_->end(Error::truncated_stream, {});
  return fail(Error::truncated_stream);
}

bool Connection::is_complete() const {
  return impl_->is_complete;
}

Negotiated Connection::negotiated() const {
  return impl_->negotiated();
}

Bytes Connection::ocsp_response() const {
  return impl_->handshaking ? impl_->handshaking->staples().ocsp_response() : Bytes{};
}

Bytes Connection::signed_certificate_timestamps() const {
  return impl_->handshaking ? impl_->handshaking->staples().signed_certificate_timestamps()
                            : Bytes{};
}

std::span<const Bytes> Connection::peer_chain() const {
  return impl_->handshaking ? impl_->handshaking->peer_chain() : std::span<const Bytes>{};
}

std::string_view Connection::server_name() const {
  return impl_->handshaking ? impl_->handshaking->server_name() : std::string_view{};
}

Bytes Connection::psk_identity() const {
  return impl_->handshaking ? impl_->handshaking->psk_identity() : Bytes{};
}

std::string_view Connection::verdict_detail() const {
  return impl_->handshaking ? impl_->handshaking->verdict_detail() : std::string_view{};
}

std::optional<EchConfigList> Connection::ech_retry_configs() const {
  const Bytes list = impl_->handshaking ? impl_->handshaking->ech_retry_configs() : Bytes{};
  if (list.empty()) return std::nullopt;
  auto configs = EchConfigList::parse(list);
  return configs ? std::optional(*std::move(configs)) : std::nullopt;
}

const std::optional<Failure>& Connection::failure() const {
  return impl_->failure;
}

// Section 7.5.
Result<void> Connection::export_keying_material(std::string_view label, Bytes context,
                                                MutableBytes out) const {
  TRY(impl_->check_alive());
  ENSURE(impl_->is_complete, Error::not_ready);
  TRY(const auto suite, crypto::properties(impl_->agreed.cipher_suite));
  return nacre::export_keying_material(suite.hash, impl_->exporter_secret.reveal(), label, context,
                                       out);
}

Result<void> Connection::export_early_keying_material(std::string_view label, Bytes context,
                                                      MutableBytes out) const {
  TRY(impl_->check_alive());
  ENSURE(impl_->handshaking, Error::not_ready);
  const crypto::HashSecret& secret = impl_->handshaking->early_exporter_secret();
  ENSURE(!secret.empty(), Error::not_ready);
  const auto hash =
      secret.reveal().size() == 32 ? crypto::HashAlgorithm::sha256 : crypto::HashAlgorithm::sha384;
  return nacre::export_keying_material(hash, secret.reveal(), label, context, out);
}

Result<std::array<std::uint8_t, 32>> Connection::tls_exporter() const {
  std::array<std::uint8_t, 32> binding{};
  TRY(export_keying_material("EXPORTER-Channel-Binding", {}, binding));
  return binding;
}

}  // namespace nacre
