#include "extensions/registry.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/grease.h"
#include "support/encoding.h"

namespace nacre {
namespace {

using namespace test;

// Table 1 of section 4.3 as it is printed, for the types that Nacre knows. Of the last four, two
// are from table 1 of RFC 8446, section 4.2, which RFC 9846 leaves out as not recommended; two from
// RFC 9149 and RFC 9973.
struct TableRow {
  ExtensionType type;
  std::string_view messages;
};

constexpr auto table = std::to_array<TableRow>({
    {ExtensionType::server_name, "CH, EE, CR"},
    {ExtensionType::status_request, "CH, CR, CT"},
    {ExtensionType::supported_groups, "CH, EE"},
    {ExtensionType::signature_algorithms, "CH, CR"},
    {ExtensionType::use_srtp, "CH, EE"},
    {ExtensionType::heartbeat, "CH, EE"},
    {ExtensionType::application_layer_protocol_negotiation, "CH, EE"},
    {ExtensionType::client_certificate_type, "CH, EE"},
    {ExtensionType::server_certificate_type, "CH, EE"},
    {ExtensionType::padding, "CH"},
    {ExtensionType::compress_certificate, "CH, CR"},
    {ExtensionType::record_size_limit, "CH, EE"},
    {ExtensionType::pre_shared_key, "CH, SH"},
    {ExtensionType::early_data, "CH, EE, NST"},
    {ExtensionType::supported_versions, "CH, SH, HRR"},
    {ExtensionType::cookie, "CH, HRR"},
    {ExtensionType::psk_key_exchange_modes, "CH"},
    {ExtensionType::certificate_authorities, "CH, CR"},
    {ExtensionType::oid_filters, "CR"},
    {ExtensionType::post_handshake_auth, "CH"},
    {ExtensionType::signature_algorithms_cert, "CH, CR"},
    {ExtensionType::key_share, "CH, SH, HRR"},
    {ExtensionType::max_fragment_length, "CH, EE"},
    {ExtensionType::signed_certificate_timestamp, "CH, CR, CT"},
    {ExtensionType::ticket_request, "CH, EE"},
    {ExtensionType::tls_cert_with_extern_psk, "CH, SH"},
});

struct Message {
  Where where;
  std::string_view abbreviation;
  bool responds;
};

constexpr auto messages = std::to_array<Message>({
    {Where::client_hello, "CH", false},
    {Where::server_hello, "SH", true},
    {Where::hello_retry_request, "HRR", true},
    {Where::encrypted_extensions, "EE", true},
    {Where::certificate_request, "CR", false},
    {Where::certificate, "CT", true},
    {Where::new_session_ticket, "NST", false},
});

// Whether the comma-separated list has the word.
bool lists(std::string_view list, std::string_view word) {
  return (", " + std::string(list) + ",").contains(" " + std::string(word) + ",");
}

// One identity, and its binder.
constexpr auto offered_psk = bytes<
    "0007 0001 61 00000000"
    "0021 20 0000000000000000000000000000000000000000000000000000000000000000">;

// Well-formed data for the extensions whose data Nacre reads.
Bytes good_data(ExtensionType type, Where where) {
  using enum ExtensionType;
  const bool hello = where == Where::client_hello;
  switch (type) {
    case server_name:
      return hello ? Bytes(bytes<"0004 00 0001 61">) : Bytes();
    case supported_groups:
      return bytes<"0002 001d">;
    case signature_algorithms:
    case signature_algorithms_cert:
      return bytes<"0002 0403">;
    case application_layer_protocol_negotiation:
      return bytes<"0003 02 6832">;
    case record_size_limit:
      return bytes<"4001">;
    case supported_versions:
      return hello ? Bytes(bytes<"02 0304">) : Bytes(bytes<"0304">);
    case cookie:
      return bytes<"0001 aa">;
    case early_data:
      return where == Where::new_session_ticket ? Bytes(bytes<"00004000">) : Bytes();
    case psk_key_exchange_modes:
      return bytes<"01 01">;
    case pre_shared_key:
      return hello ? Bytes(offered_psk) : Bytes(bytes<"0000">);
    case ticket_request:
      return hello ? Bytes(bytes<"0201">) : Bytes(bytes<"02">);
    case tls_cert_with_extern_psk:
      return {};
    case certificate_authorities:
      return bytes<"0003 0001 aa">;
    case client_certificate_type:
    case server_certificate_type:
      return hello ? Bytes(bytes<"01 02">) : Bytes(bytes<"02">);
    case status_request:
      if (where == Where::certificate_request) return {};
      return hello ? Bytes(bytes<"01 0000 0000">) : Bytes(bytes<"01 000001 aa">);
    case signed_certificate_timestamp:
      return where == Where::certificate ? Bytes(bytes<"0003 0001 aa">) : Bytes();
    case compress_certificate:
      return bytes<"02 0001">;
    case oid_filters:
      return bytes<"0004 01 06 0000">;
    case key_share:
      if (where == Where::hello_retry_request) return bytes<"001d">;
      return hello ? Bytes(bytes<"0005 001d 0001 aa">) : Bytes(bytes<"001d 0001 aa">);
    default:
      return bytes<"0badf00d">;  // not read
  }
}

struct Entry {
  ExtensionType type;
  Bytes data;
};

class Block {
 public:
  explicit Block(const std::vector<Entry>& entries) {
    wire::Writer writer(buffer_);
    for (const Entry& entry : entries) {
      REQUIRE(write_extension(writer, entry.type,
                              [&](wire::Writer& body) { return body.bytes(entry.data); }));
    }
    extensions_ = *Extensions::from_encoding(writer.written());
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  operator const Extensions&() const { return extensions_; }

 private:
  std::array<std::uint8_t, 4096> buffer_{};
  Extensions extensions_;
};

OfferedSet offer(std::initializer_list<ExtensionType> types) {
  OfferedSet offered;
  for (const ExtensionType type : types) offered.add(type);
  return offered;
}

constexpr auto unknown = static_cast<ExtensionType>(0x1234);

TEST_CASE("An extension stands where table 1 lets it, and nowhere else",
          "[rfc9846-4.3][rfc9846-4.3-804259][rfc9846-4.3.5-4cd281]") {
  for (const TableRow& row : table) {
    for (const Message& message : messages) {
      INFO(name(row.type) << " in " << message.abbreviation);
      const Block block({{row.type, good_data(row.type, message.where)}});
      const OfferedSet offered = offer({row.type});
      std::optional<ExtensionType> in_hand;
      const auto outcome = check_block(message.where, block, Limits(), &offered, &in_hand);
      if (lists(row.messages, message.abbreviation)) {
        CHECK(outcome);
        CHECK_FALSE(in_hand);
      } else {
        CHECK(outcome == fail(Error::misplaced_extension));
        CHECK(in_hand == row.type);
      }
      CHECK(is_allowed(row.type, message.where) == lists(row.messages, message.abbreviation));
    }
  }
}

TEST_CASE("The table and RFC 9849 name every extension that Nacre has a name for",
          "[rfc9846-4.3]") {
  std::size_t known = 0;
  for (std::uint32_t number = 0; number <= 0xffff; ++number) {
    const auto type = static_cast<ExtensionType>(number);
    if (is_known(type) != (name(type) != "unknown")) FAIL(number);
    known += is_known(type) ? 1U : 0U;
  }
  constexpr std::size_t of_ech = 2;
  CHECK(known == table.size() + of_ech);
}

TEST_CASE("A response holds nothing that was not asked for",
          "[rfc9846-4.3][rfc9846-4.2.4-09f90e]") {
  for (const TableRow& row : table) {
    for (const Message& message : messages) {
      if (!lists(row.messages, message.abbreviation)) continue;
      INFO(name(row.type) << " in " << message.abbreviation);
      const Block block({{row.type, good_data(row.type, message.where)}});
      const OfferedSet other = offer({unknown});
      const bool excepted = row.type == ExtensionType::cookie;
      const bool refused = message.responds && !excepted;
      for (const OfferedSet* offered : {static_cast<const OfferedSet*>(nullptr), &other}) {
        std::optional<ExtensionType> in_hand;
        const auto outcome = check_block(message.where, block, Limits(), offered, &in_hand);
        CHECK(outcome.has_value() == !refused);
        if (refused) CHECK(outcome == fail(Error::unsolicited_extension));
        if (refused) CHECK(in_hand == row.type);
      }
    }
  }
}

TEST_CASE("Requests may hold what nobody knows, responses may not",
          "[rfc9846-4.3][rfc9846-9.3-6cb74d][rfc9846-4.4.2-4a2863][rfc9846-4.7.1-4a2863]"
          "[rfc9846-4.2.2-83961b]") {
  for (const Message& message : messages) {
    INFO(message.abbreviation);
    const Block block({{unknown, bytes<"00">}});
    const auto outcome = check_block(message.where, block, Limits());
    CHECK(outcome.has_value() == !message.responds);
    if (message.responds) CHECK(outcome == fail(Error::unsolicited_extension));
  }
}

TEST_CASE("GREASE is ignored in requests, and refused where a server takes it up",
          "[rfc8701-3.1][rfc8701-4.1]") {
  for (std::uint8_t i = 0; i < 16; ++i) {
    const auto type = grease<ExtensionType>(i);
    const Block block({{type, {}}});
    const OfferedSet offered = offer({type});
    for (const Message& message : messages) {
      INFO(message.abbreviation);
      const auto outcome = check_block(message.where, block, Limits(), &offered);
      CHECK(outcome.has_value() == !message.responds);
      if (message.responds) CHECK(outcome == fail(Error::misplaced_extension));
    }
  }
}

TEST_CASE("No extension comes twice, known or not", "[rfc9846-4.3][rfc9846-4.3-2c99db]") {
  for (const TableRow& row : table) {
    for (const Message& message : messages) {
      if (!lists(row.messages, message.abbreviation)) continue;
      if (row.type == ExtensionType::pre_shared_key) continue;  // psk_not_last comes first
      INFO(name(row.type) << " in " << message.abbreviation);
      const Bytes data = good_data(row.type, message.where);
      const Block block({{row.type, data}, {row.type, data}});
      const OfferedSet offered = offer({row.type});
      std::optional<ExtensionType> in_hand;
      CHECK(check_block(message.where, block, Limits(), &offered, &in_hand) ==
            fail(Error::duplicate_extension));
      CHECK(in_hand == row.type);
    }
  }
  for (const Where where :
       {Where::client_hello, Where::certificate_request, Where::new_session_ticket}) {
    const Block apart({{unknown, {}}, {grease<ExtensionType>(3), {}}, {unknown, {}}});
    CHECK(check_block(where, apart, Limits()) == fail(Error::duplicate_extension));
  }
}

TEST_CASE("pre_shared_key is the last extension of a ClientHello",
          "[rfc9846-4.3.11][rfc9846-4.3-50e844]") {
  const Block last({{unknown, {}}, {ExtensionType::pre_shared_key, offered_psk}});
  const Block first({{ExtensionType::pre_shared_key, offered_psk}, {unknown, {}}});
  CHECK(check_block(Where::client_hello, last, Limits()));
  std::optional<ExtensionType> in_hand;
  CHECK(check_block(Where::client_hello, first, Limits(), nullptr, &in_hand) ==
        fail(Error::psk_not_last));
  CHECK(in_hand == ExtensionType::pre_shared_key);
}

TEST_CASE("pre_shared_key stands anywhere in a ServerHello", "[rfc9846-4.3][rfc9846-4.3-50e844]") {
  using enum ExtensionType;
  const Block block({{pre_shared_key, bytes<"0000">}, {supported_versions, bytes<"0304">}});
  const OfferedSet offered = offer({pre_shared_key, supported_versions});
  CHECK(check_block(Where::server_hello, block, Limits(), &offered));
}

TEST_CASE("Bytes left over in an extension, or missing, are an error",
          "[rfc9846-4.3][rfc9846-4.3-2c1133]") {
  for (const TableRow& row : table) {
    for (const Message& message : messages) {
      if (!lists(row.messages, message.abbreviation)) continue;
      const Bytes good = good_data(row.type, message.where);
      const bool read =
          !std::ranges::equal(good, bytes<"0badf00d">) &&
          !(row.type == ExtensionType::server_name && message.where == Where::certificate_request);
      INFO(name(row.type) << " in " << message.abbreviation);
      std::vector<std::uint8_t> longer(good.begin(), good.end());
      longer.push_back(0);
      const OfferedSet offered = offer({row.type});
      std::optional<ExtensionType> in_hand;
      const auto outcome =
          check_block(message.where, Block({{row.type, longer}}), Limits(), &offered, &in_hand);
      CHECK(outcome.has_value() == !read);
      if (!read) continue;
      CHECK(outcome == fail(Error::trailing_data));
      CHECK(in_hand == row.type);
      if (good.empty()) continue;
      const Block cut({{row.type, good.first(good.size() - 1)}});
      CHECK(check_block(message.where, cut, Limits(), &offered) == fail(Error::truncated));
    }
  }
}

TEST_CASE("An extension's own rules hold in its block", "[rfc9846-4.3]") {
  const auto check = [](Where where, ExtensionType type, Bytes data) {
    const OfferedSet offered = offer({type});
    return check_block(where, Block({{type, data}}), Limits(), &offered);
  };
  using enum ExtensionType;
  CHECK(check(Where::client_hello, server_name, bytes<"0004 00 0001 2a">) ==
        fail(Error::bad_server_name));
  CHECK(check(Where::client_hello, key_share, bytes<"000a 001d 0001 aa 001d 0001 bb">) ==
        fail(Error::duplicate_share));
  CHECK(check(Where::client_hello, supported_groups, bytes<"0004 001d 001d">) ==
        fail(Error::duplicate_value));
  CHECK(check(Where::client_hello, record_size_limit, bytes<"003f">) ==
        fail(Error::bad_record_size_limit));
  CHECK(check(Where::client_hello, record_size_limit, bytes<"4002">));
  CHECK(check(Where::encrypted_extensions, record_size_limit, bytes<"4002">) ==
        fail(Error::bad_record_size_limit));
  CHECK(check(Where::encrypted_extensions, application_layer_protocol_negotiation,
              bytes<"0004 01 61 01 62">) == fail(Error::length_out_of_range));
}

TEST_CASE("A block has as many extensions as Limits allows, and no more", "[rfc9846-4.3]") {
  std::vector<Entry> entries;
  entries.reserve(257);
  for (std::uint16_t i = 0; i < 256; ++i) {
    entries.push_back({static_cast<ExtensionType>(0x2000 + i), {}});
  }
  CHECK(check_block(Where::client_hello, Block(entries), Limits()));
  entries.push_back({static_cast<ExtensionType>(0x3000), {}});
  CHECK(check_block(Where::client_hello, Block(entries), Limits()) ==
        fail(Error::too_many_extensions));
  CHECK(check_block(Where::client_hello, Block(entries), Limits{.extensions = 257}));
}

TEST_CASE("An empty block breaks no rule", "[rfc9846-4.3]") {
  for (const Message& message : messages) {
    CHECK(check_block(message.where, Extensions(), Limits()));
  }
}

TEST_CASE("A ClientHello's block can be checked as it was read", "[rfc9846-4.3]") {
  constexpr wire::Trailing<Extensions> absent;
  CHECK(check_block(Where::client_hello, absent, Limits()));
}

}  // namespace
}  // namespace nacre
