#include "attacks/lengths.h"

namespace nacre::test {
namespace {

class Walk {
 public:
  explicit Walk(const Message& message) : message_(message) {}

  void skip(std::size_t count) { at_ += count; }
  std::size_t number(std::size_t width) {
    std::size_t value = 0;
    for (; width > 0; --width) value = value << 8 | message_.at(at_++);
    return value;
  }
  // Takes note of a length, and returns where that which it measures ends.
  std::size_t enter(std::size_t width) {
    found.push_back({at_, width});
    const std::size_t length = number(width);
    return at_ + length;
  }
  void opaque(std::size_t width) { at_ = enter(width); }
  // Elements of a vector, each read by `element`.
  template <class Element>
  void elements(std::size_t width, Element element) {
    const std::size_t end = enter(width);
    while (at_ < end) element();
  }

  void extensions(bool from_client) {
    elements(2, [&] {
      const std::size_t type = number(2);
      const std::size_t end = enter(2);
      if (at_ < end) content(type, end - at_, from_client);
      at_ = end;
    });
  }

  std::vector<LengthField> found;

 private:
  void content(std::size_t type, std::size_t size, bool from_client) {
    switch (type) {
      case 0:  // server_name
        return elements(2, [&] {
          skip(1);
          opaque(2);
        });
      case 10:  // supported_groups
      case 13:  // signature_algorithms
      case 44:  // cookie
      case 50:  // signature_algorithms_cert
        return opaque(2);
      case 16:  // application_layer_protocol_negotiation
        return elements(2, [&] { opaque(1); });
      case 43:  // supported_versions
        if (from_client) opaque(1);
        return;
      case 51:  // key_share
        if (from_client) return elements(2, [&] { share(); });
        if (size > 2) share();
        return;
      default:
        return;
    }
  }
  void share() {
    skip(2);
    opaque(2);
  }

  const Message& message_;
  std::size_t at_ = 4;
};

}  // namespace

std::vector<LengthField> lengths_in(const Message& message) {
  Walk walk(message);
  switch (message.front()) {
    case 1:
    case 2: {
      const bool from_client = message.front() == 1;
      walk.skip(34);
      walk.opaque(1);
      if (from_client) {
        walk.opaque(2);
        walk.opaque(1);
      } else {
        walk.skip(3);
      }
      walk.extensions(from_client);
      break;
    }
    case 8:
      walk.extensions(false);
      break;
    case 11:
      walk.opaque(1);
      walk.elements(3, [&] {
        walk.opaque(3);
        walk.extensions(false);
      });
      break;
    case 13:
      walk.opaque(1);
      walk.extensions(false);
      break;
    case 15:
      walk.skip(2);
      walk.opaque(2);
      break;
    default:
      break;
  }
  return walk.found;
}

}  // namespace nacre::test
