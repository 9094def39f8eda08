// The parts of `tlscli bench`: a server of its own, and what a client measures.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tlscli/client.h"
#include "tlscli/options.h"

namespace nacre::tlscli {

// `tlscli server` in a process of its own, which ends with this.
class ServerProcess {
 public:
  // A body of its answers has options.bytes; `core` -1: wherever the system likes.
  static Outcome<ServerProcess> start(const BenchOptions& options, int core);
  ServerProcess(ServerProcess&& other) noexcept;
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();

  const Endpoint& endpoint() const { return endpoint_; }
  const std::string& ca() const { return ca_; }  // a file

 private:
  explicit ServerProcess(pid_t process) : process_(process) {}
  Outcome<void> listen_to(int output, Deadline deadline);
  pid_t process_;
  Endpoint endpoint_;
  std::string ca_;
};

// What was counted in `seconds`.
struct Measurement {
  std::string_view what;          // "full", "resumed", "received", "sent"
  std::uint64_t connections = 0;  // of the first two
  std::uint64_t bytes = 0;        // of a body
  double seconds = 0;
  double cpu_seconds = 0;  // of the client
  Summary summary = {};    // of the first handshake that was counted

  bool counts_bytes() const { return connections == 0; }
  double rate() const;  // per second
};

// One connection after the other. Each resumes the session of the one before where that is wanted.
Outcome<Measurement> measure_connections(const BenchOptions& options, const Endpoint& endpoint,
                                         bool resume);
// One body over one connection, as far as it comes in the time.
Outcome<Measurement> measure_bytes(const BenchOptions& options, const Endpoint& endpoint,
                                   bool send);

}  // namespace nacre::tlscli
