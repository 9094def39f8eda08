// What the command line says.
#pragma once

#include <CLI/App.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nacre/policy.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// Options of every command that speaks TLS.
struct CommonOptions {
  std::string program = "tlscli";  // as it was called
  std::vector<std::string> alpn;
  std::string policy = "policy_2026";
  std::vector<std::string> groups;
  std::vector<std::string> suites;
  std::vector<std::string> sigalgs;
  std::vector<std::string> certificates;
  std::vector<std::string> keys;
  std::vector<std::string> raw_keys;  // files of private keys
  std::vector<std::string> raw_pins;  // of the peer
  std::string crl;                    // a file
  std::string revocation = "if-known";
  std::vector<std::string> compress;  // algorithms
  std::string keylog;
  double timeout = 10;
  bool json = false;
  bool verbose = false;
};

// Keys that both sides had before they met.
struct PskOptions {
  std::vector<std::string> keys;  // ID:HEX
  bool import = false;
  std::string kdf = "sha256";
  std::string context;  // hexadecimal digits
};

struct ClientOptions : CommonOptions {
  std::string ca;  // empty: the system's
  std::vector<std::string> pins;
  std::string name;
  bool insecure = false;
  bool ocsp = false;
  bool probe = false;
  PskOptions psk;
  bool certificate_with_psk = false;
  std::string ech;            // an ECHConfigList in base64, or a file
  std::string ech_retry_out;  // a file
  bool ech_grease = true;
  std::string session_in;
  std::string session_out;
  std::string early_data;      // a file
  bool early_request = false;  // of `get`: the request goes early
  std::string method = "GET";
  std::string target;  // HOST[:PORT] or URL
};

struct ServerOptions : CommonOptions {
  std::string listen = "127.0.0.1:4433";
  bool www = false;
  std::string directory;
  bool once = false;
  std::size_t count = 0;  // 0: no end
  std::size_t connections = 256;
  double idle = 300;
  PskOptions psk;
  std::string client_auth = "none";
  std::string client_ca;    // as ClientOptions::ca
  std::string ocsp;         // a file
  std::string ticket_keys;  // a file; empty: keys at random
  // Files, the preferred key first.
  std::vector<std::string> ech_keys;
  bool early_data = false;
  std::uint64_t bytes = 0;  // of each body; 0: not asked for

  bool speaks_http() const { return www || bytes != 0 || !directory.empty(); }
};

// Without a target, against a server of its own.
struct BenchOptions : ClientOptions {
  bool connections = false;  // alone
  bool resume = false;
  std::uint64_t bytes = 0;  // of one body; 0: not asked for
  bool send = false;
  std::string path;  // empty: no request, or "/"
  double seconds = 5;
};

struct IssueOptions {
  std::string issuer;  // PREFIX
  std::string out;     // PREFIX
  std::string subject;
  std::vector<std::string> names;
  std::string key = "p256";
  std::int64_t days = 30;
  std::optional<std::int64_t> start;
  bool json = false;
};

struct EchKeyOptions {
  std::string public_name;
  std::optional<unsigned> config_id;  // none: at random
  unsigned maximum_name_length = 0;
  std::string out = "ech.pem";
  bool json = false;
};

struct CheckOptions {
  std::string chain;
  std::string ca = "system";
  std::string host;
  std::string ocsp;  // a file, as the next one
  std::string crl;
  std::string revocation = "if-known";
  std::optional<std::int64_t> time;
  std::string purpose = "server";
  bool json = false;
};

struct ShowOptions {
  std::string file;
  bool json = false;
};

struct PolicyOptions {
  std::string name;  // empty: all of them
  bool json = false;
};

void add_common_options(CLI::App& app, CommonOptions& options);
void add_client_options(CLI::App& app, ClientOptions& options);
// Of `connect` and `get`: files of sessions.
void add_session_options(CLI::App& app, ClientOptions& options);
void add_server_options(CLI::App& app, ServerOptions& options);
void add_bench_options(CLI::App& app, BenchOptions& options);
void add_issue_options(CLI::App& app, IssueOptions& options);
void add_ech_key_options(CLI::App& app, EchKeyOptions& options);
void add_check_options(CLI::App& app, CheckOptions& options);

// The policy that --policy names, narrowed and reordered as the other options say: then it has no
// number.
Outcome<Policy> policy_from(const CommonOptions& options);
// The groups and suites of a policy, for people.
std::string offer_of(const Policy& policy);

}  // namespace nacre::tlscli
