// What `tlscli bench` measures: connections and bytes, by one thread.
#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

#include "tlscli/bench.h"
#include "tlscli/http_response.h"
#include "tlscli/sessions.h"

namespace nacre::tlscli {
namespace {

// Wall clock, and CPU time of this thread.
class Watch {
 public:
  double seconds() const { return milliseconds_since(start_) / 1000; }
  double cpu_seconds() const { return cpu_now() - cpu_start_; }

 private:
  static double cpu_now() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    constexpr double nano = 1e-9;
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * nano;
  }
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double cpu_start_ = cpu_now();
};

Problem bench_problem(std::string cause, std::string what, std::string hint) {
  return {.code = ExitCode::application_error,
          .cause = std::move(cause),
          .what = std::move(what),
          .why = {},
          .hint = std::move(hint)};
}

std::string bench_request(std::string_view method, const BenchOptions& options,
                          const Endpoint& endpoint, std::string_view more = {}) {
  const std::string path = options.path.empty() ? "/" : options.path;
  return std::string(method) + " " + path + " HTTP/1.1\r\nHost: " + to_string(endpoint) +
         "\r\nUser-Agent: tlscli\r\nConnection: close\r\n" + std::string(more) + "\r\n";
}

// A client that comes again and again, and knows where to.
class Visitor {
 public:
  static Outcome<Visitor> make(const BenchOptions& options, const Endpoint& endpoint,
                               ClientPurpose purpose) {
    TRY(auto settings, client_settings(options, std::move(purpose)));
    TRY(auto route, Route::find(endpoint, Deadline::after(options.timeout)));
    return Visitor(options, endpoint, std::move(settings), std::move(route));
  }

  Outcome<Channel> connect() {
    TRY(Connection connection, make_connection(settings_, situation_));
    TRY(Opened opened, open_channel(options_, situation_, std::move(connection), route_,
                                    Deadline::after(options_.timeout)));
    if (!summary_) {
      summary_ = summarize(opened.channel.connection());
      summary_->peer = situation_.peer;
      summary_->address = opened.address;
      summary_->tcp_milliseconds = opened.tcp_milliseconds;
      summary_->tls_milliseconds = opened.tls_milliseconds;
    }
    return std::move(opened.channel);
  }

  // Of the first connection since the last call.
  Summary take_summary() { return *std::exchange(summary_, std::nullopt); }

  std::unexpected<Problem> failed(const Channel& channel, Error error) const {
    Situation now = situation_;
    now.phase = Phase::established;
    return fail(explain_channel(channel, now, error));
  }

  Outcome<void> write(Channel& channel, Bytes bytes) const {
    const auto sent = channel.write(bytes, Deadline::after(options_.timeout));
    return sent ? Outcome<void>() : failed(channel, sent.error());
  }

  // `sink` takes the body.
  Outcome<std::uint64_t> read_response(Channel& channel, const Sink& sink) const {
    Source source([&]() -> Outcome<Bytes> {
      const auto bytes = channel.read(Deadline::after(options_.timeout));
      if (!bytes) return failed(channel, bytes.error());
      return *bytes;
    });
    TRY(const ResponseHead head, read_head(source));
    constexpr int first_error = 300;
    if (head.status >= first_error) {
      return fail(bench_problem(
          "http_status",
          "the server answers " + std::to_string(head.status) + " " + printable(head.reason),
          "name what is there with --www PATH"));
    }
    return read_body(source, head, sink);
  }

 private:
  Visitor(const BenchOptions& options, const Endpoint& endpoint, ClientSettings settings,
          Route route)
      : options_(options),
        settings_(std::move(settings)),
        situation_(situation_of(options, settings_, endpoint)),
        route_(std::move(route)) {}

  const BenchOptions& options_;
  ClientSettings settings_;
  Situation situation_;
  Route route_;
  std::optional<Summary> summary_;
};

// One connection after the other. The end of each, which the server has to see too, is waited for
// when the next one is made: so neither side idles, and no server is cut off.
class Procession {
 public:
  Procession(Visitor& visitor, const BenchOptions& options, const Endpoint& endpoint, bool resume)
      : visitor_(visitor), resume_(resume), timeout_(options.timeout) {
    if (!options.path.empty()) request_ = bench_request("GET", options, endpoint);
  }

  Procession(const Procession&) = delete;
  Procession& operator=(const Procession&) = delete;
  ~Procession() {
    if (leaving_) leaving_->linger();
  }

