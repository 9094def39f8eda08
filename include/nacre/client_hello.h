// What a client offers, read from its ClientHello: to choose a configuration by anything in it
// (ClientHelloSeen), or to tell kinds of clients apart. RFC 9846, section 4.2.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <type_traits>

#include "nacre/attributes.h"
#include "nacre/bytes.h"
#include "nacre/error.h"
#include "nacre/names.h"

namespace nacre {

// One extension, known or not, as it travels.
struct ExtensionView {
  ExtensionType type{};
  Bytes data;
};

namespace detail {

// Takes the first element off `rest`, which holds whole ones.
template <class T>
T take_element(Bytes& rest) {
  const auto number = [&rest](std::size_t at) {
    return static_cast<std::uint16_t>(rest[at] << 8 | rest[at + 1]);
  };
  T element{};
  std::size_t size = 2;
  if constexpr (std::is_same_v<T, ExtensionView>) {
    element = {.type = static_cast<ExtensionType>(number(0)), .data = rest.subspan(4, number(2))};
    size = 4 + element.data.size();
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    element = text_of(rest.subspan(1, rest.front()));
    size = 1 + element.size();
  } else {
    element = static_cast<T>(number(0));
  }
  rest = rest.subspan(size);
  return element;
}

}  // namespace detail

// A list in a ClientHello, in the client's order. Its elements are decoded where they stand, each
// time that they are looked at.
template <class T>
class NACRE_VIEW HelloList {
 public:
  // A place in the list.
  class Iterator {
   public:
    // As the standard library means them.
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = T;
    using reference = T;
    using pointer = void;

    // At the first of the whole elements that `rest` holds.
    explicit Iterator(Bytes rest) : rest_(rest) {}
    Iterator() = default;

    // The element, decoded; and the steps to the next one.
    T operator*() const {
      Bytes rest = rest_;
      return detail::take_element<T>(rest);
    }
    Iterator& operator++() {
      detail::take_element<T>(rest_);
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.rest_.size() == b.rest_.size();
    }

   private:
    Bytes rest_;
  };

  // An empty list.
  HelloList() = default;

  Iterator begin() const { return Iterator(encoding_); }
  Iterator end() const { return Iterator(encoding_.last(0)); }
  bool empty() const { return encoding_.empty(); }
  // Counts the elements.
  std::size_t count() const { return static_cast<std::size_t>(std::distance(begin(), end())); }
  // Whether `value` is in the list.
  bool contains(T value) const {
    for (const T element : *this) {
      if (element == value) return true;
    }
    return false;
  }
  // The elements as they travel, without the length in front.
  Bytes encoding() const { return encoding_; }

 private:
  friend class ClientHelloView;
  explicit HelloList(Bytes encoding) : encoding_(encoding) {}

  Bytes encoding_;
};

// A ClientHello that has been read to its last byte. Everything in it borrows the bytes that it was
// read from, and nothing is allocated. Unknown numbers, and those of GREASE (RFC 8701), stand where
// the client has put them.
class NACRE_API NACRE_VIEW ClientHelloView {
 public:
  // Reads the message's body, as ClientHelloSeen has it; of any version of TLS, so that it also
  // serves for bytes from elsewhere. Errors: truncated, trailing_data, length_out_of_range,
  // duplicate_extension.
  static Result<ClientHelloView> read(Bytes body NACRE_LIFETIMEBOUND);

  // The fields, in their order. The random has 32 bytes.
  ProtocolVersion legacy_version() const { return legacy_version_; }
  Bytes random() const { return random_; }
  Bytes legacy_session_id() const { return legacy_session_id_; }
  HelloList<CipherSuite> cipher_suites() const { return cipher_suites_; }
  Bytes legacy_compression_methods() const { return legacy_compression_methods_; }
  HelloList<ExtensionView> extensions() const { return extensions_; }

  // The data of an extension, without its length; nothing where the client did not send it.
  std::optional<Bytes> extension(ExtensionType type) const;

  // What some of the extensions hold; empty where the client did not send it.
  HelloList<NamedGroup> supported_groups() const { return supported_groups_; }
  HelloList<SignatureScheme> signature_algorithms() const { return signature_algorithms_; }
  HelloList<ProtocolVersion> supported_versions() const { return supported_versions_; }
  HelloList<std::string_view> alpn() const { return alpn_; }
  // The first host_name, as the client has spelt it: it may be none.
  std::string_view server_name() const { return server_name_; }

 private:
  ClientHelloView() = default;
  Result<void> read_extensions();

  ProtocolVersion legacy_version_{};
  Bytes random_;
  Bytes legacy_session_id_;
  HelloList<CipherSuite> cipher_suites_;
  Bytes legacy_compression_methods_;
  HelloList<ExtensionView> extensions_;
  HelloList<NamedGroup> supported_groups_;
  HelloList<SignatureScheme> signature_algorithms_;
  HelloList<ProtocolVersion> supported_versions_;
  HelloList<std::string_view> alpn_;
  std::string_view server_name_;
};

// A JA4 fingerprint, such as "t13d1516h2_8daaf6152771_e5627efa2ab1".
class Ja4 {
 public:
  // Its 36 characters.
  static constexpr std::size_t size = 36;
  explicit constexpr Ja4(const std::array<char, size>& characters) : characters_(characters) {}
  constexpr std::string_view text() const NACRE_LIFETIMEBOUND {
    return {characters_.data(), characters_.size()};
  }

  friend constexpr bool operator==(const Ja4&, const Ja4&) = default;

 private:
  std::array<char, size> characters_;
};

// The JA4 fingerprint of a client over TCP, by FoxIO: the version, whether there is a server_name,
// how many suites and extensions, the first protocol, and 48 bits each of hashes of the suites and
// of the extensions with the signature algorithms. The same for all connections of one kind of
// client, and of whoever takes its shape: it tells no friend from foe. Allocates nothing.
NACRE_API Ja4 ja4(const ClientHelloView& hello);

}  // namespace nacre
