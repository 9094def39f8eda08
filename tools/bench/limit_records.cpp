// The AEAD alone: over the buffers that records stream through, with and without the content type
// that TLS encrypts behind the content, and over a hot one.
#include <openssl/aead.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bursts.h"
#include "cases.h"

namespace bench {
namespace {

constexpr std::size_t header_size = 5;
constexpr std::size_t content_type_size = 1;
constexpr std::size_t tag_size = 16;

void need(int is_done) {
  if (is_done != 1) die("an AEAD fails");
}

// One key, and the place on the wire that it has come to.
class Stream {
 public:
  Stream(const EVP_AEAD* aead, std::size_t inner_size) : inner_size_(inner_size) {
    const std::vector<std::uint8_t> key(EVP_AEAD_key_length(aead), 7);
    context_.reset(EVP_AEAD_CTX_new(aead, key.data(), key.size(), tag_size));
    if (context_ == nullptr) die("no AEAD");
  }

  void rewind() { sealed_ = opened_ = 0; }
  void seal(How how) {
    std::uint8_t* const header = at(sealed_++);
    std::uint8_t* const body = header + header_size;
    seal_from(how == How::in_place ? body : plaintext_.data(), header, sealed_);
  }
  void open() {
    std::uint8_t* const header = at(opened_++);
    open_into(header + header_size, header, opened_);
  }
  // The same record again and again.
  void seal_hot() { seal_from(plaintext_.data(), at(0), 1); }
  void open_hot() { open_into(plaintext_.data(), at(0), 1); }

 private:
  std::uint8_t* at(std::size_t index) {
    return wire_.data() + index * (header_size + inner_size_ + tag_size);
  }
  void seal_from(const std::uint8_t* plaintext, std::uint8_t* header, std::size_t number) {
    std::size_t size = 0;
    need(EVP_AEAD_CTX_seal(context_.get(), header + header_size, &size, inner_size_ + tag_size,
                           nonce(number).data(), nonce_.size(), plaintext, inner_size_, header,
                           header_size));
  }
  void open_into(std::uint8_t* plaintext, std::uint8_t* header, std::size_t number) {
    std::size_t size = 0;
    need(EVP_AEAD_CTX_open(context_.get(), plaintext, &size, inner_size_, nonce(number).data(),
                           nonce_.size(), header + header_size, inner_size_ + tag_size, header,
                           header_size));
  }
  const std::array<std::uint8_t, 12>& nonce(std::size_t number) {
    nonce_[10] = static_cast<std::uint8_t>(number >> 8);
    nonce_[11] = static_cast<std::uint8_t>(number);
    return nonce_;
  }

  std::size_t inner_size_;
  std::size_t sealed_ = 0;
  std::size_t opened_ = 0;
  std::array<std::uint8_t, 12> nonce_{};
  bssl::UniquePtr<EVP_AEAD_CTX> context_;
  std::vector<std::uint8_t> plaintext_ = std::vector<std::uint8_t>(inner_size_, 0x61);
  std::vector<std::uint8_t> wire_ = std::vector<std::uint8_t>(4 << 20);
};

void measure_streaming(Stream& stream, const std::string& name, const Burst& burst,
                       double seconds) {
  for (const How how : {How::from_buffer, How::in_place}) {
    measure_bursts(
        name, burst, how, seconds, [&] { stream.rewind(); }, [&] { stream.seal(how); },
        [&] { stream.open(); });
  }
}

void measure(const EVP_AEAD* aead, const std::string& name, const Burst& burst, double seconds) {
  Stream inner(aead, burst.record_size + content_type_size);
  measure_streaming(inner, name + "/inner", burst, seconds);
  Stream stream(aead, burst.record_size);
  measure_streaming(stream, name + "/streaming", burst, seconds);
  measure_bursts(
      name, burst, How::from_buffer, seconds, [] {}, [&] { stream.seal_hot(); },
      [&] { stream.open_hot(); });
}

}  // namespace

void measure_limit_of_records(double seconds) {
  for (const auto& [aead, name] : {std::pair(EVP_aead_aes_128_gcm(), "aes-128-gcm"),
                                   std::pair(EVP_aead_aes_256_gcm(), "aes-256-gcm"),
                                   std::pair(EVP_aead_chacha20_poly1305(), "chacha20-poly1305")}) {
    for (const Burst& burst : bursts) {
      measure(aead, std::string(name) + "/" + std::to_string(burst.record_size), burst, seconds);
    }
  }
}

}  // namespace bench
