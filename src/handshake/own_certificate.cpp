// What we present, whichever role we have: our Certificate, with what goes along with its leaf. RFC
// 9846, sections 4.5.1 and 4.5.1.1; RFC 8879.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "extensions/registry.h"
#include "handshake/core.h"

namespace nacre {
namespace {

// What is asked for, and there; what is malformed, or too long, is left out.
struct Stapled {
  Bytes ocsp_response;
  Bytes timestamps;

  Stapled() = default;
  Stapled(const Staples& staples, const CertificateWishes& wishes) {
    const Bytes response = staples.ocsp_response;
    if (wishes.ocsp_response && response.size() <= max_staples) ocsp_response = response;
    const SignedCertificateTimestampList list{{staples.signed_certificate_timestamps}};
    const bool fits = list.list.bytes.size() <= max_staples - ocsp_response.size();
    if (wishes.timestamps && fits && list.check()) timestamps = list.list.bytes;
  }

  Result<void> write(wire::Writer& writer) const {
    if (!ocsp_response.empty()) {
      TRY(write_extension(writer, CertificateStatus{CertificateStatusType::ocsp, {ocsp_response}}));
    }
    if (timestamps.empty()) return {};
    return write_extension(writer, SignedCertificateTimestampList{{timestamps}});
  }

  bool empty() const { return ocsp_response.empty() && timestamps.empty(); }
  std::size_t size() const { return 16 + ocsp_response.size() + timestamps.size(); }
};

}  // namespace

// No certificate_request_context: there is none but in post-handshake authentication.
Result<void> HandshakeCore::send_certificate(const CertificateWishes& wishes) {
  const Bytes list = own.credential != nullptr ? Bytes(own.credential->certificate_list) : Bytes{};
  const bool may_staple = own.credential != nullptr && own.credential->staples &&
                          (wishes.ocsp_response || wishes.timestamps);
  const auto staples = may_staple ? own.credential->staples() : nullptr;
  const Stapled stapled = staples ? Stapled(*staples, wishes) : Stapled();
  // The leaf with its length; two bytes of extensions, none of them; the others.
  const std::size_t leaf = own.credential == nullptr ? 0 : 3 + own.credential->chain.front().size();
  const auto entries = [&](wire::Writer& out) -> Result<void> {
    if (stapled.empty()) return out.bytes(list);
    TRY(out.bytes(list.first(leaf)));
    TRY(out.vector<2>([&](wire::Writer& block) { return stapled.write(block); }));
    return out.bytes(list.subspan(leaf + 2));
  };
  const auto body = [&](wire::Writer& writer) -> Result<void> {
    TRY(writer.integer<1>(0));
    return writer.vector<3>(entries);
  };
  const std::size_t limit = 4 + list.size() + stapled.size();
  const auto* compressor =
      list.empty() ? nullptr : select_compressor(config->compressors, wishes.compression);
  if (compressor != nullptr) {
    std::vector<std::uint8_t> plain(limit);
    wire::Writer writer(plain);
    TRY(body(writer));
    const auto compressed = config->compression_cache->get(*compressor, writer.written());
    if (compressed) return send_compressed(*compressor, writer.written(), *compressed);
  }
  return send(HandshakeType::certificate, limit, body);
}

}  // namespace nacre
