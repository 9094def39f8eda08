// What a client presents to a server that asks. RFC 9846, sections 4.4.2 and 4.5.1.2.
#include "extensions/registry.h"
#include "handshake/client.h"
#include "handshake/selection.h"

namespace nacre {

// Section 4.4.2.
auto ClientHandshake::on_certificate_request(const CertificateRequest& request, Bytes encoding)
    -> Result<Next<ask_credential>> {
  TRY(take_certificate_request(request, encoding));
  return to<ask_credential>;
}

Result<void> ClientHandshake::take_certificate_request(const CertificateRequest& request,
                                                       Bytes encoding) {
  ENSURE(request.certificate_request_context.bytes.empty(), Error::bad_certificate_context);
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(check_block(Where::certificate_request, request.extensions, config().limits, nullptr,
                  in_hand));
  // The message is kept for as long as someone may ask what it says.
  TRY(certificate_request_.append(encoding, core_.budget));
  TRY(const auto kept,
      wire::read_all<CertificateRequest>(Bytes(certificate_request_.content()).subspan(4)));
  TRY(wishes_, read_wishes(kept.extensions));
  core_.transcript->add(encoding);
  return {};
}

Result<CertificateWishes> ClientHandshake::read_wishes(const Extensions& extensions) {
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(auto wanted, CertificateWishes::read(extensions, in_hand));
  wanted.types = {own_type_};
  TRY(const auto status, find<CertificateStatusWanted>(extensions, in_hand));
  wanted.ocsp_response = status.has_value();
  TRY(const auto filters, find<OidFilters>(extensions, in_hand));
  if (filters) wanted.filters = filters->filters;
  return wanted;
}

void ClientHandshake::ask_for_credential() {
  const auto& authorities = wishes_->authorities;
  core_.question = CertificateWanted{wishes_->signature_algorithms.encoding(),
                                     authorities ? authorities->authorities.encoding() : Bytes{},
                                     own_type_, wishes_->filters.encoding()};
}

auto ClientHandshake::on_credential(const Presented&) -> Result<Next<wait_cert>> {
  if (!config().ask_credential) {
    core_.own = select_credential(config(), *wishes_).value_or(CredentialChoice{});
  } else if (presented_) {
    const auto choice = select_credential(config().policy, *presented_, *wishes_);
    ENSURE(choice, Error::no_common_signature_scheme);
    core_.own = *choice;
  }
  return to<wait_cert>;
}

}  // namespace nacre
