// Test certificates for one run, and files.
#include "tlscli/issuing.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "tlscli/output.h"

namespace nacre::tlscli {
namespace {

constexpr UnixTime hour = 3600;
constexpr UnixTime day = 24 * hour;

std::unexpected<Problem> write_problem(const std::string& path, int error) {
  return fail(Problem{.code = ExitCode::usage,
                      .cause = "file_unwritable",
                      .what = path + " cannot be written",
                      .why = {std::generic_category().message(error)},
                      .hint = "name another place"});
}

Problem issue_problem(Error error) {
  return {.code = ExitCode::bug,
          .cause = std::string(name(error)),
          .what = "a certificate could not be issued",
          .why = {std::string(describe(error))},
          .hint = "please report this, with the command line"};
}

struct KeyKind {
  crypto::KeyType key;
  SignatureScheme scheme;
};

// P-256 where it may be, or another whose scheme is among `schemes`.
crypto::KeyType key_for(const Preferences<SignatureScheme, 16>& schemes) {
  using enum SignatureScheme;
  using crypto::KeyType;
  constexpr std::array<KeyKind, 8> kinds{{{KeyType::p256, ecdsa_secp256r1_sha256},
                                          {KeyType::p384, ecdsa_secp384r1_sha384},
                                          {KeyType::p521, ecdsa_secp521r1_sha512},
                                          {KeyType::ed25519, ed25519},
                                          {KeyType::mldsa65, mldsa65},
                                          {KeyType::mldsa87, mldsa87},
                                          {KeyType::mldsa44, mldsa44},
                                          {KeyType::rsa3072, rsa_pss_rsae_sha256}}};
  for (const auto& [key, scheme] : kinds) {
    if (schemes.contains(scheme)) return key;
  }
  return KeyType::p256;
}

// Writes `text` to `descriptor` and closes it. 0, or the errno.
int fill_and_close(int descriptor, std::string_view text) {
  const bool written = write_all(descriptor, bytes_of(text));
  const int error = errno;
  if (::close(descriptor) != 0) return errno;
  return written ? 0 : error;
}

}  // namespace

UnixTime now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Outcome<Ephemeral> issue_ephemeral(const std::vector<std::string>& names, const Policy& policy) {
  crypto::IssueRequest request;
  request.key = key_for(policy.certificate_signature_schemes);
  request.common_name = "Nacre ephemeral authority";
  request.not_before = now() - hour;
  request.not_after = now() + 7 * day;
  request.is_ca = true;
  request.path_length = 0;
  auto authority = crypto::issue(request, nullptr);
  if (!authority) return fail(issue_problem(authority.error()));
  request.key = key_for(policy.signature_schemes);
  request.common_name = names.front();
  request.names = names;
  request.is_ca = false;
  request.path_length = -1;
  auto leaf = crypto::issue(request, &*authority);
  if (!leaf) return fail(issue_problem(leaf.error()));
  return Ephemeral{.authority = *std::move(authority), .leaf = *std::move(leaf)};
}

Outcome<void> write_file(const std::string& path, std::string_view text, bool secret) {
  const std::string part = path + ".part";
  ::unlink(part.c_str());
  const int descriptor =
      ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
  if (descriptor < 0) return write_problem(path, errno);
  const int error = fill_and_close(descriptor, text);
  if (error != 0) return write_problem(path, error);
  if (std::rename(part.c_str(), path.c_str()) != 0) return write_problem(path, errno);
  return {};
}

Outcome<TemporaryFile> TemporaryFile::make(std::string_view text) {
  std::error_code unknown;
  const auto directory = std::filesystem::temp_directory_path(unknown);
  std::string path = (unknown ? "/tmp" : directory.string()) + "/tlscli-ca-XXXXXX.pem";
  constexpr int suffix_size = 4;
  const int descriptor = ::mkostemps(path.data(), suffix_size, O_CLOEXEC);
  if (descriptor < 0) return write_problem(path, errno);
  TemporaryFile file(path);
  const int error = fill_and_close(descriptor, text);
  if (error != 0) return write_problem(path, error);
  return file;
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

}  // namespace nacre::tlscli
