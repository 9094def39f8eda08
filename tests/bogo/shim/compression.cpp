#include "shim/compression.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "nacre/compression.h"

namespace nacre::bogo {
namespace {

// Takes `taken` off the front, or puts `put` there.
class Fronts final : public CertificateCompressor {
 public:
  Fronts(unsigned number, std::vector<std::uint8_t> taken, std::vector<std::uint8_t> put)
      : number_(number), taken_(std::move(taken)), put_(std::move(put)) {}

  CertificateCompressionAlgorithm algorithm() const override {
    return static_cast<CertificateCompressionAlgorithm>(number_);
  }

  std::optional<std::vector<std::uint8_t>> compress(Bytes message) const override {
    if (message.size() < taken_.size()) return std::nullopt;
    std::vector<std::uint8_t> out = put_;
    const Bytes rest = message.subspan(taken_.size());
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  }

  bool decompress(Bytes compressed, MutableBytes message) const override {
    if (compressed.size() < put_.size()) return false;
    const Bytes rest = compressed.subspan(put_.size());
    if (taken_.size() + rest.size() != message.size()) return false;
    std::ranges::copy(rest, std::ranges::copy(taken_, message.begin()).out);
    return true;
  }

 private:
  unsigned number_;
  std::vector<std::uint8_t> taken_;
  std::vector<std::uint8_t> put_;
};

void add(auto& builder, const Flags& flags) {
  // In the order that the runner expects.
  const std::array<CertificateCompressorPtr, 3> all{
      std::make_shared<const Fronts>(0xff02U, std::vector<std::uint8_t>{},
                                     std::vector<std::uint8_t>{1, 2, 3, 4}),
      std::make_shared<const Fronts>(0xff01U, std::vector<std::uint8_t>{0, 0},
                                     std::vector<std::uint8_t>{}),
      std::make_shared<const Fronts>(0xff03U, std::vector<std::uint8_t>{},
                                     std::vector<std::uint8_t>{7})};
  for (const auto& each : all) {
    const auto number = static_cast<unsigned>(each->algorithm());
    if (!flags.install_cert_compression_algs && flags.install_one_cert_compression_alg != number) {
      continue;
    }
    builder.compress_certificate(each).decompress_certificate(each);
  }
}

}  // namespace

void add_compression(ClientConfig::Builder& builder, const Flags& flags) {
  add(builder, flags);
}

void add_compression(ServerConfig::Builder& builder, const Flags& flags) {
  add(builder, flags);
}

}  // namespace nacre::bogo
