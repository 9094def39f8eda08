// `tlscli get`: one page over HTTP/1.1. RFC 9110, RFC 9112.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "nacre/version.h"
#include "tlscli/client.h"
#include "tlscli/commands.h"
#include "tlscli/http_response.h"
#include "tlscli/output.h"
#include "tlscli/sessions.h"

namespace nacre::tlscli {
namespace {

struct Target {
  Endpoint endpoint;
  std::string host_header;
  std::string resource;  // path and query
};

Outcome<Target> parse_url(const std::string& text) {
  const std::string wrong = "\"" + printable(text) + "\" is no URL that can be fetched";
  const auto url = boost::urls::parse_uri(text);
  if (!url) return usage_problem(wrong, "write https://HOST[:PORT]/PATH");
  if (url->scheme() != "https") return usage_problem(wrong, "only https:// is spoken here");
  if (url->has_userinfo()) return usage_problem(wrong, "leave the user name and password out");
  Target target;
  target.endpoint.host = url->host_address();
  target.endpoint.port = url->port_number();
  if (!url->has_port() || url->port().empty()) target.endpoint.port = 443;
  if (target.endpoint.host.empty() || target.endpoint.port == 0) {
    return usage_problem(wrong, "write https://HOST[:PORT]/PATH");
  }
  target.host_header = url->encoded_host_and_port();
  target.resource = url->encoded_path();
  if (!target.resource.starts_with('/')) target.resource.insert(0, 1, '/');
  if (url->has_query()) target.resource.append("?").append(url->encoded_query());
  return target;
}

// Those that change nothing, so that a replay does no harm. RFC 9110, section 9.2.1.
bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

Outcome<void> check_method(const ClientOptions& options) {
  const std::string& method = options.method;
  const bool is_name = !method.empty() && std::ranges::all_of(method, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
  if (!is_name) return usage_problem("\"" + printable(method) + "\" is no HTTP method");
  if (options.early_request && !is_safe(method)) {
    return usage_problem(method + " is no safe method, and early data may be replayed",
                         "leave --early-data out; GET, HEAD, OPTIONS and TRACE may go early");
  }
  return {};
}

std::string request_for(const Target& target, const std::string& method) {
  return method + " " + target.resource + " HTTP/1.1\r\nHost: " + target.host_header +
         "\r\nUser-Agent: tlscli\r\nAccept: */*\r\nConnection: close\r\n" +
         (is_safe(method) ? "\r\n" : "Content-Length: 0\r\n\r\n");
}

boost::json::object json_of(const ResponseHead& head) {
  boost::json::array headers;
  for (const auto& [key, value] : head.headers) {
    headers.emplace_back(
        boost::json::object{{"name", printable(key)}, {"value", printable(value)}});
  }
  return {
      {"status", head.status}, {"reason", printable(head.reason)}, {"headers", std::move(headers)}};
}

std::string hint_for(int status) {
  constexpr int too_early = 425;  // RFC 8470, section 5.2
  if (status == too_early) return "leave --early-data out";
  return status < 500 ? "check the path of the URL" : "look into the server's log, or try later";
}

Outcome<void> verdict_on(const ResponseHead& head) {
  if (head.status >= 300 && head.status < 400) {
    note("tlscli: redirected to " + printable(head.find("Location").value_or("nowhere")) +
         ", which is not followed");
  }
  if (head.status < 400) return {};
  return fail(Problem{
      .code = ExitCode::application_error,
      .cause = "http_status",
      .what = "the server answers " + std::to_string(head.status) + " " + printable(head.reason),
      .why = {},
      .hint = hint_for(head.status)});
}

}  // namespace

Outcome<void> run_get(const ClientOptions& options, Report& report) {
  TRY(const Target target, parse_url(options.target));
  TRY(check_method(options));
  TRY(const auto sessions, load_sessions(options));
  const bool early = options.early_request;
  TRY(const auto settings,
      client_settings(options, {.alpn = {"http/1.1"}, .sessions = sessions, .early_data = early}));
  const std::string request = request_for(target, options.method);
  TRY(Client client,
      open_client(options, settings, target.endpoint, early ? bytes_of(request) : Bytes()));
  report.fields()["connection"] = json_of(client.summary);
  if (options.verbose) write_all(2, bytes_of(lines_of(client.summary)));

  Channel& channel = client.channel;
  if (!client.was_taken_early()) {
    if (early) note_unsent("the request", client.summary);
    const auto sent = channel.write(bytes_of(request), Deadline::after(options.timeout));
    if (!sent) return fail(client.problem(sent.error()));
  }
  Source source([&]() -> Outcome<Bytes> {
    const auto bytes = channel.read(Deadline::after(options.timeout));
    if (!bytes) return fail(client.problem(bytes.error()));
    return *bytes;
  });
  TRY(const ResponseHead head, read_head(source));
  auto response = json_of(head);
  const Sink sink = [&](Bytes bytes) { return write_all(data_descriptor(options.json), bytes); };
  std::uint64_t size = 0;
  if (options.method != "HEAD") {
    TRY(size, read_body(source, head, sink));
  }
  response["body_bytes"] = size;
  report.fields()["response"] = std::move(response);
  TRY(keep_sessions(client, options, sessions.get()));
  // The body is complete: whether the peer still hears our goodbye does not matter.
  if (channel.close(Deadline::after(options.timeout))) channel.linger();
  return verdict_on(head);
}

}  // namespace nacre::tlscli
