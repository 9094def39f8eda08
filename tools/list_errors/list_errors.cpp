// Lists the errors that have an alert: name, alert, section and words, with tabs between them.
#include <cstdint>
#include <iostream>

#include "nacre/error.h"

int main() {
  for (int number = 0; number <= 0xff; ++number) {
    const auto error = static_cast<nacre::Error>(static_cast<std::uint8_t>(number));
    const auto alert = nacre::alert_for(error);
    if (nacre::name(error) == "unknown" || !alert) continue;
    std::cout << nacre::name(error) << '\t' << nacre::name(*alert) << '\t' << nacre::section(error)
              << '\t' << nacre::describe(error) << '\n';
  }
}
