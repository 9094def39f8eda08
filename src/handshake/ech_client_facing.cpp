// The client-facing server of split mode. RFC 9849, section 7.1.
#include <utility>

#include "extensions/registry.h"
#include "handshake/ech_opener.h"
#include "messages/client_hello.h"

namespace nacre {

struct EchClientFacing::Impl {
  explicit Impl(std::shared_ptr<const EchServerKeys> keys) : opener(std::move(keys)) {}
  EchOpener opener;
};

namespace {

// A whole ClientHello, with the rules for all extensions.
Result<ClientHello> read_whole(Bytes client_hello) {
  wire::Reader reader(client_hello);
  TRY(const auto type, wire::read<HandshakeType>(reader));
  ENSURE(type == HandshakeType::client_hello, Error::unexpected_message);
  TRY(const wire::Reader body, reader.vector<3>());
  TRY(reader.finish());
  TRY(const auto hello, wire::read_all<ClientHello>(body.rest()));
  TRY(check_block(Where::client_hello, hello.extensions, Limits{}));
  return hello;
}

}  // namespace

Result<EchClientFacing> EchClientFacing::make(EchKeys keys) {
  TRY(auto shared, EchServerKeys::make(std::move(keys)));
  return EchClientFacing(std::make_unique<Impl>(std::move(shared)));
}

EchClientFacing::EchClientFacing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EchClientFacing::EchClientFacing(EchClientFacing&&) noexcept = default;
EchClientFacing& EchClientFacing::operator=(EchClientFacing&&) noexcept = default;
EchClientFacing::~EchClientFacing() = default;

Result<MutableBytes> EchClientFacing::first(Bytes client_hello, MutableBytes room) {
  TRY(const ClientHello outer, read_whole(client_hello));
  TRY(const auto inner, impl_->opener.open_first(outer, client_hello, room));
  return inner.value_or(MutableBytes{});
}

Result<MutableBytes> EchClientFacing::second(Bytes client_hello, MutableBytes room) {
  TRY(const ClientHello outer, read_whole(client_hello));
  return impl_->opener.open_second(outer, client_hello, room);
}

}  // namespace nacre
