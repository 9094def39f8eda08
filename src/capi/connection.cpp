// Connections, over the C interface.
#include <new>
#include <utility>
#include <variant>

#include "capi/handles.h"
#include "nacre/names.h"

namespace {

using nacre::Result;
using nacre::capi::are_given;
using nacre::capi::give;
using nacre::capi::hand_out;
using nacre::capi::is_given;
using nacre::capi::lend;
using nacre::capi::make;
using nacre::capi::refuse;
using nacre::capi::refuse_null;
using nacre::capi::succeed;
using nacre::capi::view;

static_assert(NACRE_MAX_RECORD_SIZE == nacre::max_record_size);
static_assert(NACRE_MAX_CONTROL_RECORD_SIZE == nacre::max_control_record_size);

bool finish(Result<nacre::Connection> made, nacre_error* error, nacre_connection** out) {
  if (!made) return refuse(error, made.error());
  auto* const handle = make<nacre_connection>();
  if (handle != nullptr) handle->owned.emplace(*std::move(made));
  return hand_out(handle, error, out);
}

bool report(const nacre_connection& connection, nacre::Error cause, nacre_error* error) {
  return refuse(error, cause, connection.get().failure());
}

// An event as a plain struct. Questions that a C configuration does not ask for do not come.
struct Describe {
  nacre_step& step;

  void operator()(const nacre::NeedInput& need) const {
    step.event = NACRE_NEED_INPUT;
    step.at_least = need.at_least;
  }
  void operator()(const nacre::NeedOutput& need) const {
    step.event = NACRE_NEED_OUTPUT;
    step.at_least = need.at_least;
  }
  void operator()(const nacre::ApplicationData& received) const {
    step.event = NACRE_APPLICATION_DATA;
    step.data = lend(received.data);
  }
  void operator()(const nacre::HandshakeComplete&) const { step.event = NACRE_HANDSHAKE_COMPLETE; }
  void operator()(const nacre::PeerClosed&) const { step.event = NACRE_PEER_CLOSED; }
  void operator()(const nacre::SignatureWanted& wanted) const {
    step.event = NACRE_SIGNATURE_WANTED;
    step.data = lend(wanted.content);
    step.scheme = static_cast<std::uint16_t>(wanted.scheme);
  }
  void operator()(const nacre::EarlyData&) const {}
  void operator()(const nacre::TicketReceived&) const {}
  void operator()(const nacre::ClientHelloSeen&) const {}
  void operator()(const nacre::PskOffered&) const {}
  void operator()(const nacre::CertificateWanted&) const {}
  void operator()(const nacre::ChainToJudge&) const {}
};

bool give_size(const nacre_connection& connection, Result<std::size_t> size, nacre_error* error,
               size_t* produced) {
  *produced = size.value_or(0);
  return size ? succeed(error) : report(connection, size.error(), error);
}

}  // namespace

bool nacre_connection_new_client(const nacre_client_config* config, const char* server_name,
                                 nacre_error* error, nacre_connection** connection) {
  give(connection, static_cast<nacre_connection*>(nullptr));
  if (!are_given(config, server_name, connection)) return refuse_null(error);
  return finish(nacre::Connection::client(config->config, server_name), error, connection);
}

bool nacre_connection_new_server(const nacre_server_config* config, nacre_error* error,
                                 nacre_connection** connection) {
  give(connection, static_cast<nacre_connection*>(nullptr));
  if (!are_given(config, connection)) return refuse_null(error);
  return finish(nacre::Connection::server(config->config), error, connection);
}

void nacre_connection_free(nacre_connection* connection) {
  delete connection;
}

bool nacre_advance(nacre_connection* connection, uint8_t* incoming, size_t incoming_size,
                   uint8_t* outgoing, size_t outgoing_size, nacre_error* error, nacre_step* step) {
  give(step, nacre_step{});
  if (!are_given(connection, nacre_bytes{incoming, incoming_size},
                 nacre_bytes{outgoing, outgoing_size}, step)) {
    return refuse_null(error);
  }
  const auto done =
      connection->get().advance(view(incoming, incoming_size), view(outgoing, outgoing_size));
  if (!done) {
    step->produced = connection->get().alert_size();
    return report(*connection, done.error(), error);
  }
  step->consumed = done->consumed;
  step->produced = done->produced;
  std::visit(Describe{*step}, done->event);
  return succeed(error);
}

bool nacre_resume_signature(nacre_connection* connection, nacre_bytes signature,
                            nacre_error* error) {
  if (!are_given(connection, signature)) return refuse_null(error);
  const auto done = connection->get().resume(nacre::Signature{view(signature)});
  return done ? succeed(error) : report(*connection, done.error(), error);
}

bool nacre_seal(nacre_connection* connection, nacre_bytes plaintext, uint8_t* outgoing,
                size_t outgoing_size, nacre_error* error, size_t* consumed, size_t* produced) {
  give(consumed, std::size_t{0});
  give(produced, std::size_t{0});
  if (!are_given(connection, plaintext, nacre_bytes{outgoing, outgoing_size}, consumed, produced)) {
    return refuse_null(error);
  }
  const auto sealed = connection->get().seal(view(plaintext), view(outgoing, outgoing_size));
  *consumed = sealed ? sealed->consumed : 0;
  *produced = sealed ? sealed->produced : 0;
  return sealed ? succeed(error) : report(*connection, sealed.error(), error);
}

bool nacre_update_keys(nacre_connection* connection, bool request_peer, uint8_t* outgoing,
                       size_t outgoing_size, nacre_error* error, size_t* produced) {
  give(produced, std::size_t{0});
  if (!are_given(connection, nacre_bytes{outgoing, outgoing_size}, produced)) {
    return refuse_null(error);
  }
  const auto size = connection->get().update_keys(request_peer, view(outgoing, outgoing_size));
  return give_size(*connection, size, error, produced);
}

bool nacre_close(nacre_connection* connection, uint8_t* outgoing, size_t outgoing_size,
                 nacre_error* error, size_t* produced) {
  give(produced, std::size_t{0});
  if (!are_given(connection, nacre_bytes{outgoing, outgoing_size}, produced)) {
    return refuse_null(error);
  }
  return give_size(*connection, connection->get().close(view(outgoing, outgoing_size)), error,
                   produced);
}

bool nacre_transport_closed(nacre_connection* connection, nacre_error* error) {
  if (!are_given(connection)) return refuse_null(error);
  const auto done = connection->get().transport_closed();
  return done ? succeed(error) : report(*connection, done.error(), error);
}

bool nacre_is_complete(const nacre_connection* connection) {
  return is_given(connection) && connection->get().is_complete();
}

// The names are literals, and end in a NUL.
void nacre_agreed(const nacre_connection* connection, nacre_agreement* agreement) {
  if (!is_given(agreement)) return;
  const nacre::Negotiated negotiated =
      is_given(connection) ? connection->get().negotiated() : nacre::Negotiated{};
  *agreement = {static_cast<std::uint16_t>(negotiated.cipher_suite),
                static_cast<std::uint16_t>(negotiated.group),
                // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): literals.
                nacre::name(negotiated.cipher_suite).data(), nacre::name(negotiated.group).data(),
                lend(nacre::bytes_of(negotiated.alpn))};
}

bool nacre_export(const nacre_connection* connection, const char* label, nacre_bytes context,
                  nacre_error* error, uint8_t* out, size_t out_size) {
  if (!are_given(connection, label, context, nacre_bytes{out, out_size})) return refuse_null(error);
  const auto done =
      connection->get().export_keying_material(label, view(context), view(out, out_size));
  return done ? succeed(error) : report(*connection, done.error(), error);
}
