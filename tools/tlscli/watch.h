// What -v shows and --keylog writes.
#pragma once

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "nacre/danger.h"
#include "nacre/trace.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// One line of a trace.
struct TraceEvent {
  std::chrono::steady_clock::time_point at;
  bool sent = false;
  std::string what;      // "client_hello", "alert close_notify", "new keys"
  std::size_t size = 0;  // bytes of a handshake message; 0 for others
};

// Turns the library's calls into events.
class EventTrace final : public Trace {
 public:
  using Sink = std::function<void(const TraceEvent&)>;
  explicit EventTrace(Sink sink) : sink_(std::move(sink)) {}

  void message(bool sent, HandshakeType type, std::size_t size) override;
  void client_hello_inner(bool sent, std::size_t size) override;
  void alert(bool sent, AlertDescription description) override;
  void key_change(bool sent) override;

 private:
  void tell(bool sent, std::string what, std::size_t size);
  Sink sink_;
};

// Prints each event on stderr, after `prefix`, with the time since now.
std::shared_ptr<Trace> verbose_trace(std::string prefix = {});

// A file of secrets that only its owner can read.
class KeyLogFile final : public danger::KeyLog {
 public:
  static Outcome<std::shared_ptr<danger::KeyLog>> open(const std::string& path);
  void line(std::string_view text) override;

 private:
  std::mutex mutex_;
  std::ofstream file_;
};

}  // namespace nacre::tlscli
