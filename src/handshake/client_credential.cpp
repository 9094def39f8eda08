// What a client presents to a server that asks. RFC 9846, sections 4.4.2 and 4.5.1.2.
#include "extensions/registry.h"
#include "handshake/client.h"
#include "handshake/selection.h"

namespace nacre {

// Section 4.4.2.
auto ClientHandshake::on_certificate_request(const CertificateRequest& request, Bytes encoding)
    -> Result<Next<ask_credential>> {
  ENSURE(request.certificate_request_context.bytes.empty(), Error::bad_certificate_context);
  std::optional<ExtensionType>* in_hand = &core_.extension_in_hand;
  TRY(check_block(Where::certificate_request, request.extensions, config().limits, nullptr,
                  in_hand));
  TRY(CertificateWishes::read(request.extensions, in_hand));
  TRY(certificate_request_.append(encoding, core_.budget));
  core_.transcript->add(encoding);
  return to<ask_credential>;
}

// The message is kept for as long as someone may ask what it says.
Result<CertificateWishes> ClientHandshake::wishes() {
  TRY(const auto request,
      wire::read_all<CertificateRequest>(Bytes(certificate_request_.content()).subspan(4)));
  TRY(auto wanted, CertificateWishes::read(request.extensions, &core_.extension_in_hand));
  wanted.types = {own_type_};
  TRY(const auto status,
      find<CertificateStatusWanted>(request.extensions, &core_.extension_in_hand));
  wanted.ocsp_response = status.has_value();
  TRY(const auto filters, find<OidFilters>(request.extensions, &core_.extension_in_hand));
  if (filters) wanted.filters = filters->filters;
  return wanted;
}

Result<void> ClientHandshake::ask_for_credential() {
  TRY(const auto wanted, wishes());
  core_.question =
      CertificateWanted{wanted.signature_algorithms.encoding(),
                        wanted.authorities ? wanted.authorities->authorities.encoding() : Bytes{},
                        own_type_, wanted.filters.encoding()};
  return {};
}

auto ClientHandshake::on_credential(const Presented&) -> Result<Next<wait_cert>> {
  TRY(const auto wanted, wishes());
  if (!config().ask_credential) {
    core_.own = select_credential(config(), wanted).value_or(CredentialChoice{});
  } else if (presented_) {
    const auto choice = select_credential(config().policy, *presented_, wanted);
    ENSURE(choice, Error::no_common_signature_scheme);
    core_.own = *choice;
  }
  return to<wait_cert>;
}

}  // namespace nacre
