// The declared codec: a ServerHello written and read.
#include "wire/codec.h"

#include <array>
#include <cstdint>
#include <vector>

#include "cases.h"
#include "messages/server_hello.h"
#include "meter.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace bench {
namespace {

using namespace nacre;

// As a server sends it for x25519: supported_versions and key_share.
std::vector<std::uint8_t> server_hello() {
  std::vector<std::uint8_t> encoding{3, 3};
  encoding.insert(encoding.end(), 32, 0x52);  // random
  encoding.push_back(32);
  encoding.insert(encoding.end(), 32, 0x53);  // legacy_session_id_echo
  const std::array<std::uint8_t, 17> rest{0x13, 1, 0, 0,  46, 0,  43, 0, 2,
                                          3,    4, 0, 51, 0,  36, 0,  29};
  encoding.insert(encoding.end(), rest.begin(), rest.end());
  encoding.insert(encoding.end(), {0, 32});
  encoding.insert(encoding.end(), 32, 0x54);
  return encoding;
}

}  // namespace

void measure_codec(double seconds) {
  const std::vector<std::uint8_t> encoding = server_hello();
  std::uint64_t seen = 0;
  const auto time = [&](auto action) {
    constexpr int calls = 64;  // so that the clock costs little
    const Timing timing = time_of(seconds, [&] {
      for (int i = 0; i < calls; ++i) action();
    });
    return Timing{timing.microseconds / calls, timing.count * calls};
  };
  const Timing reading = time([&] {
    wire::Reader reader(encoding);
    const auto hello = wire::read<ServerHello>(reader);
    if (!hello) die("a ServerHello is refused");
    seen += hello->random[0];
  });
  wire::Reader reader(encoding);
  const auto hello = must(wire::read<ServerHello>(reader));
  std::array<std::uint8_t, 256> room{};
  const Timing writing = time([&] {
    wire::Writer writer(room);
    must(wire::write(writer, hello));
    seen += writer.written().size();
  });
  if (seen == 0) die("nothing was read");
  print_row("codec", "ServerHello", "read", "ns_cpu", reading.microseconds * 1e3, reading.count);
  print_row("codec", "ServerHello", "write", "ns_cpu", writing.microseconds * 1e3, writing.count);
}

}  // namespace bench
