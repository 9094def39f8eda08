// What a server answers in EncryptedExtensions. RFC 9846, section 4.4.1.
#include "extensions/registry.h"
#include "handshake/client.h"

namespace nacre {

auto ClientHandshake::on_encrypted_extensions(const EncryptedExtensions& message, Bytes encoding)
    -> Result<Next<wait_cert_cr>> {
  TRY(take_extensions(message, encoding));
  TRY(take_certificate_types(message));
  return to<wait_cert_cr>;
}

// RFC 7250, section 4.2. What the server does not say is X.509.
Result<void> ClientHandshake::take_certificate_types(const EncryptedExtensions& message) {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(const auto of_server, find<ServerCertificateTypeAnswer>(message.extensions, in_hand));
  TRY(const auto of_client, find<ClientCertificateTypeAnswer>(message.extensions, in_hand));
  *in_hand = ExtensionType::server_certificate_type;
  const CertificateType server_type = of_server ? of_server->selected : CertificateType::x509;
  const bool is_ours = config().server_types.contains(server_type);
  ENSURE(is_ours || of_server, Error::no_common_certificate_type);
  ENSURE(is_ours, Error::unoffered_certificate_type);
  core_.established.negotiated.peer_certificate_type = server_type;
  *in_hand = ExtensionType::client_certificate_type;
  if (of_client) own_type_ = of_client->selected;
  ENSURE(!of_client || config().own_types.contains(own_type_), Error::unoffered_certificate_type);
  in_hand->reset();
  return {};
}

auto ClientHandshake::on_encrypted_extensions_psk(const EncryptedExtensions& message,
                                                  Bytes encoding) -> Result<Next<wait_finished>> {
  TRY(take_extensions(message, encoding));
  return to<wait_finished>;
}

Result<void> ClientHandshake::take_extensions(const EncryptedExtensions& message, Bytes encoding) {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(check_block(Where::encrypted_extensions, message.extensions, config().limits,
                  &offer_->extensions(), in_hand));
  TRY(const auto selected, find<SelectedProtocol>(message.extensions, in_hand));
  if (selected) {
    const auto protocol = offer_->protocol(selected->name());
    // fault: AC-055
    if (!protocol) core_.extension_in_hand = SelectedProtocol::type;
    ENSURE(protocol, Error::unoffered_protocol);
    core_.established.negotiated.alpn = *protocol;
  }
  TRY(const auto limit, find<RecordSizeLimitAnswer>(message.extensions, in_hand));
  if (limit) {
    core_.peer_record_size_limit = limit->limit;
    core_.record_size_limit = config().record_size_limit;
  }
  TRY(const auto early_data, find<EarlyDataIndication>(message.extensions, in_hand));
  const bool is_pending = core_.established.negotiated.early_data == EarlyDataStatus::offered;
  if (is_pending || early_data) TRY(take_early_data_answer(early_data.has_value()));
  if (is_pending && !early_data) change_to_handshake_keys(false);
  core_.transcript->add(encoding);
  return {};
}

}  // namespace nacre
