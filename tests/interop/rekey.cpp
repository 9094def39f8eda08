// One HTTP exchange of Nacre's in whose middle it changes its keys and asks the peer to do the
// same. RFC 9846, section 4.7.3.
//
//   nacre_rekey get PORT ROOTS.pem PATH TEXT          ends well when TEXT came back
//   nacre_rekey serve PORT CHAIN.pem KEY.pem TEXT     answers one request with TEXT
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/bytes.h"
#include "nacre/config.h"
#include "nacre/credentials.h"
#include "nacre/stream.h"
#include "nacre/trace.h"
#include "nacre/try.h"

namespace {

using namespace nacre;
using Socket = Stream<TcpSocket>;

constexpr auto patience = std::chrono::seconds(10);

class Counter final : public Trace {
 public:
  void message(bool sent, HandshakeType type, std::size_t /*size*/) override {
    if (type == HandshakeType::key_update) ++(sent ? sent_ : received_);
  }
  int sent() const { return sent_; }
  int received() const { return received_; }

 private:
  std::atomic<int> sent_ = 0;
  std::atomic<int> received_ = 0;
};

// Writes the halves, each under keys of its own.
Result<void> write_halves(Socket& socket, std::string_view before, std::string_view after) {
  TRY(socket.write(bytes_of(before)));
  TRY(socket.update_keys(true));
  return socket.write(bytes_of(after));
}

// What the peer sends, up to `end`, or until it closes.
Result<std::string> read_until(Socket& socket, std::string_view end) {
  std::string text;
  std::vector<std::uint8_t> buffer(1 << 14);
  while (text.find(end) == std::string::npos) {
    TRY(const auto part, socket.read(buffer));
    if (part.empty()) break;
    text.append(part.begin(), part.end());
  }
  return text;
}

Result<bool> get(std::uint16_t port, const std::vector<std::string>& words,
                 const std::shared_ptr<Counter>& counter) {
  TRY(auto roots, TrustAnchors::from_pem_file(words[3]));
  ClientConfig::Builder builder(std::move(roots));
  TRY(const auto config, builder.trace(counter).build());
  TRY(auto tcp, TcpSocket::connect("127.0.0.1", port, patience));
  TRY(auto socket, connect(config, "localhost", std::move(tcp)));
  const std::string rest = words[4] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  TRY(write_halves(socket, "GET /", rest));
  TRY(const std::string answer, read_until(socket, words[5]));
  std::cout << answer << std::flush;
  TRY(socket.close());
  // The answer came after our request to change keys, so the peer's keys have changed before it.
  return answer.find(words[5]) != std::string::npos && counter->received() == 1;
}

Result<bool> serve(std::uint16_t port, const std::vector<std::string>& words,
                   const std::shared_ptr<Counter>& counter) {
  TRY(auto credential, Credential::from_pem_files(words[3], words[4]));
  ServerConfig::Builder builder(std::move(credential));
  TRY(const auto config, builder.trace(counter).build());
  TRY(auto listener, TcpListener::bind("127.0.0.1", port));
  for (;;) {  // a browser may open a connection that it does not use
    TRY(auto tcp, listener.accept());
    TRY(auto socket, accept(config, TcpSocket(std::move(tcp))));
    TRY(const std::string request, read_until(socket, "\r\n\r\n"));
    std::cout << request << std::flush;
    if (request.empty()) continue;
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: ";
    TRY(write_halves(socket, head + std::to_string(words[5].size()) + "\r\n\r\n", words[5]));
    TRY(socket.close());
    (void)read_until(socket, "the peer's close");
    return true;
  }
}

Result<bool> run(const std::vector<std::string>& words, const std::shared_ptr<Counter>& counter) {
  const auto port = static_cast<std::uint16_t>(std::strtoul(words[2].c_str(), nullptr, 10));
  return words[1] == "get" ? get(port, words, counter) : serve(port, words, counter);
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const std::vector<std::string> words(arguments.begin(), arguments.end());
  if (words.size() != 6 || (words[1] != "get" && words[1] != "serve")) {
    std::cerr << "usage: nacre_rekey get PORT ROOTS PATH TEXT | serve PORT CHAIN KEY TEXT\n";
    return 2;
  }
  const auto counter = std::make_shared<Counter>();
  const auto done = run(words, counter);
  std::cerr << "key updates sent " << counter->sent() << ", received " << counter->received()
            << "\n";
  if (!done) std::cerr << "error: " << name(done.error()) << "\n";
  return done && *done ? 0 : 1;
}
