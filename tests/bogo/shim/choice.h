// Which certificate a client presents: what an application decides that has rules of its own.
#pragma once

#include <string>

#include "nacre/connection.h"
#include "shim/flags.h"

namespace nacre::bogo {

// Whether the server's CertificateRequest says what the runner expects it to say.
bool is_as_expected(const CertificateWanted& wanted, const Flags& flags);

// The first credential that can sign as the server wants it, and whose issuer the server names
// where the flags insist on that. Errors: application_refused where an issuer is missing,
// no_common_signature_scheme otherwise, and those of reading.
Result<Credential> choose_credential(const CertificateWanted& wanted, const Flags& flags);

// What sessions are bound to: the context of the credential that a server takes for this
// ClientHello, or else the one for all. In base64, as in the flags.
std::string session_context(const ClientHelloSeen& hello, const Flags& flags);

}  // namespace nacre::bogo
