// The first flights that were accepted, in a fixed room: a ring in order of acceptance, and a table
// that finds them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nacre/session.h"

namespace nacre {

// A keyed digest of a binder: nobody who does not know the key can aim at a place in the table.
using FlightMark = std::array<std::uint8_t, 16>;

class SeenFlights {
 public:
  explicit SeenFlights(std::size_t capacity);

  bool is_full() const { return size_ == flights_.size(); }
  bool has(const FlightMark& mark) const;
  // Not when it is full. `accepted` is no earlier than the one before.
  void add(const FlightMark& mark, UnixTime accepted);
  // Drops the oldest if it was accepted before `time`: whether it did.
  bool drop_before(UnixTime time);

 private:
  struct Flight {
    FlightMark mark{};
    UnixTime accepted = 0;
  };
  static constexpr std::uint32_t nobody = UINT32_MAX;

  // Where the search for `mark` starts, and where it goes on.
  std::size_t home_of(const FlightMark& mark) const;
  std::size_t behind(std::size_t place) const { return (place + 1) & (table_.size() - 1); }
  std::size_t distance(std::size_t from, std::size_t to) const {
    return (to + table_.size() - from) & (table_.size() - 1);
  }
  void take_out(std::uint32_t flight);

  std::vector<Flight> flights_;
  std::size_t oldest_ = 0;
  std::size_t size_ = 0;
  std::vector<std::uint32_t> table_;  // places in flights_; half of it at least is free
};

}  // namespace nacre
