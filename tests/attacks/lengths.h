// Finds every length within a handshake message, by the presentation language of RFC 9846, section
// 4, written apart from the codec.
#pragma once

#include <cstddef>
#include <vector>

#include "handshake/edit.h"
#include "support/encoding.h"

namespace nacre::test {

// Of a ClientHello, ServerHello, HelloRetryRequest, EncryptedExtensions, CertificateRequest,
// Certificate or CertificateVerify. The message's own length is not among them.
std::vector<LengthField> lengths_in(const Message& message);

}  // namespace nacre::test
