// Draws a handshake's table from its rows, as SVG on standard output: draw_states client|server.
#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>
#include <vector>

#include "handshake/state_names.h"

namespace {

using nacre::Transition;

constexpr int row_height = 78;
constexpr int box_left = 24;
constexpr int box_width = 250;
constexpr int box_height = 34;
constexpr int label_width = 190;

struct Drawing {
  std::string_view title;
  std::vector<std::string_view> states;
  std::span<const Transition> arrows;
};

template <class State>
Drawing drawing(std::string_view title, std::span<const Transition> arrows) {
  Drawing result{title, {}, arrows};
  for (int i = 0; i <= static_cast<int>(State::connected); ++i) {
    result.states.push_back(nacre::name(static_cast<State>(i)));
  }
  return result;
}

int top_of(int state) {
  return 56 + state * row_height;
}

void draw_state(int index, std::string_view state) {
  const bool question = state.starts_with("ask_");
  std::cout << "<rect x='" << box_left << "' y='" << top_of(index) << "' width='" << box_width
            << "' height='" << box_height << "' rx='6' class='" << (question ? "ask" : "state")
            << "'/>\n<text x='" << box_left + box_width / 2 << "' y='" << top_of(index) + 22
            << "' text-anchor='middle'>" << state << "</text>\n";
}

// To the next state straight down; to any other in an arc of its own on the right.
void draw_arrow(const Transition& arrow, int lane) {
  const std::string_view label = nacre::name(arrow.input);
  if (arrow.to == arrow.from + 1) {
    const int x = box_left + box_width / 2;
    const int y = top_of(arrow.from) + box_height;
    std::cout << "<path d='M" << x << ' ' << y << 'V' << top_of(arrow.to) - 2
              << "' class='arrow'/>\n<text x='" << x + 10 << "' y='" << y + 27 << "' class='label'>"
              << label << "</text>\n";
    return;
  }
  const int left = box_left + box_width;
  const int right = left + 30 + lane * label_width;
  const int from = top_of(arrow.from) + box_height / 2;
  const int to = top_of(arrow.to) + box_height / 2 - 6;
  std::cout << "<path d='M" << left << ' ' << from << 'H' << right << 'V' << to << 'H' << left + 3
            << "' class='arrow'/>\n<text x='" << right + 6 << "' y='" << (from + to) / 2
            << "' class='label'>" << label << "</text>\n";
}

void draw(const Drawing& drawing) {
  int lanes = 0;
  for (const Transition& arrow : drawing.arrows) lanes += arrow.to != arrow.from + 1;
  const int width = box_left + box_width + 40 + lanes * label_width;
  const int height = top_of(static_cast<int>(drawing.states.size()));
  std::cout
      << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " << width << ' ' << height
      << "' width='" << width << "' font-family='sans-serif' font-size='14'>\n"
      << "<style>.state{fill:#e8eef4;stroke:#456}.ask{fill:#f6ecd2;stroke:#765}"
         ".arrow{fill:none;stroke:#456;marker-end:url(#head)}.label{font-size:12px}</style>\n"
      << "<defs><marker id='head' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='8' "
         "markerHeight='8' orient='auto'><path d='M0 0 8 4 0 8z' fill='#456'/></marker></defs>"
         "\n<rect width='100%' height='100%' fill='#fff'/>\n<text x='24' y='30' "
         "font-size='18'>"
      << drawing.title << "</text>\n";
  int index = 0;
  for (const std::string_view state : drawing.states) draw_state(index++, state);
  int lane = 0;
  for (const Transition& arrow : drawing.arrows) {
    draw_arrow(arrow, arrow.to == arrow.from + 1 ? 0 : lane++);
  }
  std::cout << "</svg>\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  const std::string_view role = arguments.size() == 2 ? arguments.back() : "";
  if (role == "client") {
    draw(drawing<nacre::ClientState>("Client: RFC 9846, appendix A.1",
                                     nacre::ClientHandshake::transitions()));
  } else if (role == "server") {
    draw(drawing<nacre::ServerState>("Server: RFC 9846, appendix A.2",
                                     nacre::ServerHandshake::transitions()));
  } else {
    std::cerr << "usage: draw_states client|server\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
