// Encrypted Client Hello: what hides the name that a client asks for. RFC 9849; RFC 9934. Immutable
// once made: copying shares, at the price of a reference count, and any number of threads may use
// one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/error.h"

namespace nacre {

// What became of Encrypted Client Hello in a handshake. On a client, GREASE (RFC 9849, section 6.2)
// is not an offer; on a server it is one that was rejected, for it cannot tell.
enum class EchStatus : std::uint8_t { not_offered, rejected, accepted };

// What one configuration says, beside its key. RFC 9849, section 4.
struct EchConfigSummary {
  // The DNS name of the server that can decrypt: the outer, visible name. 1 to 253 bytes.
  std::string_view public_name;
  // By which the server finds its key.
  std::uint8_t config_id = 0;
  // Of the names to hide, in bytes, for the padding; 0: not known. No bound for names.
  std::uint8_t maximum_name_length = 0;
};

// A client's configurations (ECHConfigList), as a server's DNS record has them: the value of "ech"
// in SVCB and HTTPS records (RFC 9460), without base64.
class NACRE_API EchConfigList {
 public:
  // No more of the usable ones are kept.
  static constexpr std::size_t max_configs = 16;
  // Bytes of a list, its length in front with it.
  static constexpr std::size_t max_size = 2 + 65'535;

  // Reads a whole list, its length of two bytes in front. What cannot be used is passed over: other
  // versions, algorithms that Nacre does not have, mandatory extensions, and public names that are
  // no host name or may be taken for an IPv4 address (RFC 9849, sections 4, 4.2 and 6.1.7). None
  // may be left: that is no error. Errors: truncated, trailing_data, length_out_of_range (an empty
  // list is one), duplicate_extension.
  static Result<EchConfigList> parse(Bytes list);

  // The list, as it was read. Lives as long as any copy of this.
  Bytes bytes() const NACRE_LIFETIMEBOUND;

  // The usable configurations, the preferred one first. They live as long as any copy of this.
  std::span<const EchConfigSummary> usable() const NACRE_LIFETIMEBOUND;
  // How many those are.
  std::size_t size() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit EchConfigList(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// A server's private key, and the one configuration that clients know it by. The private key is
// wiped with the last copy.
class NACRE_API EchKey {
 public:
  // What to tell the clients: as in EchConfigSummary. Among the keys that a server has at a time,
  // each should have a config_id of its own (RFC 9849, section 4.1).
  struct Parameters {
    std::string_view public_name;
    std::uint8_t config_id = 0;
    std::uint8_t maximum_name_length = 0;
  };

  // A new X25519 key, for HKDF-SHA256 and any of AES-128-GCM, AES-256-GCM and ChaCha20-Poly1305.
  // Errors: bad_name for a public name that is no host name or may be taken for an IPv4 address.
  static Result<EchKey> generate(const Parameters& parameters);

  // What to_pem() has written, or another implementation (RFC 9934): one PRIVATE KEY, of X25519 or
  // P-256 in PKCS#8, and one ECHCONFIG, a list of one configuration. Other blocks are skipped.
  // Errors: bad_pem, unsupported_key; those of EchConfigList::parse(); bad_configuration where it
  // is not one configuration, or one that no client could use; key_mismatch.
  static Result<EchKey> from_pem(std::string_view pem);
  // The same; and file_unreadable.
  static Result<EchKey> from_pem_file(const std::filesystem::path& path);

  // Both, to be kept: the private key is not encrypted, so that the text is as secret as the key.
  // The caller wipes it. Errors: out_of_memory, crypto_failure.
  Result<std::string> to_pem() const;

  // The list of this one configuration, to be published.
  const EchConfigList& config_list() const NACRE_LIFETIMEBOUND;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit EchKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// What a server decrypts with. RFC 9849, section 7.1.
struct EchKeys {
  // The keys that clients should use, the preferred one first, at most EchConfigList::max_configs:
  // their configurations are what a client gets whose own does not do (retry configurations). Not
  // empty.
  std::vector<EchKey> keys;
  // Keys that clients may still have configurations of, as many at most. They decrypt, and are told
  // to nobody.
  std::vector<EchKey> former_keys = {};
  // Tries every key, whatever config_id says, for clients that send random ones (section 10.4). Off
  // by default: it lets anyone make the server work.
  bool trial_decryption = false;
};

// The client-facing server of split mode (RFC 9849, sections 3.1 and 7.1): it decrypts the
// ClientHellos of one connection, for a backend server that its configuration lets take inner ones.
// What is neither of them it forwards as it is. Belongs to one thread at a time.
class NACRE_API EchClientFacing {
 public:
  // Errors: bad_configuration for no keys or too many, out_of_memory.
  static Result<EchClientFacing> make(EchKeys keys);
  EchClientFacing(EchClientFacing&&) noexcept;
  EchClientFacing& operator=(EchClientFacing&&) noexcept;
  ~EchClientFacing();

  // `client_hello` is a whole handshake message, its header of four bytes with it; `room` is twice
  // as long. Returns the inner ClientHello, written to the front of `room` as such a message:
  // forward it to the backend server. Empty: none could be decrypted, and the connection is one to
  // the public name. Errors: those of reading; unexpected_ech_type, bad_ech_padding,
  // bad_outer_extensions, bad_inner_client_hello: then the connection has to end with
  // alert_for(error); buffer_too_small.
  Result<MutableBytes> first(Bytes client_hello, MutableBytes room NACRE_LIFETIMEBOUND);
  // The same for the ClientHello that answers the backend server's HelloRetryRequest, where the
  // first one was decrypted. Errors: missing_extension, changed_ech, ech_decrypt_failed; wrong_call
  // where nothing was decrypted.
  Result<MutableBytes> second(Bytes client_hello, MutableBytes room NACRE_LIFETIMEBOUND);

  struct Impl;

 private:
  explicit EchClientFacing(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nacre
