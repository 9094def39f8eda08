// What -v shows and --keylog writes.
#include "tlscli/watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <sstream>
#include <utility>

#include "tlscli/output.h"

namespace nacre::tlscli {

void EventTrace::tell(bool sent, std::string what, std::size_t size) {
  sink_({.at = std::chrono::steady_clock::now(),
         .sent = sent,
         .what = std::move(what),
         .size = size});
}

void EventTrace::message(bool sent, HandshakeType type, std::size_t size) {
  tell(sent, std::string(name(type)), size);
}

void EventTrace::client_hello_inner(bool sent, std::size_t size) {
  tell(sent, "inner client_hello", size);
}

void EventTrace::alert(bool sent, AlertDescription description) {
  tell(sent, "alert " + std::string(name(description)), 0);
}

void EventTrace::key_change(bool sent) {
  tell(sent, "new keys", 0);
}

std::shared_ptr<Trace> verbose_trace(std::string prefix) {
  const auto start = std::chrono::steady_clock::now();
  return std::make_shared<EventTrace>([start, prefix = std::move(prefix)](const TraceEvent& event) {
    const std::chrono::duration<double, std::milli> since = event.at - start;
    std::ostringstream line;
    line.setf(std::ios::fixed);
    line.precision(2);
    line << prefix << (event.sent ? "-> " : "<- ") << event.what;
    if (event.size != 0) line << ", " << event.size << " bytes";
    line << " (" << since.count() << " ms)";
    note(coloured(line.str(), Colour::dim));
  });
}

Outcome<std::shared_ptr<danger::KeyLog>> KeyLogFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  auto log = std::make_shared<KeyLogFile>();
  if (descriptor >= 0) {
    ::close(descriptor);
    log->file_.open(path, std::ios::app);
  }
  if (!log->file_.is_open()) {
    return usage_problem("the key log " + path + " cannot be written",
                         "name another with --keylog");
  }
  note("every secret of this run goes to " + path);
  return log;
}

void KeyLogFile::line(std::string_view text) {
  const std::lock_guard lock(mutex_);
  file_ << text << '\n' << std::flush;
}

}  // namespace nacre::tlscli
