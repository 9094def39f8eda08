// The messages in which an extension may stand. RFC 9846, section 4.3, table 1.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "nacre/names.h"

namespace nacre {

// The blocks of extensions, in the order of the RFC's abbreviations: CH, SH, HRR, EE, CR, CT, NST.
enum class Where : std::uint8_t {
  client_hello,
  server_hello,
  hello_retry_request,
  encrypted_extensions,
  certificate_request,
  certificate,
  new_session_ticket,
};

// Whether a block may hold only what the other side asked for.
constexpr bool is_response(Where where) {
  return where == Where::server_hello || where == Where::hello_retry_request ||
         where == Where::encrypted_extensions || where == Where::certificate;
}

class Places {
 public:
  constexpr Places(std::initializer_list<Where> places) {
    for (const Where where : places) bits_ = static_cast<std::uint8_t>(bits_ | bit(where));
  }

  constexpr bool contains(Where where) const { return (bits_ & bit(where)) != 0; }

 private:
  static constexpr std::uint8_t bit(Where where) {
    return static_cast<std::uint8_t>(1U << static_cast<std::uint8_t>(where));
  }

  std::uint8_t bits_ = 0;
};

// An extension that we know, and whose data we do not read in these messages.
template <ExtensionType Type, Where... Wheres>
struct Unread {
  static constexpr ExtensionType type = Type;
  static constexpr Places places{Wheres...};
};

}  // namespace nacre
