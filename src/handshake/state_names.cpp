// The names of states and inputs.
#include "handshake/state_names.h"

namespace nacre {

std::string_view name(ClientState state) {
  using enum ClientState;
  switch (state) {
    case start:
      return "start";
    case ask_session_verdict:
      return "ask_session_verdict";
    case wait_sh:
      return "wait_sh";
    case wait_sh_after_retry:
      return "wait_sh_after_retry";
    case wait_ee:
      return "wait_ee";
    case wait_ee_psk:
      return "wait_ee_psk";
    case wait_cert_cr:
      return "wait_cert_cr";
    case ask_credential:
      return "ask_credential";
    case wait_cert:
      return "wait_cert";
    case ask_certificate_verdict:
      return "ask_certificate_verdict";
    case wait_cv:
      return "wait_cv";
    case wait_finished:
      return "wait_finished";
    case ask_signature:
      return "ask_signature";
    case connected:
      return "connected";
    case wait_sh_outer:
      return "wait_sh_outer";
    case wait_ee_outer:
      return "wait_ee_outer";
    case wait_cert_cr_outer:
      return "wait_cert_cr_outer";
    case wait_cert_outer:
      return "wait_cert_outer";
    case ask_certificate_verdict_outer:
      return "ask_certificate_verdict_outer";
    case wait_cv_outer:
      return "wait_cv_outer";
    case wait_finished_outer:
      return "wait_finished_outer";
    case ech_rejected:
      return "ech_rejected";
  }
  return "unknown";
}

std::string_view name(ServerState state) {
  using enum ServerState;
  switch (state) {
    case start:
      return "start";
    case ask_configuration:
      return "ask_configuration";
    case ask_psk:
      return "ask_psk";
    case wait_client_hello_after_retry:
      return "wait_client_hello_after_retry";
    case wait_encrypted_hello:
      return "wait_encrypted_hello";
    case ask_signature:
      return "ask_signature";
    case wait_eoed:
      return "wait_eoed";
    case wait_cert:
      return "wait_cert";
    case wait_cert_required:
      return "wait_cert_required";
    case ask_certificate_verdict:
      return "ask_certificate_verdict";
    case wait_cv:
      return "wait_cv";
    case wait_finished:
      return "wait_finished";
    case connected:
      return "connected";
  }
  return "unknown";
}

std::string_view name(Input input) {
  switch (input) {
    case Input::hello_retry_request:
      return "HelloRetryRequest";
    case Input::start:
      return "(begin)";
    case Input::configuration:
      return "(configuration chosen)";
    case Input::psk:
      return "(key known, or not)";
    case Input::credential:
      return "(certificate chosen)";
    case Input::signature:
      return "(signature made)";
    case Input::verdict:
      return "(chain believed)";
    case Input::client_hello:
    case Input::server_hello:
    case Input::new_session_ticket:
    case Input::end_of_early_data:
    case Input::encrypted_extensions:
    case Input::certificate:
    case Input::certificate_request:
    case Input::certificate_verify:
    case Input::finished:
    case Input::key_update:
      return name(static_cast<HandshakeType>(input));
  }
  return "unknown";
}

}  // namespace nacre
