// HTTP/1.1 for one request. RFC 9110, RFC 9112. The connection closes after it.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <optional>
#include <sstream>

#include "nacre/version.h"
#include "tlscli/explain.h"
#include "tlscli/files.h"
#include "tlscli/names.h"
#include "tlscli/serve.h"

namespace nacre::tlscli {
namespace {

constexpr std::size_t head_limit = 16'384;
// As many whole records as Channel has room for: they go to the kernel at once.
constexpr std::size_t piece_size = 131'072;

struct Request {
  std::string method;
  std::string path;  // percent-encoded, without the query
};

struct Answer {
  std::string status = "200 OK";
  std::string_view type = "text/html; charset=utf-8";
  std::string body = {};
  std::optional<ServedFile> file = {};  // in place of `body`
  std::uint64_t zeros = 0;              // likewise
};

// The request's head, up to its empty line. Without that line where it is too long or cut short;
// empty where the client leaves without a word, as browsers do with connections made in advance.
Result<std::string> read_request_head(Channel& channel, Deadline deadline) {
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos && head.size() <= head_limit) {
    const auto bytes = channel.read(deadline);
    // A socket closed over tickets that nobody read ends in a reset.
    const bool left =
        !bytes && (bytes.error() == Error::truncated_stream || bytes.error() == Error::transport);
    if (left && head.empty()) break;
    if (!bytes) return fail(bytes.error());
    if (bytes->empty()) break;
    head += text_of(*bytes);
  }
  return head;
}

// "GET /path?query HTTP/1.1".
std::optional<Request> parse_request(std::string_view head) {
  if (head.size() > head_limit || head.find("\r\n\r\n") == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == std::string_view::npos || first == second) return std::nullopt;
  if (!line.substr(second + 1).starts_with("HTTP/1.")) return std::nullopt;
  const std::string_view target = line.substr(first + 1, second - first - 1);
  if (!target.starts_with('/')) return std::nullopt;
  return Request{.method = std::string(line.substr(0, first)),
                 .path = std::string(target.substr(0, target.find('?')))};
}

// Of a request; 0 where it has none.
std::uint64_t content_length(std::string_view head) {
  std::string text(head.substr(0, head.find("\r\n\r\n")));
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::string_view field = "\r\ncontent-length:";
  const std::size_t at = text.find(field);
  if (at == std::string::npos) return 0;
  const std::size_t begin = text.find_first_not_of(' ', at + field.size());
  if (begin == std::string::npos) return 0;
  const std::string_view digits = std::string_view(text).substr(begin);
  std::uint64_t length = 0;
  std::from_chars(digits.begin(), digits.end(), length);
  return length;
}

// Drops the content, which begins behind `head`, and tells how long it was.
Result<std::string> take_content(Channel& channel, std::string_view head, double idle) {
  const std::uint64_t length = content_length(head);
  std::uint64_t came = head.size() - head.find("\r\n\r\n") - 4;
  while (came < length) {
    TRY(const Bytes bytes, channel.read(Deadline::after(idle)));
    if (bytes.empty()) return fail(Error::truncated_stream);
    came += bytes.size();
  }
  return std::to_string(length) + " bytes came\n";
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// Who the client is, as far as it has shown it.
std::string client_of(const Summary& summary) {
  if (summary.raw_public_key)
    return "raw public key sha256:" + hexadecimal(*summary.raw_public_key);
  return summary.chain.empty() ? "not known" : summary.chain.front().subject;
}

std::string page_on(const Summary& summary, const Request& request) {
  std::ostringstream page;
  const auto row = [&page](std::string_view key, std::string_view value) {
    page << "<tr><th>" << key << "</th><td>" << escaped(value) << "</td></tr>\n";
  };
  page << "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n"
          "<title>Nacre: TLS 1.3</title>\n<style>body{font-family:sans-serif;margin:3em}"
          "th{text-align:left;padding-right:2em}</style></head>\n"
          "<body>\n<h1>It works: TLS 1.3</h1>\n<table>\n";
  row("Protocol", "TLS 1.3 (RFC 9846)");
  row("Cipher suite", name(summary.suite));
  row("Group", name(summary.group));
  row("Signature", summary.signature ? name(*summary.signature) : "none");
  row("Client", client_of(summary));
  row("ALPN", summary.alpn.empty() ? "none" : summary.alpn);
  row("Server name", summary.server_name.empty() ? "none" : summary.server_name);
  row("ECH", words_on_server(summary.ech));
  row("JA4", summary.ja4);
  row("HelloRetryRequest", summary.retried ? "yes" : "no");
  row("Keys", words_for(summary.key_source));
  row("Early data", words_for(summary.early_data));
  row("Path", request.path);
  row("Server", std::string("Nacre ").append(version()));
  page << "</table>\n</body>\n</html>\n";
  return page.str();
}

Answer error_answer(std::string status) {
  Answer answer{.status = std::move(status), .type = "text/plain"};
  answer.body = answer.status + "\n";
  return answer;
}

Answer answer_to(const std::optional<Request>& request, const Summary& summary,
                 const ServerOptions& options) {
  if (!request) return error_answer("400 Bad Request");
  if (request->method != "GET" && request->method != "HEAD") {
    return error_answer("405 Method Not Allowed");
  }
  Answer answer;
  if (options.bytes != 0) {
    answer.type = "application/octet-stream";
    answer.zeros = options.bytes;
    return answer;
  }
  if (options.directory.empty()) {
    answer.body = page_on(summary, *request);
    return answer;
  }
  answer.file = open_below(options.directory, request->path);
  if (!answer.file) return error_answer("404 Not Found");
  answer.type = answer.file->type();
  return answer;
}

// A file that shrinks meanwhile ends the connection without close_notify: the client must see that
// its body was cut short.
Result<void> send_file(Channel& channel, const ServedFile& file, double idle) {
  std::vector<std::uint8_t> buffer(
      static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), piece_size)));
  std::uint64_t left = file.size();
  while (left != 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    const ssize_t count = ::read(file.descriptor(), buffer.data(), wanted);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(Error::file_unreadable);
    const Bytes piece = Bytes(buffer).first(static_cast<std::size_t>(count));
    TRY(channel.write(piece, Deadline::after(idle)));
    left -= piece.size();
  }
  return {};
}

