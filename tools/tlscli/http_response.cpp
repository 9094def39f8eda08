// HTTP/1.1 responses. RFC 9112.
#include "tlscli/http_response.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "tlscli/explain.h"

namespace nacre::tlscli {
namespace {

constexpr std::size_t line_limit = 16'384;
constexpr std::size_t header_limit = 256;

std::unexpected<Problem> broken(std::string why) {
  return fail(Problem{.code = ExitCode::application_error,
                      .cause = "bad_http",
                      .what = "the answer is no HTTP/1.1",
                      .why = {std::move(why)},
                      .hint = "check the URL: another service may listen there"});
}

std::unexpected<Problem> cut_short(const std::string& why) {
  return fail(Problem{.code = ExitCode::application_error,
                      .cause = "truncated_body",
                      .what = "the answer was cut short",
                      .why = {why},
                      .hint = "fetch it again"});
}

std::unexpected<Problem> sink_full() {
  return fail(Problem{.code = ExitCode::application_error,
                      .cause = "output",
                      .what = "the output takes no more data",
                      .why = {},
                      .hint = "the program that reads it has ended, or the disk is full"});
}

bool same_text(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value, base);
  if (text.empty() || error != std::errc{} || end != text.end()) return std::nullopt;
  return value;
}

// Section 4: "HTTP/1.1 200 OK".
Outcome<ResponseHead> parse_status_line(std::string_view line) {
  ResponseHead head;
  if (!line.starts_with("HTTP/1.") || line.size() < 12) {
    return broken("it begins with \"" + printable(line.substr(0, 40)) + "\"");
  }
  const auto status = parse_number(line.substr(9, 3), 10);
  if (!status || *status < 100 || line[8] != ' ') return broken("its status line has no number");
  head.status = static_cast<int>(*status);
  head.reason = trimmed(line.substr(12));
  return head;
}

Outcome<ResponseHead> read_one_head(Source& source) {
  TRY(const std::string first, source.line());
  TRY(ResponseHead head, parse_status_line(first));
  while (true) {
    TRY(const std::string line, source.line());
    if (line.empty()) return head;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || line.find_first_of(" \t") < colon) {
      return broken("a header line is malformed");
    }
    if (head.headers.size() == header_limit) return broken("it has too many headers");
    head.headers.emplace_back(line.substr(0, colon),
                              trimmed(std::string_view(line).substr(colon + 1)));
  }
}

// Passes `length` bytes on.
Outcome<void> copy(Source& source, std::uint64_t length, const Sink& sink) {
  std::uint64_t left = length;
  while (left != 0) {
    TRY(const Bytes piece, source.some(left));
    if (piece.empty()) {
      return cut_short("it ends after " + std::to_string(length - left) + " of " +
                       std::to_string(length) + " bytes");
    }
    if (!sink(piece)) return sink_full();
    left -= piece.size();
  }
  return {};
}

// Section 7.1.
Outcome<std::uint64_t> read_chunks(Source& source, const Sink& sink) {
  std::uint64_t total = 0;
  while (true) {
    TRY(const std::string line, source.line());
    const auto size = parse_number(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
    if (!size) return broken("a chunk's size is malformed");
    if (*size == 0) break;
    TRY(copy(source, *size, sink));
    total += *size;
    TRY(const std::string end, source.line());
    if (!end.empty()) return broken("a chunk is longer than it says");
  }
  for (std::size_t trailers = 0; trailers != header_limit; ++trailers) {
    TRY(const std::string line, source.line());
    if (line.empty()) return total;
  }
  return broken("it has too many trailers");
}

Outcome<std::uint64_t> read_until_end(Source& source, const Sink& sink) {
  std::uint64_t total = 0;
  while (true) {
    TRY(const Bytes piece, source.some(UINT64_MAX));
    if (piece.empty()) return total;
    if (!sink(piece)) return sink_full();
    total += piece.size();
  }
}

}  // namespace

Outcome<bool> Source::fill() {
  if (rest_.empty()) {
    TRY(rest_, more_());
  }
  return !rest_.empty();
}

Outcome<std::string> Source::line() {
  std::string line;
  while (true) {
    TRY(const bool more, fill());
    if (!more) return cut_short("it ends in the middle of its head or of a chunk");
    const auto end = std::ranges::find(rest_, '\n');
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    line += text_of(rest_.first(length));
    if (line.size() > line_limit) return broken("a line is longer than 16 KB");
    rest_ = rest_.subspan(length);
    if (rest_.empty()) continue;
    rest_ = rest_.subspan(1);
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
}

Outcome<Bytes> Source::some(std::uint64_t limit) {
  TRY(const bool more, fill());
  if (!more) return Bytes();
  const Bytes piece =
      rest_.first(static_cast<std::size_t>(std::min<std::uint64_t>(limit, rest_.size())));
  rest_ = rest_.subspan(piece.size());
  return piece;
}

std::optional<std::string> ResponseHead::find(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [key, value] : headers) {
    if (same_text(key, name)) found = found ? *found + ", " + value : value;
  }
  return found;
}

Outcome<ResponseHead> read_head(Source& source) {
  constexpr int interim_limit = 16;
  for (int i = 0; i != interim_limit; ++i) {
    TRY(ResponseHead head, read_one_head(source));
    if (head.status == 101) return broken("it switches protocols, unasked");
    if (head.status >= 200) return head;
  }
  return broken("it has too many interim responses");
}

// Section 6.3.
Outcome<std::uint64_t> read_body(Source& source, const ResponseHead& head, const Sink& sink) {
  if (head.status == 204 || head.status == 304) return std::uint64_t{0};
  if (const auto coding = head.find("Transfer-Encoding")) {
    if (!same_text(*coding, "chunked")) {
      return broken("its transfer coding is " + printable(*coding) + ", which was not asked for");
    }
    return read_chunks(source, sink);
  }
  const auto length = head.find("Content-Length");
  if (!length) return read_until_end(source, sink);
  const auto number = parse_number(*length, 10);
  if (!number) return broken("its Content-Length is \"" + printable(*length) + "\"");
  TRY(copy(source, *number, sink));
  return *number;
}

}  // namespace nacre::tlscli
