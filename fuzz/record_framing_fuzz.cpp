// A stream that arrives byte by byte: what is said to be missing must never shrink by more than
// what came, a record that was whole stays whole, and every header reads as it is written.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "record/framing.h"

using namespace nacre;
using namespace nacre::record;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_header_round_trip(Bytes stream) {
  const auto header = read_header(stream);
  require(header.has_value());
  auto again = encode(*header);
  std::ranges::copy(stream.subspan(1, 2), again.begin() + 1);  // legacy_record_version is ignored
  require(std::ranges::equal(again, stream.first(header_size)));
}

// Takes one record off `stream` as its bytes come. Returns its size, or 0.
std::size_t arrive(Bytes stream, Position position) {
  std::size_t promised = 0;
  for (std::size_t size = 0; size <= stream.size(); ++size) {
    const auto missing = needed(stream.first(size), position);
    if (!missing) {
      require(size == 1 || size == header_size);  // judged with its type, or with its length
      return 0;
    }
    if (*missing == 0) {
      require(size == promised);
      check_header_round_trip(stream);
      return size;
    }
    require(size + *missing >= promised);
    promised = size + *missing;
  }
  return 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
#pragma clang unsafe_buffer_usage begin
  Bytes stream(data, size);
#pragma clang unsafe_buffer_usage end
  Position position = Position::first;
  while (const std::size_t record = arrive(stream, position)) {
    stream = stream.subspan(record);
    position = Position::later;
  }
  return 0;
}
