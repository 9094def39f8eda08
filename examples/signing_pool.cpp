// A server of one thread for all its connections, and of others that sign: an RSA or ML-DSA key, or
// one in a slow module, holds up nobody else. signing_pool PORT CHAIN.pem KEY.pem [THREADS]
#include <nacre/stream.h>
#include <nacre/try.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using Octets = std::vector<std::uint8_t>;

// Signs on threads of its own. What is done is told by a byte through a pipe, which poll() sees.
class SigningPool {
 public:
  struct Job {
    std::uint64_t visitor = 0;
    nacre::SignatureScheme scheme{};
    Octets content;    // a copy: what an event views does not live as long
    Octets signature;  // empty: it failed
  };

  SigningPool(nacre::Credential credential, int threads) : credential_(std::move(credential)) {
    if (::pipe(pipe_.data()) != 0) std::abort();
    while (threads-- > 0) threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }

  void post(Job job) {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
    waiting_.notify_one();
  }
  int descriptor() const { return pipe_[0]; }  // has something to read when take() has
  Job take() {
    std::uint8_t byte = 0;
    (void)!::read(pipe_[0], &byte, 1);
    const std::scoped_lock lock(mutex_);
    Job job = std::move(done_.front());
    done_.pop_front();
    return job;
  }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (waiting_.wait(lock, stop, [&] { return !jobs_.empty(); })) {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job.signature.resize(nacre::max_signature_size);
      const auto size = credential_.sign(job.scheme, job.content, job.signature);
      job.signature.resize(size ? *size : 0);
      lock.lock();
      done_.push_back(std::move(job));
      (void)!::write(pipe_[1], "", 1);
    }
  }

  nacre::Credential credential_;
  std::array<int, 2> pipe_{};
  std::mutex mutex_;
  std::condition_variable_any waiting_;
  std::deque<Job> jobs_, done_;
  std::vector<std::jthread> threads_;  // the last member: they end before what they use
};

struct Visitor {
  nacre::Connection tls;
  nacre::TcpSocket socket;
  Octets in = {};           // came, and not consumed
  bool is_waiting = false;  // for a signature
};

nacre::Result<void> send_all(nacre::TcpSocket& socket, nacre::Bytes bytes) {
  while (!bytes.empty()) {  // so little that it fits the socket's buffer, and nobody waits
    TRY(const std::size_t count, socket.write(bytes));
    bytes = bytes.subspan(count);
  }
  return {};
}

// Goes on until there is nothing to do but wait. Returns whether the visitor stays.
nacre::Result<bool> attend(std::uint64_t id, Visitor& visitor, SigningPool& pool) {
  Octets out(nacre::max_record_size);
  while (true) {
    const auto step = visitor.tls.advance(visitor.in, out);
    const std::size_t produced = step ? step->produced : visitor.tls.alert_size();
    TRY(send_all(visitor.socket, nacre::Bytes(out).first(produced)));
    if (!step) return nacre::fail(step.error());
    if (const auto* wanted = std::get_if<nacre::SignatureWanted>(&step->event)) {
      pool.post({id, wanted->scheme, {wanted->content.begin(), wanted->content.end()}, {}});
      visitor.is_waiting = true;
    }
    visitor.in.erase(visitor.in.begin(), visitor.in.begin() + std::ptrdiff_t(step->consumed));
    if (visitor.is_waiting) return true;
    if (std::holds_alternative<nacre::HandshakeComplete>(step->event)) {
      TRY(const auto sealed, visitor.tls.seal(nacre::bytes_of("signed by a thread\n"), out));
      TRY(send_all(visitor.socket, nacre::Bytes(out).first(sealed.produced)));
      TRY(const std::size_t size, visitor.tls.close(out));
      TRY(send_all(visitor.socket, nacre::Bytes(out).first(size)));
    }
    if (std::holds_alternative<nacre::PeerClosed>(step->event)) return false;
    const bool waits = std::holds_alternative<nacre::NeedInput>(step->event);
    if (waits && step->consumed + step->produced == 0) return true;
  }
}

nacre::Result<bool> receive(std::uint64_t id, Visitor& visitor, SigningPool& pool) {
  Octets room(4'096);
  TRY(const std::size_t count, visitor.socket.read(room));
  if (count == 0) return false;
  visitor.in.insert(visitor.in.end(), room.begin(), room.begin() + std::ptrdiff_t(count));
  return attend(id, visitor, pool);
}

nacre::Result<void> serve(std::uint16_t port, const nacre::ServerConfig& config,
                          SigningPool& pool) {
  TRY(auto listener, nacre::TcpListener::bind("127.0.0.1", port));
  std::cout << "listening on port " << listener.port() << '\n' << std::flush;
  std::map<std::uint64_t, Visitor> visitors;
  const auto settle = [&](std::uint64_t id, const nacre::Result<bool>& stays) {
    if (!stays) std::cerr << "visitor " << id << ": " << nacre::describe(stays.error()) << '\n';
    if (!stays || !*stays) visitors.erase(id);
  };
  for (std::uint64_t next = 0; true;) {
    std::vector<pollfd> polled{{listener.descriptor(), POLLIN, 0}, {pool.descriptor(), POLLIN, 0}};
    std::vector<std::uint64_t> ids;
    for (const auto& [id, visitor] : visitors) {
      if (visitor.is_waiting) continue;
      polled.push_back({visitor.socket.descriptor(), POLLIN, 0});
      ids.push_back(id);
    }
    ::poll(polled.data(), polled.size(), -1);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (polled[i + 2].revents != 0) settle(ids[i], receive(ids[i], visitors.at(ids[i]), pool));
    }
    if (polled[1].revents != 0) {
      const SigningPool::Job job = pool.take();
      Visitor& visitor = visitors.at(job.visitor);
      visitor.is_waiting = false;
      // An error is told by the next advance(), with its alert.
      (void)visitor.tls.resume(nacre::Signature{job.signature});
      settle(job.visitor, attend(job.visitor, visitor, pool));
    }
    if (polled[0].revents != 0) {
      TRY(auto socket, listener.accept());
      TRY(auto tls, nacre::Connection::server(config));
      visitors.emplace(next++, Visitor{std::move(tls), std::move(socket)});
    }
  }
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const auto outcome = [&]() -> nacre::Result<void> {
    TRY(auto credential, nacre::Credential::from_pem_files(argv[2], argv[3]));
    std::ifstream file(argv[2]);
    const std::string chain{std::istreambuf_iterator<char>(file), {}};
    TRY(auto without_key, nacre::Credential::from_chain_pem(chain));
    TRY(const auto config, nacre::ServerConfig::Builder(without_key).build());
    SigningPool pool(std::move(credential), argc > 4 ? std::stoi(argv[4]) : 2);
    return serve(std::uint16_t(std::stoi(argv[1])), config, pool);
  }();
  if (!outcome) std::cerr << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
