// A server whose private key it never sees: each handshake asks another program for its signature.
// external_signer PORT CHAIN.pem "openssl dgst -sha256 -sign key.pem"     (an ECDSA P-256 key)
#include <nacre/stream.h>
#include <nacre/try.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

// Runs a command of the operator's own with what is to be signed as its input.
class Signer final : public nacre::Answers {
 public:
  explicit Signer(std::string command) : command_(std::move(command)) {}

  nacre::Result<std::size_t> sign(const nacre::SignatureWanted& wanted,
                                  nacre::MutableBytes out) override {
    std::string input = "/tmp/external-signer-XXXXXX";
    ::close(::mkstemp(input.data()));
    std::ofstream(input, std::ios::binary) << nacre::text_of(wanted.content);
    // NOLINTNEXTLINE(bugprone-command-processor): the operator's own command is the point.
    std::FILE* output = ::popen((command_ + " < " + input).c_str(), "r");
    const std::size_t size = output != nullptr ? std::fread(out.data(), 1, out.size(), output) : 0;
    ::unlink(input.c_str());
    if (output == nullptr || ::pclose(output) != 0)
      return nacre::fail(nacre::Error::signing_failed);
    std::cout << "signed with " << nacre::name(wanted.scheme) << '\n' << std::flush;
    return size;
  }

 private:
  std::string command_;
};

nacre::Result<void> serve(std::uint16_t port, const char* chain_file, const char* command) {
  std::ifstream file(chain_file);
  const std::string chain{std::istreambuf_iterator<char>(file), {}};
  TRY(auto credential, nacre::Credential::from_chain_pem(chain));
  TRY(const auto config, nacre::ServerConfig::Builder(credential).build());
  TRY(auto listener, nacre::TcpListener::bind("127.0.0.1", port));
  std::cout << "listening on port " << listener.port() << '\n' << std::flush;
  TRY(auto socket, listener.accept());
  TRY(auto connection, nacre::Connection::server(config));
  nacre::Stream stream(std::move(connection), std::move(socket));
  Signer signer(command);
  TRY(stream.handshake(&signer));
  TRY(stream.write(nacre::bytes_of("signed elsewhere\n")));
  return stream.close();
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto port = static_cast<std::uint16_t>(std::stoi(argv[1]));
  const auto outcome = serve(port, argv[2], argv[3]);
  if (!outcome) std::cerr << nacre::describe(outcome.error()) << '\n';
  return outcome ? 0 : 1;
}
