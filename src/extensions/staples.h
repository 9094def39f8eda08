// What comes along with a certificate: the status_request and signed_certificate_timestamp
// extensions. RFC 6066, section 8; RFC 6962, section 3.3; RFC 9846, section 4.5.1.1.
#pragma once

#include <cstdint>

#include "crypto/staples.h"
#include "extensions/where.h"
#include "messages/extension.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

enum class CertificateStatusType : std::uint8_t { ocsp = 1 };

struct OcspStatusRequest {
  wire::Vector<wire::Opaque<1, 0xffff>, 0, 0xffff> responder_id_list;
  wire::Opaque<0, 0xffff> request_extensions;

  static constexpr auto wire =
      wire::fields(&OcspStatusRequest::responder_id_list, &OcspStatusRequest::request_extensions);

  friend constexpr bool operator==(const OcspStatusRequest&, const OcspStatusRequest&) = default;
};

struct CertificateStatusRequest {
  static constexpr auto type = ExtensionType::status_request;
  static constexpr Places places{Where::client_hello};

  CertificateStatusType status_type{};
  wire::Remainder request;  // of a form that the type decides

  static constexpr auto wire =
      wire::fields(&CertificateStatusRequest::status_type, &CertificateStatusRequest::request);

  friend constexpr bool operator==(const CertificateStatusRequest&,
                                   const CertificateStatusRequest&) = default;

  constexpr Result<void> check() const {
    if (status_type == CertificateStatusType::ocsp) {
      TRY(wire::read_all<OcspStatusRequest>(request.bytes));
    }
    return {};
  }
};

// A server asks without more words.
struct CertificateStatusWanted {
  static constexpr auto type = ExtensionType::status_request;
  static constexpr Places places{Where::certificate_request};

  static constexpr auto wire = wire::fields();

  friend constexpr bool operator==(const CertificateStatusWanted&,
                                   const CertificateStatusWanted&) = default;
};

struct CertificateStatus {
  static constexpr auto type = ExtensionType::status_request;
  static constexpr Places places{Where::certificate};

  CertificateStatusType status_type{};
  wire::Opaque<1, 0xffffff> response;  // OCSPResponse, DER

  static constexpr auto wire =
      wire::fields(&CertificateStatus::status_type, &CertificateStatus::response);

  friend constexpr bool operator==(const CertificateStatus&, const CertificateStatus&) = default;

  constexpr Result<void> check() const {
    ENSURE(status_type == CertificateStatusType::ocsp, Error::bad_certificate_status);
    return {};
  }
};

struct CertificateTimestampsWanted {
  static constexpr auto type = ExtensionType::signed_certificate_timestamp;
  static constexpr Places places{Where::client_hello, Where::certificate_request};

  static constexpr auto wire = wire::fields();

  friend constexpr bool operator==(const CertificateTimestampsWanted&,
                                   const CertificateTimestampsWanted&) = default;
};

struct SignedCertificateTimestampList {
  static constexpr auto type = ExtensionType::signed_certificate_timestamp;
  static constexpr Places places{Where::certificate};
  wire::Remainder list;  // with its length: what judges it takes it so

  static constexpr auto wire = wire::fields(&SignedCertificateTimestampList::list);

  friend constexpr bool operator==(const SignedCertificateTimestampList&,
                                   const SignedCertificateTimestampList&) = default;

  constexpr Result<void> check() const {
    TRY(wire::read_all<TimestampList>(list.bytes));
    return {};
  }
};

}  // namespace nacre
