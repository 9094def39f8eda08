// Hostile records against fixed keys, in every phase. The first byte chooses phase and suite; the
// rest is a stream of records, each with the flag of an unfinished handshake message in the lowest
// bit of its version. Where the highest bit of the version is set, what follows the header is taken
// for a TLSInnerPlaintext and protected first, so that the inner rules are reached too.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "crypto/cipher_suite.h"
#include "record/alert.h"
#include "record/read_state.h"

using namespace nacre;
using namespace nacre::record;

namespace {

using Buffer = std::vector<std::uint8_t>;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Setting {
  InboundPhase phase;
  CipherSuite suite;
};

Setting setting_of(std::uint8_t choice) {
  const auto& row = crypto::cipher_suites.at(choice / 8 % crypto::cipher_suites.size());
  return {static_cast<InboundPhase>(choice % 6), row.suite};
}

crypto::HashSecret secret_for(CipherSuite suite) {
  crypto::HashSecret secret;
  std::ranges::fill(secret.resize(crypto::hash_size(crypto::properties(suite)->hash)),
                    std::uint8_t{7});
  return secret;
}

Buffer protect(CipherSuite suite, Bytes inner, std::uint64_t sequence) {
  const TrafficKeys keys = std::move(TrafficKeys::derive(suite, secret_for(suite))).value();
  const std::size_t length = inner.size() + crypto::aead_tag_size;
  Buffer record(header_size + length);
  std::ranges::copy(encode({ContentType::application_data, static_cast<std::uint16_t>(length)}),
                    record.begin());
  const MutableBytes body = MutableBytes(record).subspan(header_size);
  require(keys.aead()
              .seal(body.first(inner.size()), body.last(crypto::aead_tag_size),
                    keys.nonce(sequence), inner, {}, Bytes(record).first(header_size))
              .has_value());
  return record;
}

// What section 5.4 says is in an inner plaintext, by another way than the opener's.
void check_inner(Bytes inner, const Opened& opened) {
  const auto from_end = std::find_if(inner.rbegin(), inner.rend(), [](auto b) { return b != 0; });
  const auto used = static_cast<std::size_t>(inner.rend() - from_end);
  require(inner.size() <= max_inner_size && used > 0);
  require(static_cast<std::uint8_t>(opened.type) == inner[used - 1]);
  require(std::ranges::equal(opened.content, inner.first(used - 1)));
}

// What no record that is taken may be.
void check_taken(InboundPhase phase, bool within_message, const Opened& opened, bool decrypted) {
  require(is_known(opened.type));
  require(opened.content.size() <= max_content_size);
  const bool is_handshake = opened.type == ContentType::handshake;
  require(is_handshake || !within_message);
  if (is_handshake) require(!opened.content.empty() && decrypted == is_protected(phase));
  if (opened.type == ContentType::alert) require(read_alert(opened.content).has_value());
  if (opened.type == ContentType::application_data) {
    require(decrypted);
    require(phase == InboundPhase::early_data || phase == InboundPhase::application);
  }
  if (opened.type == ContentType::change_cipher_spec) {
    require(!decrypted && opened.content.size() == 1 && opened.content[0] == 1);
    require(phase != InboundPhase::client_hello && phase != InboundPhase::application);
  }
}

void open_one(ReadState& read, Setting setting, Bytes bytes, Bytes version) {
  const bool within_message = (version[1] & 1) != 0;
  const bool protects = (version[0] & 0x80) != 0;
  const Bytes inner = bytes.subspan(header_size);
  const bool may_protect = protects && inner.size() <= max_ciphertext_size - crypto::aead_tag_size;
  Buffer record = may_protect ? protect(setting.suite, inner, read.sequence())
                              : Buffer(bytes.begin(), bytes.end());
  const std::uint64_t before = read.sequence();
  const auto missing = read.needed(record, within_message);
  const auto opened = read.open(record, within_message);
  const bool decrypted = read.sequence() != before;
  require(!decrypted || may_protect);  // nobody forges a tag
  if (!opened) return;
  require(missing.has_value() && *missing == 0);
  check_taken(setting.phase, within_message, *opened, decrypted);
  if (decrypted) check_inner(inner, *opened);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
#pragma clang unsafe_buffer_usage begin
  Bytes stream(data, size);
#pragma clang unsafe_buffer_usage end
  if (stream.empty()) return 0;
  const Setting setting = setting_of(stream[0]);
  stream = stream.subspan(1);
  ReadState read(is_protected(setting.phase) ? InboundPhase::unprotected : setting.phase);
  if (is_protected(setting.phase)) {
    require(read.protect(setting.phase, setting.suite, secret_for(setting.suite)).has_value());
  }
  while (stream.size() >= header_size) {
    const std::size_t length = static_cast<std::size_t>(stream[3]) << 8 | stream[4];
    const std::size_t whole = std::min(header_size + length, stream.size());
    open_one(read, setting, stream.first(whole), stream.subspan(1, 2));
    stream = stream.subspan(whole);
  }
  return 0;
}
