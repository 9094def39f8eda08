// What we present, whichever role we have: our Certificate, with what goes along with its leaf. RFC
// 9846, sections 4.5.1 and 4.5.1.1.
#include <cstddef>
#include <memory>

#include "extensions/registry.h"
#include "handshake/core.h"

namespace nacre {
namespace {

// What is asked for, and there; what is malformed is left out.
struct Stapled {
  Bytes ocsp_response;
  Bytes timestamps;

  Stapled(const Staples& staples, const CertificateWishes& wishes) {
    const Bytes response = staples.ocsp_response;
    if (wishes.ocsp_response && response.size() <= 0xffff - 8) ocsp_response = response;
    const SignedCertificateTimestampList list{{staples.signed_certificate_timestamps}};
    if (wishes.timestamps && list.check()) timestamps = list.list.bytes;
  }

  Result<void> write(wire::Writer& writer) const {
    if (!ocsp_response.empty()) {
      TRY(write_extension(writer, CertificateStatus{CertificateStatusType::ocsp, {ocsp_response}}));
    }
    if (timestamps.empty()) return {};
    return write_extension(writer, SignedCertificateTimestampList{{timestamps}});
  }

  std::size_t size() const { return 16 + ocsp_response.size() + timestamps.size(); }
};

}  // namespace

// No certificate_request_context: there is none but in post-handshake authentication.
Result<void> HandshakeCore::send_certificate(const CertificateWishes& wishes) {
  const Bytes list = own.credential != nullptr ? Bytes(own.credential->certificate_list) : Bytes{};
  const bool is_asked = wishes.ocsp_response || wishes.timestamps;
  const auto staples = own.credential != nullptr && own.credential->staples && is_asked
                           ? own.credential->staples()
                           : nullptr;
  if (!staples) {
    return send(HandshakeType::certificate, 4 + list.size(),
                [&](wire::Writer& writer) -> Result<void> {
                  TRY(writer.integer<1>(0));
                  return writer.vector<3>([&](wire::Writer& out) { return out.bytes(list); });
                });
  }
  const Stapled stapled(*staples, wishes);
  // The leaf with its length; two bytes of extensions, none of them; the others.
  const std::size_t leaf = 3 + own.credential->chain.front().size();
  const auto entries = [&](wire::Writer& out) -> Result<void> {
    TRY(out.bytes(list.first(leaf)));
    TRY(out.vector<2>([&](wire::Writer& block) { return stapled.write(block); }));
    return out.bytes(list.subspan(leaf + 2));
  };
  return send(HandshakeType::certificate, 4 + list.size() + stapled.size(),
              [&](wire::Writer& writer) -> Result<void> {
                TRY(writer.integer<1>(0));
                return writer.vector<3>(entries);
              });
}

}  // namespace nacre
