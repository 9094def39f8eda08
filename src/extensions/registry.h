// Every extension that Nacre knows, and the rules that hold for all. RFC 9846, section 4.3.
//
// To add an extension: its header, its line in `registry::Known`, its test. A form is the structure
// that the extension has in one or more messages:
//
//   struct Cookie {
//     static constexpr auto type = ExtensionType::cookie;
//     static constexpr Places places{Where::client_hello, Where::hello_retry_request};
//     wire::Opaque<1, 0xffff> cookie;
//     static constexpr auto wire = wire::fields(&Cookie::cookie);
//     constexpr Result<void> check() const;  // if the values have rules of their own
//   };
#pragma once

#include <optional>

#include "extensions/alpn.h"
#include "extensions/certificate_authorities.h"
#include "extensions/certificate_type.h"
#include "extensions/certificate_with_psk.h"
#include "extensions/compress_certificate.h"
#include "extensions/cookie.h"
#include "extensions/early_data.h"
#include "extensions/encrypted_client_hello.h"
#include "extensions/key_share.h"
#include "extensions/offered_set.h"
#include "extensions/oid_filters.h"
#include "extensions/pre_shared_key.h"
#include "extensions/psk_key_exchange_modes.h"
#include "extensions/record_size_limit.h"
#include "extensions/server_name.h"
#include "extensions/signature_algorithms.h"
#include "extensions/staples.h"
#include "extensions/supported_groups.h"
#include "extensions/supported_versions.h"
#include "extensions/ticket_request.h"
#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/bytes.h"
#include "nacre/error.h"
#include "nacre/limits.h"
#include "nacre/names.h"

namespace nacre {

template <class... Forms>
struct FormList {};

namespace registry {

using enum ExtensionType;
using enum Where;

// clang-format off
using Known = FormList<
    ServerNameList, ServerNameAcknowledgment, ServerNameInRequest,
    Unread<max_fragment_length, client_hello, encrypted_extensions>,
    CertificateStatusRequest, CertificateStatusWanted, CertificateStatus,
    SupportedGroups,
    SignatureAlgorithms,
    Unread<use_srtp, client_hello, encrypted_extensions>,
    Unread<heartbeat, client_hello, encrypted_extensions>,
    ProtocolNameList, SelectedProtocol,
    CertificateTimestampsWanted, SignedCertificateTimestampList,
    ClientCertificateTypes, ClientCertificateTypeAnswer,
    ServerCertificateTypes, ServerCertificateTypeAnswer,
    Unread<padding, client_hello>,
    CompressCertificate,
    RecordSizeLimit, RecordSizeLimitAnswer,
    CertificateWithPsk,
    OfferedPsks, SelectedPsk,
    EarlyDataIndication, EarlyDataInTicket,
    SupportedVersionsClientHello, SupportedVersionsServerHello,
    Cookie,
    PskKeyExchangeModes,
    CertificateAuthorities,
    OidFilters,
    Unread<post_handshake_auth, client_hello>,
    SignatureAlgorithmsCert,
    KeyShareClientHello, KeyShareServerHello, KeyShareHelloRetryRequest,
    TicketRequest, TicketRequestAnswer,
    OuterExtensions,
    EncryptedClientHello, EchConfirmation, EchRetryConfigs>;
// clang-format on

}  // namespace registry

// Checks a block of extensions: their number; no type twice; each that we know in a message where
// it may stand, well-formed to its last byte, and with lawful values; pre_shared_key the last of a
// ClientHello; and in a response nothing that was not asked for (cookie in HelloRetryRequest
// excepted). `offered` is what our ClientHello or CertificateRequest asked for: needed for
// responses, not looked at otherwise. When it fails, `in_hand`, if given, names the extension.
//
// Errors: too_many_extensions, duplicate_extension, misplaced_extension, psk_not_last,
// unsolicited_extension, and those of reading and of the extensions' own rules.
Result<void> check_block(Where where, const Extensions& extensions, const Limits& limits,
                         const OfferedSet* offered = nullptr,
                         std::optional<ExtensionType>* in_hand = nullptr);

// Whether Nacre recognizes the type.
bool is_known(ExtensionType type);

// Whether table 1 lets the type stand in that message. False for types that are not known.
bool is_allowed(ExtensionType type, Where where);

// Reads and checks one extension's data as the form that it has in that message. Nothing is wrong
// with data that Nacre does not read.
Result<void> check_data(ExtensionType type, Where where, Bytes extension_data);

}  // namespace nacre