Result<void> send_zeros(Channel& channel, std::uint64_t count, double idle) {
  static constexpr std::array<std::uint8_t, piece_size> zeros{};
  while (count != 0) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
    TRY(channel.write(Bytes(zeros).first(size), Deadline::after(idle)));
    count -= size;
  }
  return {};
}

Result<void> send_body(Channel& channel, const Answer& answer, double idle) {
  if (answer.file) return send_file(channel, *answer.file, idle);
  if (answer.zeros != 0) return send_zeros(channel, answer.zeros, idle);
  return channel.write(bytes_of(answer.body), Deadline::after(idle));
}

std::uint64_t size_of(const Answer& answer) {
  if (answer.file) return answer.file->size();
  return answer.zeros != 0 ? answer.zeros : answer.body.size();
}

}  // namespace

Result<void> serve_http(Channel& channel, const Summary& summary, const ServerOptions& options) {
  // A browser opens connections that it may use later: those wait as long as an idle one.
  const Deadline deadline = Deadline::after(std::min(options.idle, options.timeout));
  TRY(const std::string head, read_request_head(channel, deadline));
  if (head.empty()) return channel.peer_closed() ? channel.close(deadline) : Result<void>{};
  const auto request = parse_request(head);
  Answer answer;
  if (options.bytes != 0 && request && (request->method == "POST" || request->method == "PUT")) {
    answer.type = "text/plain";
    TRY(answer.body, take_content(channel, head, options.idle));
  } else {
    answer = answer_to(request, summary, options);
  }
  const std::string response = "HTTP/1.1 " + answer.status +
                               "\r\nContent-Type: " + std::string(answer.type) +
                               "\r\nContent-Length: " + std::to_string(size_of(answer)) +
                               "\r\nAllow: GET, HEAD\r\n" + "Connection: close\r\n\r\n";
  TRY(channel.write(bytes_of(response), Deadline::after(options.idle)));
  if (!request || request->method != "HEAD") {
    TRY(send_body(channel, answer, options.idle));
  }
  return channel.close(Deadline::after(options.idle));
}

}  // namespace nacre::tlscli
