// Both ends of conversations, driven by arbitrary sequences of calls: machine/oracle.h says what
// must hold. A finding is written to the file that NACRE_RECORDING names, or
// "random_calls.recording".
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "machine/recording.h"
#include "machine/script.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::machine;
  const nacre::Bytes input(data, size);
  std::size_t at = 0;
  const auto byte = [&] { return at < input.size() ? input[at++] : std::uint8_t{0}; };
  Generator random(0);
  Recording recording;
  Machine machine([&](nacre::MutableBytes out) { random.fill(out); }, &recording);
  Script script(byte);
  while (at < input.size() && at < 4'096 && !machine.violation()) script.decide(machine);
  Script::finish(machine);
  if (!machine.violation()) return 0;
  const char* const named = std::getenv("NACRE_RECORDING");
  const std::string path = named != nullptr ? named : "random_calls.recording";
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(recording.bytes().data()),
             static_cast<std::streamsize>(recording.bytes().size()));
  file.close();
  std::fprintf(stderr, "%s: %s; the recording is %s\n", machine.violation()->kind.c_str(),
               machine.violation()->detail.c_str(), path.c_str());
  std::abort();
}
