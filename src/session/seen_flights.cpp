// The first flights that were accepted, in a fixed room.
#include "session/seen_flights.h"

#include <algorithm>
#include <bit>

namespace nacre {

SeenFlights::SeenFlights(std::size_t capacity)
    // So that a place fits the table.
    : flights_(std::min<std::size_t>(capacity, std::size_t{1} << 28)),
      table_(std::bit_ceil(2 * flights_.size() + 1), nobody) {}

std::size_t SeenFlights::home_of(const FlightMark& mark) const {
  std::size_t number = 0;
  for (const std::uint8_t byte : std::span(mark).first<4>()) number = number << 8 | byte;
  return number & (table_.size() - 1);
}

bool SeenFlights::has(const FlightMark& mark) const {
  for (std::size_t place = home_of(mark); table_[place] != nobody; place = behind(place)) {
    if (flights_[table_[place]].mark == mark) return true;
  }
  return false;
}

void SeenFlights::add(const FlightMark& mark, UnixTime accepted) {
  const std::size_t flight = (oldest_ + size_) % flights_.size();
  flights_[flight] = {.mark = mark, .accepted = accepted};
  ++size_;
  std::size_t place = home_of(mark);
  while (table_[place] != nobody) place = behind(place);
  table_[place] = static_cast<std::uint32_t>(flight);
}

bool SeenFlights::drop_before(UnixTime time) {
  if (size_ == 0 || flights_[oldest_].accepted >= time) return false;
  take_out(static_cast<std::uint32_t>(oldest_));
  oldest_ = (oldest_ + 1) % flights_.size();
  --size_;
  return true;
}

// What stands behind it moves up, so that no search ends early.
void SeenFlights::take_out(std::uint32_t flight) {
  std::size_t gap = home_of(flights_[flight].mark);
  while (table_[gap] != flight) gap = behind(gap);
  for (std::size_t place = behind(gap); table_[place] != nobody; place = behind(place)) {
    const std::size_t home = home_of(flights_[table_[place]].mark);
    if (distance(home, place) < distance(gap, place)) continue;
    table_[gap] = table_[place];
    gap = place;
  }
  table_[gap] = nobody;
}

}  // namespace nacre
