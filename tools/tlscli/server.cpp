// `tlscli server`: a thread for each connection, up to a bound.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>

#include "tlscli/commands.h"
#include "tlscli/ech.h"
#include "tlscli/explain.h"
#include "tlscli/issuing.h"
#include "tlscli/keys.h"
#include "tlscli/names.h"
#include "tlscli/output.h"
#include "tlscli/serve.h"

namespace nacre::tlscli {
namespace {

// A pipe that SIGINT and SIGTERM write to, and that nobody empties: whoever polls its reading end
// sees that the server is to end.
class StopSignal {
 public:
  static StopSignal& instance() {
    static StopSignal signal;
    return signal;
  }
  int descriptor() const { return ends_[0]; }
  void raise() const { [[maybe_unused]] const auto written = ::write(ends_[1], "x", 1); }

 private:
  StopSignal() {
    if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) ends_ = {-1, -1};
  }
  std::array<int, 2> ends_{};
};

extern "C" void stop_server(int) {
  StopSignal::instance().raise();
}

void catch_signals() {
  StopSignal::instance();  // made before a handler needs it
  struct sigaction action{};
  action.sa_handler = &stop_server;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

// The threads at work, and those that wait for the next visit.
class Crew {
 public:
  using Work = std::function<void(Visit)>;
  Crew(std::size_t most, Work work) : most_(most), work_(std::move(work)) {}
  ~Crew() { wait_for_all(); }

  bool is_full() {
    const std::lock_guard lock(mutex_);
    return busy_ >= most_;
  }

  // Waits a moment for a place.
  void wait_for_place() {
    std::unique_lock lock(mutex_);
    constexpr std::chrono::milliseconds moment(50);
    ended_.wait_for(lock, moment, [this] { return busy_ < most_; });
  }

  // Where the system has no thread left, `visit` is dropped, and its client sees the end.
  void attend(Visit visit) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(visit));
    if (waiting_.size() > idle_) {
      try {
        threads_.emplace_back([this] { run(); });
      } catch (const std::system_error&) {
        waiting_.pop_back();
        return;
      }
    }
    ++busy_;
    came_.notify_one();
  }

  void wait_for_all() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    came_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      came_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
      --idle_;
      if (waiting_.empty()) return;
      Visit visit = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work_(std::move(visit));
      lock.lock();
      --busy_;
      ended_.notify_all();
    }
  }

  std::size_t most_;
  Work work_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::condition_variable ended_;
  std::deque<Visit> waiting_;
  std::size_t busy_ = 0;  // waiting visits too
  std::size_t idle_ = 0;
  bool is_ending_ = false;
};

class Server {
 public:
  Server(const ServerOptions& options, ServerSettings settings, TcpListener listener)
      : options_(options), settings_(std::move(settings)), listener_(std::move(listener)) {}

  // Until a signal comes or all connections that were asked for have ended.
  Outcome<void> run() {
    const std::size_t wanted = options_.once ? 1 : options_.count;
    Crew crew(options_.connections, [this](Visit visit) { attend(std::move(visit)); });
    std::size_t taken = 0;
    while (wanted == 0 || taken != wanted) {
      if (crew.is_full()) {
        crew.wait_for_place();
        if (stopping()) break;
        continue;
      }
      if (!wait_for(listener_.descriptor(), POLLIN, stop_, Deadline::never()) || stopping()) break;
      constexpr std::chrono::milliseconds moment(50);
      auto socket = listener_.accept(moment);
      if (!socket) {
        // The client is gone already, or we have no descriptor left: both pass.
        if (socket.error() != Error::timed_out) std::this_thread::sleep_for(moment);
        continue;
      }
      crew.attend({.socket = *std::move(socket), .number = ++taken, .stop = stop_});
    }
    crew.wait_for_all();
    if (options_.once && problem_) return fail(*std::move(problem_));
    return {};
  }

 private:
  bool stopping() const {
    pollfd ready{.fd = stop_, .events = POLLIN, .revents = 0};
    return ::poll(&ready, 1, 0) > 0;
  }

  void attend(Visit visit) {
    const auto outcome = serve(std::move(visit), options_, settings_);
    if (outcome) return;
    const std::lock_guard lock(mutex_);
    if (!options_.once) print_problem(outcome.error());
    if (!problem_) problem_ = outcome.error();
  }

  const ServerOptions& options_;
  ServerSettings settings_;
  TcpListener listener_;
  int stop_ = StopSignal::instance().descriptor();
  std::mutex mutex_;
  std::optional<Problem> problem_;
};

// What clients should encrypt with, in base64; empty: nothing.
std::string published_ech(const ServerKeys& keys) {
  return keys.ech_keys.empty() ? "" : base64(keys.ech_keys.front().config_list().bytes());
}

