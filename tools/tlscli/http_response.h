// HTTP/1.1 responses, read strictly and within bounds. RFC 9112, sections 4 to 7.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/bytes.h"
#include "tlscli/problem.h"

namespace nacre::tlscli {

// Bytes as they come, in lines or in pieces.
class Source {
 public:
  // Gives the next bytes, which live until the next call; empty at the end.
  using More = std::function<Outcome<Bytes>()>;
  explicit Source(More more) : more_(std::move(more)) {}

  // A line without its end, at most 16 KB. The end of the input is a problem.
  Outcome<std::string> line();
  // At least one byte and at most `limit`; empty at the end of the input.
  Outcome<Bytes> some(std::uint64_t limit);

 private:
  Outcome<bool> fill();
  More more_;
  Bytes rest_;
};

struct ResponseHead {
  int status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;

  // The value of a header, its name in any case; several are joined by ", ".
  std::optional<std::string> find(std::string_view name) const;
};

// Passes over interim (1xx) responses.
Outcome<ResponseHead> read_head(Source& source);

// Takes each piece of the body; false where it can take no more.
using Sink = std::function<bool(Bytes)>;

// Reads the body by its chunks, its Content-Length or the end of the connection, and returns its
// length. A body that ends early is a problem.
Outcome<std::uint64_t> read_body(Source& source, const ResponseHead& head, const Sink& sink);

}  // namespace nacre::tlscli
