// A server whose key is in another process, which signs for it over a Unix socket: what breaks into
// the server finds no key there. The two may run as different users.
//   signing_process keep SOCKET CHAIN.pem KEY.pem    the process that has the key
//   signing_process serve SOCKET CHAIN.pem PORT      the process that the network talks to
#include <nacre/stream.h>
#include <nacre/try.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

using Message = std::vector<std::uint8_t>;
constexpr std::size_t max_message = 5'000;  // more than the longest signature
constexpr std::chrono::seconds patience(5);

// A message goes after its length, in two bytes.
nacre::Result<void> send(nacre::TcpSocket& socket, nacre::Bytes message) {
  Message all{std::uint8_t(message.size() >> 8), std::uint8_t(message.size() & 0xff)};
  all.insert(all.end(), message.begin(), message.end());
  for (nacre::Bytes rest = all; !rest.empty();) {
    TRY(const std::size_t count, socket.write(rest));
    rest = rest.subspan(count);
  }
  return {};
}

nacre::Result<Message> read(nacre::TcpSocket& socket, std::size_t size) {
  Message message(size);
  for (nacre::MutableBytes rest = message; !rest.empty();) {
    TRY(const std::size_t count, socket.read(rest));
    ENSURE(count > 0, nacre::Error::transport);
    rest = rest.subspan(count);
  }
  return message;
}

nacre::Result<Message> receive(nacre::TcpSocket& socket) {
  TRY(const Message length, read(socket, 2));
  const std::size_t size = std::size_t{length[0]} << 8 | length[1];
  ENSURE(size <= max_message, nacre::Error::transport);
  return read(socket, size);
}

// bind() or connect() to the socket of that name.
nacre::Result<int> unix_socket(const std::string& name, decltype(&::connect) attach) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ENSURE(name.size() < sizeof(address.sun_path), nacre::Error::transport);
  std::ranges::copy(name, address.sun_path);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (attach(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
    return descriptor;
  ::close(descriptor);
  return nacre::fail(nacre::Error::transport);
}

// A request is the scheme, in two bytes, and the content; its answer is the signature, or empty.
nacre::Result<void> answer(nacre::TcpSocket socket, const nacre::Credential& credential) {
  TRY(const Message request, receive(socket));
  // A server's CertificateVerify, and nothing else: RFC 9846, section 4.5.2.
  const std::string start = std::string(64, ' ') + "TLS 1.3, server CertificateVerify";
  ENSURE(request.size() > 2, nacre::Error::signing_failed);
  const nacre::Bytes content = nacre::Bytes(request).subspan(2);
  Message out(nacre::max_signature_size);
  nacre::Result<std::size_t> size = 0;
  if (nacre::text_of(content).starts_with(start)) {
    const auto scheme = nacre::SignatureScheme(request[0] << 8 | request[1]);
    size = credential.sign(scheme, content, out);
  }
  std::cout << (size && *size > 0 ? "signed" : "refused") << '\n' << std::flush;
  return send(socket, nacre::Bytes(out).first(size ? *size : 0));
}

nacre::Result<void> keep(const std::string& name, const char* chain, const char* key) {
  TRY(const auto credential, nacre::Credential::from_pem_files(chain, key));
  ::unlink(name.c_str());
  ::umask(S_IRWXG | S_IRWXO);  // whoever may write to the socket has signatures for the asking
  TRY(const int listener, unix_socket(name, ::bind));
  ENSURE(::listen(listener, SOMAXCONN) == 0, nacre::Error::transport);
  std::cout << "keeping the key\n" << std::flush;
  while (true) {
    const int descriptor = ::accept(listener, nullptr, nullptr);
    ENSURE(descriptor >= 0, nacre::Error::transport);
    const auto outcome = answer(nacre::TcpSocket(descriptor, patience), credential);
    if (!outcome) std::cerr << "request: " << nacre::describe(outcome.error()) << '\n';
  }
}

// The server's end.
class RemoteSigner final : public nacre::Answers {
 public:
  explicit RemoteSigner(std::string name) : name_(std::move(name)) {}

  nacre::Result<std::size_t> sign(const nacre::SignatureWanted& wanted,
                                  nacre::MutableBytes out) override {
    TRY(const int descriptor, unix_socket(name_, ::connect));
    nacre::TcpSocket socket(descriptor, patience);
    const auto scheme = static_cast<std::uint16_t>(wanted.scheme);
    Message request{std::uint8_t(scheme >> 8), std::uint8_t(scheme & 0xff)};
    request.insert(request.end(), wanted.content.begin(), wanted.content.end());
    TRY(send(socket, request));
    TRY(const Message signature, receive(socket));
    ENSURE(!signature.empty() && signature.size() <= out.size(), nacre::Error::signing_failed);
    std::ranges::copy(signature, out.begin());
    return signature.size();
  }

 private:
  std::string name_;
};

nacre::Result<void> serve(const std::string& name, const char* chain_file, std::uint16_t port) {
  std::ifstream file(chain_file);
  const std::string chain{std::istreambuf_iterator<char>(file), {}};
  TRY(auto credential, nacre::Credential::from_chain_pem(chain));
  TRY(const auto config, nacre::ServerConfig::Builder(credential).build());
  TRY(auto listener, nacre::TcpListener::bind("127.0.0.1", port));
  std::cout << "listening on port " << listener.port() << '\n' << std::flush;
  while (true) {
    auto socket = listener.accept(patience);
    if (!socket && socket.error() == nacre::Error::timed_out) continue;
    ENSURE(socket, socket.error());
    TRY(auto connection, nacre::Connection::server(config));
    nacre::Stream stream(std::move(connection), *std::move(socket));
    RemoteSigner signer(name);
    const auto outcome = [&]() -> nacre::Result<void> {
      TRY(stream.handshake(&signer));
      TRY(stream.write(nacre::bytes_of("signed in another process\n")));
      return stream.close();
    }();
    if (!outcome) std::cerr << "connection: " << nacre::describe(outcome.error()) << '\n';
  }
}

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 4) return 2;
  const bool keeps = arguments[0] == "keep";
  const auto outcome = keeps ? keep(arguments[1], argv[3], argv[4])
                             : serve(arguments[1], argv[3], std::uint16_t(std::stoi(arguments[3])));
  if (!outcome) std::cerr << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
