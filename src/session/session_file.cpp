// A client's sessions as a file's content.
#include "session/session_file.h"

#include <algorithm>
#include <cassert>
#include <ranges>

#include "crypto/hash.h"
#include "session/external_psk.h"
#include "session/session.h"
#include "wire/codec.h"

namespace nacre {
namespace {

constexpr std::array<std::uint8_t, 8> mark{'n', 'a', 'c', 'r', 'e', 's', 'e', 's'};
constexpr std::uint16_t present_version = 3;
constexpr std::size_t checksum_size = 32;

using SavedChain = wire::Vector<wire::Opaque<1, 0xffffff>, 0, 0xffffff>;

struct SavedSession {
  wire::Opaque<0, 255> scope_name;
  std::array<std::uint8_t, 32> scope_configuration{};
  CipherSuite cipher_suite{};
  wire::Opaque<32, 48> psk;
  std::uint32_t age_add = 0;
  std::uint32_t max_early_data = 0;
  std::uint64_t received = 0;
  std::uint64_t expires = 0;
  wire::Opaque<0, 255> server_name;
  wire::Opaque<0, 255> alpn;
  wire::Opaque<1, 0xffff> ticket;
  KeySource began_with{};
  std::uint64_t proved = 0;
  std::uint64_t valid_until = 0;
  wire::Opaque<0, max_psk_identity> psk_identity;
  CertificateType server_certificate_type{};
  std::uint32_t chain = 0;  // which of those in front

