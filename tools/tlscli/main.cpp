// tlscli: TLS 1.3 on the command line.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <exception>
#include <functional>

#include "nacre/version.h"
#include "tlscli/commands.h"
#include "tlscli/output.h"

namespace nacre::tlscli {
namespace {

constexpr auto exit_code_help =
    "Exit codes:\n"
    "  0 ok                          6 handshake failure\n"
    "  1 a bug of our own            7 not trusted\n"
    "  2 usage                       8 wrong name\n"
    "  3 name or TCP                 9 expired or not yet valid\n"
    "  4 timeout                    11 application error\n"
    "  5 the peer does not speak TLS 1.3\n";

// The commands and their options. What was chosen is in `run` after parsing.
struct CommandLine {
  CLI::App app{"TLS 1.3 (RFC 9846), client and server", "tlscli"};
  ClientOptions connect;
  ClientOptions get;
  ClientOptions resume;
  BenchOptions bench;
  ServerOptions server;
  CommonOptions demo;
  IssueOptions authority;
  IssueOptions leaf;
  IssueOptions client;
  EchKeyOptions ech_key;
  ShowOptions show;
  CheckOptions check;
  PolicyOptions policy;
  bool version_json = false;
  std::function<int()> run;

  explicit CommandLine(const std::string& program) {
    app.require_subcommand(1);
    app.footer(exit_code_help);
    connect.program = get.program = resume.program = bench.program = program;
    server.program = demo.program = program;
    add_connections();
    add_certificates();
    auto* held = app.add_subcommand("policy", "The released policies, or all that one holds");
    held->add_option("name", policy.name, "Of a policy");
    held->add_flag("--json", policy.json, "One JSON object on stdout");
    on(held, "policy", policy.json, [this](Report& r) { return run_policy(policy, r); });
    auto* about =
        app.add_subcommand("version", "What this is, and which library of cryptography is in it");
    about->add_flag("--json", version_json, "One JSON object on stdout");
    on(about, "version", version_json, [](Report& report) -> Outcome<void> {
      report.fields()["nacre"] = version();
      report.fields()["crypto"] = crypto_version();
      if (!report.json()) say("tlscli " + std::string(version()));
      return {};
    });
  }

 private:
  using Command = std::function<Outcome<void>(Report&)>;

  void on(CLI::App* command, std::string name, const bool& json, Command work) {
    command->footer(exit_code_help);
    command->callback([this, name = std::move(name), &json, work = std::move(work)] {
      run = [name, &json, work] {
        Report report(name, json);
        return report.conclude(work(report));
      };
    });
  }

  void add_connections() {
    auto* to = app.add_subcommand("connect", "Standard input and output, through TLS");
    to->add_option("peer", connect.target, "HOST[:PORT], port 443 by default")->required();
    to->add_flag("--probe", connect.probe, "Shake hands, report and close");
    add_client_options(*to, connect);
    add_session_options(*to, connect);
    to->add_option("--early-data", connect.early_data, "Send FILE before the handshake is complete")
        ->type_name("FILE")
        ->needs("--session-in");
    on(to, "connect", connect.json, [this](Report& r) { return run_connect(connect, r); });

    auto* page = app.add_subcommand("get", "One page over HTTP/1.1, to standard output");
    page->add_option("url", get.target, "https://HOST[:PORT]/PATH")->required();
    add_client_options(*page, get);
    add_session_options(*page, get);
    page->add_option("--method", get.method, "GET, HEAD, or another; no content is sent")
        ->type_name("NAME")
        ->capture_default_str();
    page->add_flag("--early-data", get.early_request,
                   "Send the request before the handshake is complete: safe methods alone")
        ->needs("--session-in");
    on(page, "get", get.json, [this](Report& r) { return run_get(get, r); });

    auto* again = app.add_subcommand("resume", "Connects twice: is the session resumed?");
    again->add_option("peer", resume.target, "HOST[:PORT], port 443 by default")->required();
    add_client_options(*again, resume);
    again->add_option("--early-data", resume.early_data, "Send FILE early, the second time")
        ->type_name("FILE");
    on(again, "resume", resume.json, [this](Report& r) { return run_resume(resume, r); });

    auto* listen = app.add_subcommand("server", "Echo, or HTTP with --www or --file");
    add_server_options(*listen, server);
    on(listen, "server", server.json, [this](Report& r) { return run_server(server, r); });

    auto* speed = app.add_subcommand("bench", "Connections and bytes per second, over sockets");
    add_bench_options(*speed, bench);
    on(speed, "bench", bench.json, [this](Report& r) { return run_bench(bench, r); });

    auto* both = app.add_subcommand("demo", "A server and a client in one process, watched");
    add_common_options(*both, demo);
    on(both, "demo", demo.json, [this](Report& r) { return run_demo(demo, r); });
  }

