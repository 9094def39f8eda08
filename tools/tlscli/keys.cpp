// Keys that both sides have, and those that seal tickets.
#include "tlscli/keys.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "tlscli/explain.h"
#include "tlscli/names.h"
#include "tlscli/settings.h"

namespace nacre::tlscli {
namespace {

constexpr std::chrono::minutes reading_interval{1};

struct NamedKey {
  std::string identity;
  std::vector<std::uint8_t> key;
};

// The identity may have colons of its own.
Outcome<NamedKey> parse_psk(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return usage_problem("--psk takes an identity, a colon and a key",
                         "write --psk ID:HEX, such as one from `openssl rand -hex 32`");
  }
  TRY(auto key, parse_hexadecimal(std::string_view(text).substr(colon + 1)));
  return NamedKey{.identity = text.substr(0, colon), .key = std::move(key)};
}

std::unexpected<Problem> bad_psk(Error error, const std::string& identity) {
  return fail(Problem{.code = ExitCode::usage,
                      .cause = std::string(name(error)),
                      .what = "the key of \"" + printable(identity) + "\" cannot be used",
                      .why = {std::string(describe(error))},
                      .hint = "a key has 16 to 64 bytes, such as one from `openssl rand -hex 32`"});
}

Outcome<void> import_psk(const NamedKey& key, Kdf kdf, Bytes context,
                         std::vector<ExternalPsk>& psks) {
  for (const Kdf target : {Kdf::hkdf_sha256, Kdf::hkdf_sha384}) {
    auto psk = ExternalPsk::import({.external_identity = bytes_of(key.identity),
                                    .key = key.key,
                                    .kdf = kdf,
                                    .context = context,
                                    .target = target});
    if (!psk) return bad_psk(psk.error(), key.identity);
    psks.push_back(*std::move(psk));
  }
  return {};
}

std::vector<std::uint8_t> bytes_in(std::string_view text) {
  const Bytes bytes = bytes_of(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Outcome<std::vector<ExternalPsk>> load_psks(const PskOptions& options) {
  const Kdf kdf = options.kdf == "sha384" ? Kdf::hkdf_sha384 : Kdf::hkdf_sha256;
  std::vector<std::uint8_t> context;
  if (!options.context.empty()) {
    TRY(context, parse_hexadecimal(options.context));
  }
  std::vector<ExternalPsk> psks;
  for (const std::string& text : options.keys) {
    TRY(const NamedKey key, parse_psk(text));
    if (options.import) {
      TRY(import_psk(key, kdf, context, psks));
      continue;
    }
    auto psk = ExternalPsk::make(bytes_of(key.identity), key.key, kdf);
    if (!psk) return bad_psk(psk.error(), key.identity);
    psks.push_back(*std::move(psk));
  }
  return psks;
}

Outcome<std::shared_ptr<TicketKeys>> load_ticket_keys(const std::string& path) {
  if (!path.empty()) {
    TRY(read_file(path));  // what cannot be read is told as such
  }
  auto keys = path.empty() ? TicketKeys::random()
                           : TicketKeys::from(
                                 [path]() -> Result<std::vector<std::uint8_t>> {
                                   const auto text = read_file(path);
                                   if (!text) return fail(Error::file_unreadable);
                                   return bytes_in(*text);
                                 },
                                 reading_interval);
  if (!keys) {
    return fail(Problem{.code = ExitCode::usage,
                        .cause = std::string(name(keys.error())),
                        .what = path + " holds no ticket keys",
                        .why = {std::string(describe(keys.error()))},
                        .hint = "48 random bytes for each of up to 8 keys: `(umask 077; head -c 48 "
                                "/dev/urandom > FILE)`"});
  }
  return *std::move(keys);
}

std::string other_side(const PskOptions& options) {
  if (options.keys.empty()) return {};
  const std::string& first = options.keys.front();
  std::string text = " --psk '" + printable(first.substr(0, first.rfind(':'))) + ":HEX'";
  if (options.import) text += " --psk-import";
  if (options.kdf != PskOptions{}.kdf) text += " --psk-kdf " + options.kdf;
  if (!options.context.empty()) text += " --psk-context " + options.context;
  return text;
}

}  // namespace nacre::tlscli
