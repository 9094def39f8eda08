// What an actor decides before a conversation, as small numbers: so that any bytes are a choice,
// and a recording can hold it. Recordings rest on the order of the fields: new ones go to the end.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "nacre/bytes.h"

namespace nacre::machine {

using Octets = std::vector<std::uint8_t>;

// Who has a certificate.
enum class Party : std::uint8_t {
  nobody,
  server_a,      // "a.example", by way of an intermediate that ends before it
  server_a_new,  // "a.example" with another key
  server_b,      // "b.example"; signs elsewhere
  server_public,
  alice,  // by way of the same intermediate
  bob,    // ends after a day; signs elsewhere
  // For "a.example", and not to be believed.
  by_a_leaf,              // issued by an anchor that is no authority
  too_deep,               // below an anchor's path length
  by_a_root_for_clients,  // an anchor's purpose
  uri_outside,            // a constraint that is not critical
};

enum class Actor : std::uint8_t { nobody, alice, bob, thief };  // a thief has others' tickets

struct ClientChoice {
  std::uint8_t actor = 0;
  std::uint8_t name = 0;            // a.example, b.example
  std::uint8_t alpn = 0;            // none, {h2}, {http/1.1, h2}
  std::uint8_t psk = 0;             // none, first, second
  std::uint8_t ech = 0;             // none, for the first key, for the second
  std::uint8_t early_data = 0;      // no, yes
  std::uint8_t verdict = 0;         // Nacre's, asked for, Nacre's with pins that nobody has, both
  std::uint8_t ask_credential = 0;  // no, yes
  std::uint8_t record_limit = 0;    // index of record_limits
  std::uint8_t storage = 0;         // on the heap, in memory of ours
  std::uint8_t padding = 0;         // none, blocks of 64
  std::uint8_t update = 0;          // never, after 3 records, after 8
  std::uint8_t compression = 0;     // none, zlib
  std::uint8_t tickets = 0;         // not said, none, one
  std::uint8_t context = 0;         // whom it expects: anybody, the first, the second
  std::uint8_t ask_session = 0;     // where it is asked for verdicts, for those of sessions too

  static constexpr std::array fields{
      std::pair{&ClientChoice::actor, 4},        std::pair{&ClientChoice::name, 2},
      std::pair{&ClientChoice::alpn, 3},         std::pair{&ClientChoice::psk, 3},
      std::pair{&ClientChoice::ech, 3},          std::pair{&ClientChoice::early_data, 2},
      std::pair{&ClientChoice::verdict, 4},      std::pair{&ClientChoice::ask_credential, 2},
      std::pair{&ClientChoice::record_limit, 4}, std::pair{&ClientChoice::storage, 2},
      std::pair{&ClientChoice::padding, 2},      std::pair{&ClientChoice::update, 3},
      std::pair{&ClientChoice::compression, 2},  std::pair{&ClientChoice::tickets, 3},
      std::pair{&ClientChoice::context, 3},      std::pair{&ClientChoice::ask_session, 2}};
};

struct ServerChoice {
  std::uint8_t service = 0;   // a, a_new, b, all three names, and the four not to be believed
  std::uint8_t clients = 0;   // not asked, optional, required, required where a copy says optional
  std::uint8_t tickets = 0;   // none, the first keys, the second, a store
  std::uint8_t lifetime = 0;  // an hour, a day, a week
  std::uint8_t early_data = 0;         // none, 1,000 bytes, 100
  std::uint8_t psks = 0;               // none, the first, both, asked for
  std::uint8_t alpn = 0;               // none, {h2}, {http/1.1, h2}
  std::uint8_t ech = 0;                // none, the first key, both
  std::uint8_t retry = 0;              // no, for another group, the same with a cookie
  std::uint8_t ask_configuration = 0;  // no, yes
  std::uint8_t ask_verdict = 0;        // no, yes
  std::uint8_t limits = 0;             // usual, one certificate, 500 bytes of chain, little memory
  std::uint8_t record_limit = 0;
  std::uint8_t storage = 0;
  std::uint8_t update = 0;
  std::uint8_t known_name = 0;  // any name, or those alone that there is a certificate for
  std::uint8_t compression = 0;
  std::uint8_t context = 0;      // none, a tenant's
  std::uint8_t one_service = 0;  // no, one with those who share the ticket keys

  static constexpr std::array fields{
      std::pair{&ServerChoice::service, 8},      std::pair{&ServerChoice::clients, 4},
      std::pair{&ServerChoice::tickets, 4},      std::pair{&ServerChoice::lifetime, 3},
      std::pair{&ServerChoice::early_data, 3},   std::pair{&ServerChoice::psks, 4},
      std::pair{&ServerChoice::alpn, 3},         std::pair{&ServerChoice::ech, 3},
      std::pair{&ServerChoice::retry, 3},        std::pair{&ServerChoice::ask_configuration, 2},
      std::pair{&ServerChoice::ask_verdict, 2},  std::pair{&ServerChoice::limits, 4},
      std::pair{&ServerChoice::record_limit, 4}, std::pair{&ServerChoice::storage, 2},
      std::pair{&ServerChoice::update, 3},       std::pair{&ServerChoice::known_name, 2},
      std::pair{&ServerChoice::compression, 2},  std::pair{&ServerChoice::context, 2},
      std::pair{&ServerChoice::one_service, 2}};
};

inline constexpr std::array<std::size_t, 4> record_limits{0, 64, 600, 16'384};
inline constexpr std::array<std::string_view, 2> names{"a.example", "b.example"};

// Any bytes, more or fewer, are a choice.
template <class Choice>
Choice read_choice(Bytes bytes) {
  Choice choice;
  for (std::size_t i = 0; i < std::min(bytes.size(), Choice::fields.size()); ++i) {
    const auto& [field, count] = Choice::fields.at(i);
    choice.*field = static_cast<std::uint8_t>(bytes[i] % count);
  }
  return choice;
}

template <class Choice>
Octets write_choice(const Choice& choice) {
  Octets bytes;
  for (const auto& [field, count] : Choice::fields) bytes.push_back(choice.*field);
  return bytes;
}

}  // namespace nacre::machine