  static constexpr auto wire = wire::fields(
      &SavedSession::scope_name, &SavedSession::scope_configuration, &SavedSession::cipher_suite,
      &SavedSession::psk, &SavedSession::age_add, &SavedSession::max_early_data,
      &SavedSession::received, &SavedSession::expires, &SavedSession::server_name,
      &SavedSession::alpn, &SavedSession::ticket, &SavedSession::began_with, &SavedSession::proved,
      &SavedSession::valid_until, &SavedSession::psk_identity,
      &SavedSession::server_certificate_type, &SavedSession::chain);
};

// But for the ticket.
constexpr std::size_t max_saved_size =
    256 + 32 + 2 + 49 + 4 + 4 + 8 + 8 + 256 + 256 + 2 + 1 + 8 + 8 + 2 + max_psk_identity + 1 + 4;

std::vector<SessionChain> chains_of(std::span<const ScopedSession* const> sessions) {
  std::vector<SessionChain> chains;
  for (const ScopedSession* scoped : sessions) {
    const SessionChain& chain = scoped->session.impl().chain;
    // Sessions of one connection stand together.
    if (chains.empty() || chains.back() != chain) chains.push_back(chain);
  }
  return chains;
}

Result<void> write_chain(wire::Writer& writer, const SessionChain& chain) {
  return wire::write_elements<SavedChain>(
      writer, *chain | std::views::transform([](const std::vector<std::uint8_t>& certificate) {
        return wire::Opaque<1, 0xffffff>{certificate};
      }));
}

Result<void> write_session(wire::Writer& writer, const ScopedSession& scoped, std::uint32_t chain) {
  const Session::Impl& session = scoped.session.impl();
  return wire::write(
      writer, SavedSession{.scope_name = {bytes_of(scoped.server_name)},
                           .scope_configuration = scoped.configuration,
                           .cipher_suite = session.cipher_suite,
                           .psk = {session.psk.reveal()},
                           .age_add = session.age_add,
                           .max_early_data = session.max_early_data,
                           .received = static_cast<std::uint64_t>(session.received),
                           .expires = static_cast<std::uint64_t>(session.expires),
                           .server_name = {bytes_of(session.server_name)},
                           .alpn = {bytes_of(session.alpn)},
                           .ticket = {session.ticket},
                           .began_with = session.began_with,
                           .proved = static_cast<std::uint64_t>(session.proved.at),
                           .valid_until = static_cast<std::uint64_t>(session.proved.valid_until),
                           .psk_identity = {session.psk_identity},
                           .server_certificate_type = session.server_certificate_type,
                           .chain = chain});
}

Result<void> write_all(wire::Writer& writer, std::span<const ScopedSession* const> sessions,
                       std::span<const SessionChain> chains) {
  TRY(writer.bytes(mark));
  TRY(writer.integer<2>(present_version));
  TRY(writer.integer<4>(chains.size()));
  for (const SessionChain& chain : chains) {
    TRY(write_chain(writer, chain));
  }
  TRY(writer.integer<4>(sessions.size()));
  std::uint32_t chain = 0;
  for (const ScopedSession* scoped : sessions) {
    if (chains[chain] != scoped->session.impl().chain) ++chain;
    TRY(write_session(writer, *scoped, chain));
  }
  return writer.bytes(crypto::hash(crypto::HashAlgorithm::sha256, writer.written()).bytes());
}

std::vector<std::uint8_t> owned(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

Result<std::vector<SessionChain>> read_chains(wire::Reader& reader) {
  std::vector<SessionChain> chains;
  TRY(const std::uint64_t count, reader.integer<4>());
  for (std::uint64_t at = 0; at < count; ++at) {
    TRY(const auto saved, wire::read<SavedChain>(reader));
    std::vector<std::vector<std::uint8_t>> chain;
    for (const auto& certificate : saved) chain.push_back(owned(certificate.bytes));
    chains.push_back(
        std::make_shared<const std::vector<std::vector<std::uint8_t>>>(std::move(chain)));
  }
  return chains;
}

Result<ScopedSession> read_session(wire::Reader& reader, std::span<const SessionChain> chains) {
  TRY(const auto saved, wire::read<SavedSession>(reader));
  ENSURE(saved.chain < chains.size(), Error::bad_session_file);
  for (const std::uint64_t time :
       {saved.received, saved.expires, saved.proved, saved.valid_until}) {
    ENSURE(time <= static_cast<std::uint64_t>(end_of_time), Error::bad_session_file);
  }
  auto impl = std::make_unique<Session::Impl>();
  impl->cipher_suite = saved.cipher_suite;
  std::ranges::copy(saved.psk.bytes, impl->psk.resize(saved.psk.bytes.size()).begin());
  impl->age_add = saved.age_add;
  impl->max_early_data = saved.max_early_data;
  impl->received = static_cast<UnixTime>(saved.received);
  impl->expires = static_cast<UnixTime>(saved.expires);
  impl->server_name = text_of(saved.server_name.bytes);
  impl->alpn = text_of(saved.alpn.bytes);
  impl->ticket = owned(saved.ticket.bytes);
  impl->began_with = saved.began_with;
  impl->proved = {static_cast<UnixTime>(saved.proved), static_cast<UnixTime>(saved.valid_until)};
  impl->psk_identity = owned(saved.psk_identity.bytes);
  impl->chain = chains[saved.chain];
  impl->server_certificate_type = saved.server_certificate_type;
  ENSURE(impl->is_sound(), Error::bad_session_file);
  return ScopedSession{.server_name = std::string(text_of(saved.scope_name.bytes)),
                       .configuration = saved.scope_configuration,
                       .session = Session(std::move(impl))};
}

Result<std::vector<ScopedSession>> read_content(wire::Reader reader) {
  TRY(const auto chains, read_chains(reader));
  TRY(const std::uint64_t count, reader.integer<4>());
  std::vector<ScopedSession> sessions;
  for (std::uint64_t at = 0; at < count; ++at) {
    TRY(auto session, read_session(reader, chains));
    sessions.push_back(std::move(session));
  }
  TRY(reader.finish());
  return sessions;
}

}  // namespace

std::vector<std::uint8_t> write_session_file(std::span<const ScopedSession* const> sessions) {
  const auto chains = chains_of(sessions);
  // As much as it may be, at once: what a growing vector leaves behind would not be wiped.
  std::size_t room = mark.size() + 2 + 4 + 4 + checksum_size;
  for (const SessionChain& chain : chains) {
    room += 3;
    for (const auto& certificate : *chain) room += 3 + certificate.size();
  }
  for (const ScopedSession* scoped : sessions) {
    room += max_saved_size + scoped->session.impl().ticket.size();
  }
  std::vector<std::uint8_t> file(room);
  wire::Writer writer(file);
  const auto outcome = write_all(writer, sessions, chains);
  assert(outcome);
  file.resize(outcome ? writer.used() : 0);
  return file;
}

Result<std::vector<ScopedSession>> read_session_file(Bytes file) {
  ENSURE(file.size() >= mark.size() + 2 + checksum_size, Error::bad_session_file);
  const Bytes content = file.first(file.size() - checksum_size);
  const auto checksum = crypto::hash(crypto::HashAlgorithm::sha256, content);
  ENSURE(std::ranges::equal(checksum.bytes(), file.last(checksum_size)), Error::bad_session_file);
  wire::Reader reader(content);
  const auto found_mark = reader.take(mark.size());
  ENSURE(found_mark && std::ranges::equal(*found_mark, mark), Error::bad_session_file);
  const auto version = reader.integer<2>();
  // fault: AC-142
  ENSURE(version && *version == present_version, Error::bad_session_file);
  auto sessions = read_content(reader);
  ENSURE(sessions, Error::bad_session_file);
  return sessions;
}

}  // namespace nacre