// The command that a client needs, letter by letter.
std::string client_command(const ServerOptions& options, const std::string& ca,
                           const ServerKeys& keys, const Endpoint& bound) {
  const bool any = bound.host == "0.0.0.0" || bound.host == "::";
  const std::string target =
      to_string({.host = any ? "localhost" : bound.host, .port = bound.port});
  std::string trust = (ca.empty() ? "" : " --ca " + ca) + other_side(options.psk);
  for (const Credential& credential : keys.credentials) {
    if (credential.type() == CertificateType::raw_public_key) {
      trust += " --raw-pin " + hexadecimal(credential.spki_pin());
    }
  }
  if (!keys.ech_keys.empty()) trust += " --ech " + published_ech(keys);
  if (options.speaks_http()) return options.program + " get" + trust + " https://" + target + "/";
  return options.program + " connect" + trust + " " + target;
}

void announce(const ServerOptions& options, const std::string& ca, const ServerKeys& keys,
              const Endpoint& bound, Report& report) {
  const std::string command = client_command(options, ca, keys, bound);
  report.fields()["address"] = bound.host;
  report.fields()["port"] = bound.port;
  report.fields()["ca"] = ca;
  report.fields()["ech_configs"] = published_ech(keys);
  report.fields()["client_command"] = command;
  if (!options.json) say("listening on " + to_string(bound));
  if (!options.json) say("connect with: " + command);
  report.publish();
}

Outcome<TcpListener> listen_on(const Endpoint& endpoint) {
  errno = 0;
  auto listener = TcpListener::bind(endpoint.host, endpoint.port);
  if (listener) return *std::move(listener);
  Situation situation;
  situation.error = listener.error();
  situation.peer = to_string(endpoint);
  if (listener.error() == Error::transport) situation.system_error = errno;
  return fail(explain(situation));
}

}  // namespace

// Whom to believe of clients, if they are asked.
static Outcome<void> load_clients(const ServerOptions& options, ServerKeys& keys) {
  if (options.client_auth == "none") return {};
  TRY(keys.client_keys, parse_pins(options.raw_pins));
  if (keys.client_keys.empty() && options.client_ca.empty()) {
    return usage_problem("--client-auth needs whom to believe",
                         "give authorities with --client-ca, or a key's hash with --raw-pin");
  }
  if (!options.client_ca.empty()) {
    TRY(keys.client_anchors, load_anchors(options.client_ca));
  }
  keys.asks_clients = true;
  keys.requires_client = options.client_auth == "required";
  if (options.crl.empty()) return {};
  TRY(keys.revocation_lists, load_revocation_lists(options.crl));
  keys.revocation = revocation_from(options.revocation);
  return {};
}

static Outcome<void> staple(const ServerOptions& options, ServerKeys& keys) {
  if (options.ocsp.empty()) return {};
  if (options.certificates.empty()) {
    return usage_problem("an OCSP response goes along with a certificate",
                         "give the certificate that it is for with --cert and --key");
  }
  TRY(const std::string response, read_file(options.ocsp));
  auto stapled = keys.credentials.front().with_staples(Staples{
      .ocsp_response = {response.begin(), response.end()}, .signed_certificate_timestamps = {}});
  if (!stapled) return usage_problem(options.ocsp + " cannot be stapled");
  keys.credentials.front() = *std::move(stapled);
  return {};
}

Outcome<void> run_server(const ServerOptions& options, Report& report) {
  catch_signals();
  TRY(const Endpoint endpoint, parse_endpoint(options.listen, std::nullopt));
  TRY(const Policy policy, policy_from(options));
  ServerKeys keys;
  TRY(keys.credentials, load_credentials(options));
  TRY(keys.psks, load_psks(options.psk));
  TRY(keys.ticket_keys, load_ticket_keys(options.ticket_keys));
  TRY(load_clients(options, keys));
  TRY(staple(options, keys));
  TRY(keys.compressors, load_compressors(options));
  TRY(keys.ech_keys, load_ech_keys(options.ech_keys));
  // Under keys of this run nothing was accepted before.
  if (options.early_data) {
    keys.replay_guard = std::make_shared<MemoryReplayGuard>(
        MemoryReplayGuard::Start{.has_history = options.ticket_keys.empty(),
                                 .former_window = ServerConfig::Builder::EarlyData{}.window});
  }
  TRY(auto log, open_key_log(options));
  TRY(auto listener, listen_on(endpoint));
  const Endpoint bound{.host = endpoint.host, .port = listener.port()};

  std::optional<TemporaryFile> authority;
  if (keys.credentials.empty() && keys.psks.empty()) {
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    if (PeerName::parse(endpoint.host)) names.push_back(endpoint.host);
    for (const EchKey& key : keys.ech_keys) {
      names.emplace_back(key.config_list().usable().front().public_name);
    }
    TRY(const Ephemeral made, issue_ephemeral(names, policy));
    auto credential = Credential::from_pem(made.leaf.certificate_pem, made.leaf.key_pem);
    if (!credential) return usage_problem("the ephemeral certificate cannot be used");
    keys.credentials.push_back(*std::move(credential));
    TRY(auto file, TemporaryFile::make(made.authority.certificate_pem));
    authority.emplace(std::move(file));
  }
  const ServerKeys known = keys;
  ServerSettings settings(options, policy, std::move(keys), std::move(log));
  TRY(settings.prepare());  // what cannot work is told before the first client comes
  announce(options, authority ? authority->path() : "", known, bound, report);
  return Server(options, std::move(settings), std::move(listener)).run();
}

}  // namespace nacre::tlscli
