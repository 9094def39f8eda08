// Two halves that talk to each other, against a model: whatever is sealed, in place, apart or in
// pieces, padded, limited, across key updates, opens to what went in; a flipped bit never does.
// Each step is eight bytes: what to do, content type, length, padding, and which bit to flip.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "crypto/cipher_suite.h"
#include "record/padding.h"
#include "record/read_state.h"
#include "record/write_state.h"

using namespace nacre;
using namespace nacre::record;

namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t step_size = 8;
constexpr std::size_t room = 5 + 16'384 + 256;

void require(bool condition) {
  if (!condition) std::abort();
}

std::size_t number(Bytes bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
}

crypto::HashSecret secret_for(CipherSuite suite) {
  crypto::HashSecret secret;
  std::ranges::fill(secret.resize(crypto::hash_size(crypto::properties(suite)->hash)),
                    std::uint8_t{3});
  return secret;
}

class Exchange {
 public:
  Exchange(CipherSuite suite, std::uint16_t limit) {
    require(
        write_.protect(suite, secret_for(suite), {.update_after = 5, .records = 8}).has_value());
    require(read_.protect(InboundPhase::application, suite, secret_for(suite)).has_value());
    limit = std::max<std::uint16_t>(limit, 64);
    write_.limit_records(limit);
    read_.limit_records(limit);
  }

  void step(Bytes step) {
    if (write_.must_update() || step[0] % 16 == 0) {
      require(write_.update().has_value());
      require(read_.update().has_value());
    }
    const auto type = static_cast<ContentType>(21 + step[1] % 3);
    Buffer content(std::min(number(step, 2), write_.content_room(room)));
    if (type == ContentType::alert) content.resize(2);
    if (type == ContentType::handshake && content.empty()) content.resize(1);
    std::ranges::fill(content, static_cast<std::uint8_t>(step[1] / 3));
    const std::size_t padding =
        std::min(number(step, 4), write_.padding_room(content.size(), room));
    Buffer record(room);
    record.resize(seal(type, content, padding, step[0] >> 6, record));
    require(record.size() == write_.expansion() + content.size() + padding);
    flip_and_open(number(step, 6), record);
    open(type, content, record);
  }

 private:
  std::size_t seal(ContentType type, Bytes content, std::size_t padding, unsigned how,
                   MutableBytes record) {
    if (how == 0) return write_.seal(type, content, padding, record).value();
    if (how == 1) {
      const std::size_t part = content.size() / 3;
      const std::array<Bytes, 3> pieces{content.first(part), content.subspan(part, part),
                                        content.subspan(2 * part)};
      return write_.seal_pieces(type, {pieces, content.size()}, padding, record).value();
    }
    std::ranges::copy(content, record.subspan(header_size).begin());
    return write_.seal_in_place(type, content.size(), padding, record).value();
  }

  // The reader stays as it was: a record that does not open does not count.
  void flip_and_open(std::size_t bit, Buffer record) {
    bit %= 8 * record.size();
    record[bit / 8] = static_cast<std::uint8_t>(record[bit / 8] ^ 1u << bit % 8);
    const std::uint64_t before = read_.sequence();
    require(!read_.open(record, false).has_value());
    require(read_.sequence() == before);
  }

  void open(ContentType type, Bytes content, Buffer& record) {
    const auto opened = read_.open(record, false);
    require(opened.has_value() && opened->type == type);
    require(std::ranges::equal(opened->content, content));
    require(read_.sequence() == write_.sequence());
  }

  WriteState write_;
  ReadState read_{InboundPhase::unprotected};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
#pragma clang unsafe_buffer_usage begin
  Bytes steps(data, size);
#pragma clang unsafe_buffer_usage end
  if (steps.size() < 3) return 0;
  const auto& row = crypto::cipher_suites.at(steps[0] % crypto::cipher_suites.size());
  Exchange exchange(row.suite, static_cast<std::uint16_t>(number(steps, 1)));
  for (steps = steps.subspan(3); steps.size() >= step_size; steps = steps.subspan(step_size)) {
    exchange.step(steps.first(step_size));
  }
  return 0;
}
