// The words for each cause: what went wrong, and what to try.
#pragma once

#include <optional>
#include <string_view>

#include "nacre/alert.h"
#include "nacre/error.h"

namespace nacre::tlscli {

// In both texts $peer, $name, $trust, $offer, $public and $retry stand for what is known of the
// situation.
struct Text {
  std::string_view what;
  std::string_view hint;
};

// Nothing where the library's own description must do.
std::optional<Text> text_for(Error error);
std::optional<Text> text_for(AlertDescription alert);
// The transport's error number: refused, unreachable, reset.
std::optional<Text> text_for_system(int error);

}  // namespace nacre::tlscli
