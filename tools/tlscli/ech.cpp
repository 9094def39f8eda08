// Encrypted Client Hello: lists of configurations and keys, and `tlscli cert ech`.
#include "tlscli/ech.h"

#include <random>
#include <string_view>
#include <utility>

#include "crypto/pem.h"
#include "crypto/secret.h"
#include "tlscli/commands.h"
#include "tlscli/explain.h"
#include "tlscli/issuing.h"
#include "tlscli/names.h"
#include "tlscli/output.h"
#include "tlscli/settings.h"

namespace nacre::tlscli {
namespace {

Result<EchConfigList> ech_configs_in_base64(std::string_view text) {
  return EchConfigList::parse(base64_bytes(text));
}

Result<EchConfigList> ech_configs_in_file(std::string_view content) {
  const auto blocks = crypto::read_pem(content, "ECHCONFIG");
  if (blocks && !blocks->empty()) return EchConfigList::parse(blocks->front());
  if (auto list = EchConfigList::parse(bytes_of(content))) return list;
  return ech_configs_in_base64(content);
}

Outcome<EchConfigList> find_ech_configs(const std::string& source) {
  if (auto given = ech_configs_in_base64(source)) return *std::move(given);
  const auto content = read_file(source);
  if (!content) {
    return usage_problem(
        "--ech \"" + printable(source) +
            "\" is neither an ECHConfigList in base64 nor a file that can be read",
        "give what the server's HTTPS record has as \"ech\", whole, or what `tlscli cert ech` "
        "prints");
  }
  auto list = ech_configs_in_file(*content);
  if (list) return *std::move(list);
  return fail(Problem{.code = ExitCode::usage,
                      .cause = std::string(name(list.error())),
                      .what = source + " holds no ECHConfigList",
                      .why = {std::string(describe(list.error()))},
                      .hint = "it must hold one in base64, as bytes, or in PEM: BEGIN ECHCONFIG"});
}

Problem bad_ech_key(Error error, const std::string& file) {
  return {.code = ExitCode::usage,
          .cause = std::string(name(error)),
          .what = file + " cannot be used as a key for Encrypted Client Hello",
          .why = {std::string(describe(error))},
          .hint = error == Error::file_unreadable
                      ? "check the path and the permissions"
                      : "make one with `tlscli cert ech`: PEM, BEGIN PRIVATE KEY and BEGIN "
                        "ECHCONFIG (RFC 9934)"};
}

Outcome<EchKey> generate_ech_key(const EchKeyOptions& options) {
  constexpr unsigned most = 0xff;
  const unsigned config_id = options.config_id.value_or(std::random_device()() & most);
  auto key = EchKey::generate(
      {.public_name = options.public_name,
       .config_id = static_cast<std::uint8_t>(config_id),
       .maximum_name_length = static_cast<std::uint8_t>(options.maximum_name_length)});
  if (key) return *std::move(key);
  return usage_problem("\"" + printable(options.public_name) + "\" is no public name",
                       "give a host name in ASCII that this server has a certificate for");
}

Outcome<void> write_ech_key(const EchKey& key, const std::string& path) {
  auto pem = key.to_pem();
  if (!pem) {
    Situation situation;
    situation.error = pem.error();
    return fail(explain(situation));
  }
  auto written = write_file(path, *pem, true);
  crypto::wipe(*pem);
  return written;
}

}  // namespace

Outcome<void> load_ech_configs(const std::string& source, std::optional<EchConfigList>& list) {
  if (source.empty()) return {};
  TRY(const auto found, find_ech_configs(source));
  if (found.size() != 0) {
    list.emplace(found);
  } else {
    note("tlscli: Nacre can use no configuration of --ech: the ClientHello is not encrypted");
  }
  return {};
}

Outcome<std::vector<EchKey>> load_ech_keys(const std::vector<std::string>& files) {
  if (files.size() > EchConfigList::max_configs) {
    return usage_problem("there are too many --ech-key",
                         "give " + std::to_string(EchConfigList::max_configs) + " at most");
  }
  std::vector<EchKey> keys;
  for (const std::string& file : files) {
    auto key = EchKey::from_pem_file(file);
    if (!key) return fail(bad_ech_key(key.error(), file));
    keys.push_back(*std::move(key));
  }
  return keys;
}

Outcome<void> keep_retry_configs(const std::string& configs, const std::string& path) {
  if (path.empty()) return {};
  if (configs.empty()) {
    note("tlscli: the server gives no configurations: " + path + " is not written");
    return {};
  }
  return write_file(path, configs + "\n", false);
}

Outcome<void> run_ech_key(const EchKeyOptions& options, Report& report) {
  TRY(const EchKey key, generate_ech_key(options));
  TRY(write_ech_key(key, options.out));
  const EchConfigList& list = key.config_list();
  const EchConfigSummary& config = list.usable().front();
  const std::string configs = base64(list.bytes());
  report.fields()["key"] = options.out;
  report.fields()["ech_configs"] = configs;
  report.fields()["public_name"] = config.public_name;
  report.fields()["config_id"] = config.config_id;
  report.fields()["max_name_length"] = config.maximum_name_length;
  if (options.json) return {};
  note(options.out + " written");
  say(configs);
  return {};
}

}  // namespace nacre::tlscli