  void add_issuer(CLI::App& parent, const std::string& name, std::string help, IssueKind kind,
                  IssueOptions& options) {
    auto* command = parent.add_subcommand(name, std::move(help));
    auto* issuer = command->add_option("--issuer", options.issuer, "Reads PREFIX.pem, PREFIX.key");
    issuer->type_name("PREFIX");
    if (kind != IssueKind::authority) {
      issuer->required();
      auto* names = command->add_option("names", options.names, "DNS names and IP addresses");
      if (kind == IssueKind::leaf) names->required();
    }
    add_issue_options(*command, options);
    on(command, "cert " + name, options.json,
       [kind, &options](Report& r) { return run_issue(kind, options, r); });
  }

  void add_certificates() {
    auto* cert = app.add_subcommand("cert", "Test certificates and ECH keys: issue, show, check");
    cert->require_subcommand(1);
    cert->footer(exit_code_help);
    add_issuer(*cert, "ca", "A test authority", IssueKind::authority, authority);
    add_issuer(*cert, "leaf", "A server's certificate", IssueKind::leaf, leaf);
    add_issuer(*cert, "client", "A client's certificate", IssueKind::client, client);
    auto* hide = cert->add_subcommand("ech", "A server's key for Encrypted Client Hello");
    add_ech_key_options(*hide, ech_key);
    on(hide, "cert ech", ech_key.json, [this](Report& r) { return run_ech_key(ech_key, r); });
    auto* look = cert->add_subcommand("show", "What certificates say");
    look->add_option("file", show.file, "PEM")->required();
    look->add_flag("--json", show.json, "One JSON object on stdout");
    on(look, "cert show", show.json, [this](Report& r) { return run_show(show, r); });
    auto* judge = cert->add_subcommand("check", "Whether a chain is to be believed");
    add_check_options(*judge, check);
    on(judge, "cert check", check.json, [this](Report& r) { return run_check(check, r); });
  }
};

bool asks_for_json(std::span<char* const> arguments) {
  for (const std::string_view argument : arguments) {
    if (argument == "--json") return true;
  }
  return false;
}

int usage_error(const CLI::ParseError& error, bool json) {
  Report report("", json);
  return report.conclude(
      usage_problem(error.what(), "`tlscli --help` and `tlscli COMMAND --help`"));
}

int run(int argc, char** argv) {
  const std::span<char* const> arguments(argv, static_cast<std::size_t>(argc));
  CommandLine line(arguments.empty() ? "tlscli" : arguments.front());
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool is_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    return is_help ? line.app.exit(error) : usage_error(error, asks_for_json(arguments));
  }
  return line.run();
}

}  // namespace
}  // namespace nacre::tlscli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return nacre::tlscli::run(argc, argv);
  } catch (const std::exception& error) {
    nacre::tlscli::print_problem({.cause = "exception",
                                  .what = "tlscli failed",
                                  .why = {error.what()},
                                  .hint = "please report this, with the command line"});
    return static_cast<int>(nacre::tlscli::ExitCode::bug);
  }
}