  // `counted`: it must be what is measured.
  Outcome<void> visit(bool counted) {
    TRY(Channel channel, visitor_.connect());
    const bool resumed = channel.connection().negotiated().key_source == KeySource::session;
    if (counted && resume_ && !resumed) {
      return fail(bench_problem("not_resumed", "the server has not resumed the session",
                                "leave --resume out, or look at it with `tlscli resume`"));
    }
    if (!request_.empty()) {
      TRY(visitor_.write(channel, bytes_of(request_)));
      TRY(visitor_.read_response(channel, [](Bytes) { return true; }));
    }
    if (resume_ && channel.tickets() == 0) {
      if (const auto waited = await_ticket(channel, timeout_); !waited) {
        return visitor_.failed(channel, waited.error());
      }
    }
    // The server may have gone first, once it has answered.
    if (leaving_) leaving_->linger();
    if (const auto closed = channel.close(Deadline::after(timeout_)); !closed && request_.empty()) {
      return visitor_.failed(channel, closed.error());
    }
    leaving_.emplace(std::move(channel));
    return {};
  }

 private:
  Visitor& visitor_;
  bool resume_;
  double timeout_;
  std::string request_;
  std::optional<Channel> leaving_;
};

// Receives until the body ends or `over` says so.
Outcome<std::uint64_t> receive_body(const Visitor& visitor, Channel& channel, std::uint64_t limit,
                                    Deadline end) {
  std::uint64_t came = 0;
  bool enough = false;
  const auto whole = visitor.read_response(channel, [&](Bytes piece) {
    came += piece.size();
    enough = came >= limit || end.has_passed();
    return !enough;
  });
  if (!whole && !enough) return fail(whole.error());
  if (came == 0) {
    return fail(bench_problem("empty_body", "the server answers with an empty body",
                              "name what is larger with --www PATH"));
  }
  return came;
}

// Sends until `count` bytes are out, and the server says so, or the time is over.
Outcome<std::uint64_t> send_content(const Visitor& visitor, Channel& channel, std::uint64_t count,
                                    Deadline end) {
  static constexpr std::array<std::uint8_t, 131'072> zeros{};
  std::uint64_t sent = 0;
  while (sent != count) {
    if (end.has_passed()) return sent;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(count - sent, zeros.size()));
    TRY(visitor.write(channel, Bytes(zeros).first(size)));
    sent += size;
  }
  TRY(visitor.read_response(channel, [](Bytes) { return true; }));
  return sent;
}

std::vector<std::string> protocols_for(const BenchOptions& options) {
  const bool asks = !options.path.empty() || options.bytes != 0;
  return asks ? std::vector<std::string>{"http/1.1"} : std::vector<std::string>{};
}

}  // namespace

double Measurement::rate() const {
  return static_cast<double>(counts_bytes() ? bytes : connections) / seconds;
}

Outcome<Measurement> measure_connections(const BenchOptions& options, const Endpoint& endpoint,
                                         bool resume) {
  ClientPurpose purpose{.alpn = protocols_for(options)};
  if (resume) purpose.sessions = std::make_shared<MemoryClientSessionStore>();
  TRY(Visitor visitor, Visitor::make(options, endpoint, std::move(purpose)));
  Procession procession(visitor, options, endpoint, resume);
  TRY(procession.visit(false));  // warms both up, and brings the first ticket
  visitor.take_summary();
  Measurement measured{.what = resume ? "resumed" : "full"};
  const Deadline end = Deadline::after(options.seconds);
  const Watch watch;
  while (!end.has_passed()) {
    TRY(procession.visit(true));
    ++measured.connections;
  }
  measured.seconds = watch.seconds();
  measured.cpu_seconds = watch.cpu_seconds();
  measured.summary = visitor.take_summary();
  return measured;
}

Outcome<Measurement> measure_bytes(const BenchOptions& options, const Endpoint& endpoint,
                                   bool send) {
  TRY(Visitor visitor, Visitor::make(options, endpoint, {.alpn = protocols_for(options)}));
  TRY(Channel channel, visitor.connect());
  const std::string length = "Content-Length: " + std::to_string(options.bytes) + "\r\n";
  const std::string request = send ? bench_request("POST", options, endpoint, length)
                                   : bench_request("GET", options, endpoint);
  Measurement measured{.what = send ? "sent" : "received"};
  const Deadline end = Deadline::after(options.seconds);
  const Watch watch;
  TRY(visitor.write(channel, bytes_of(request)));
  TRY(measured.bytes, send ? send_content(visitor, channel, options.bytes, end)
                           : receive_body(visitor, channel, options.bytes, end));
  measured.seconds = watch.seconds();
  measured.cpu_seconds = watch.cpu_seconds();
  measured.summary = visitor.take_summary();
  // What is still under way when the time is over is cut off.
  if (!end.has_passed() && channel.close(Deadline::after(options.timeout))) channel.linger();
  return measured;
}

}  // namespace nacre::tlscli
