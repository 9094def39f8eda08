// A handshake as a table that the compiler reads. RFC 9846, appendix A.
//
// A row names a state and the handler for one input in it. The handler's own signature says which
// input it takes and which states may follow:
//
//   Result<Next<State::wait_finished, State::wait_certificate>> on_encrypted_extensions(
//       const EncryptedExtensions& message, Bytes encoding);
//   Result<Next<State::wait_cv>> on_verdict(const Verdict& verdict);
//
// The first takes a message, the second the answer to a question. So the graph is read off the
// code, and cannot drift from it. What is not in the table is an unexpected_message.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "messages/server_hello.h"
#include "nacre/bytes.h"
#include "nacre/connection.h"
#include "nacre/names.h"
#include "nacre/try.h"
#include "wire/codec.h"

namespace nacre {

// Whatever moves a handshake: the messages, by their numbers, and the answers to its questions.
enum class Input : std::uint16_t {
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  encrypted_extensions = 8,
  certificate = 11,
  certificate_request = 13,
  certificate_verify = 15,
  finished = 20,
  key_update = 24,
  // A ServerHello by its number, another message by its meaning (section 4.2.4).
  hello_retry_request = 0x100,
  start,
  configuration,
  psk,
  credential,
  signature,
  verdict,
};

struct HelloRetryRequest : ServerHello {};
struct Start {};

template <class T>
inline constexpr Input input_of = static_cast<Input>(T::type);
template <>
inline constexpr Input input_of<HelloRetryRequest> = Input::hello_retry_request;
template <>
inline constexpr Input input_of<Start> = Input::start;
template <>
inline constexpr Input input_of<ServerConfig> = Input::configuration;
template <>
inline constexpr Input input_of<KnownPsk> = Input::psk;
template <>
inline constexpr Input input_of<Presented> = Input::credential;
template <>
inline constexpr Input input_of<Signature> = Input::signature;
template <>
inline constexpr Input input_of<Verdict> = Input::verdict;

// Which input a message is.
Input classify(HandshakeType type, Bytes body);

// One arrow of the table, for drawing it.
struct Transition {
  std::uint8_t from;
  Input input;
  std::uint8_t to;
};

template <auto S>
struct To {};

// What a handler returns to move on: `return to<State::wait_finished>;`
template <auto S>
inline constexpr To<S> to;

// One of the states in `Successors`, and no other: anything else does not compile.
template <auto... Successors>
struct Next;

template <auto First, auto... Rest>
struct Next<First, Rest...> {
  using State = decltype(First);

  template <State S>
    requires(S == First || ((S == Rest) || ...))
  constexpr Next(To<S>) : state(S) {}

  State state;
};

template <auto From, auto Handler, class Signature = decltype(Handler)>
struct On;

// A row for a message.
template <auto From, auto Handler, class Actor, class Message, auto... Successors>
struct On<From, Handler, Result<Next<Successors...>> (Actor::*)(const Message&, Bytes)> {
  using State = decltype(From);
  using Taken = Message;

  static constexpr State from = From;
  static constexpr Input input = input_of<Message>;
  static constexpr std::array to{Successors...};
  static constexpr bool is_message = true;

  static constexpr Result<State> handle(Actor& actor, Bytes body, Bytes encoding) {
    TRY(const auto parsed, wire::read_all<Message>(body));
    TRY(const auto next, (actor.*Handler)(parsed, encoding));
    return next.state;
  }
};

// A row for an answer.
template <auto From, auto Handler, class Actor, class Answer, auto... Successors>
struct On<From, Handler, Result<Next<Successors...>> (Actor::*)(const Answer&)> {
  using State = decltype(From);
  using Taken = Answer;

  static constexpr State from = From;
  static constexpr Input input = input_of<Answer>;
  static constexpr std::array to{Successors...};
  static constexpr bool is_message = false;

  static constexpr Result<State> handle(Actor& actor, const Answer& answer) {
    TRY(const auto next, (actor.*Handler)(answer));
    return next.state;
  }
};

template <class... Rows>
struct StateMachine;

template <class First, class... Rest>
struct StateMachine<First, Rest...> {
  using State = typename First::State;

  // Handles one whole message, and returns the state that follows.
  template <class Actor>
  static constexpr Result<State> advance(Actor& actor, State state, Input input, Bytes body,
                                         Bytes encoding) {
    Result<State> outcome = fail(Error::unexpected_message);
    const auto try_row = [&]<class Row>(Row) {
      if constexpr (Row::is_message) {
        // fault: AC-014
        if (Row::from != state || Row::input != input) return false;
        outcome = Row::handle(actor, body, encoding);
        return true;
      } else {
        return false;
      }
    };
    (void)(try_row(First{}) || ... || try_row(Rest{}));
    return outcome;
  }

  // Whether a message of that type has a row here.
  static constexpr bool takes(State state, HandshakeType type) {
    return judge_header(state, type, 0).has_value();
  }

  // Judges a message by its header, as soon as that is there: nothing is kept of one that has no
  // row here, or that claims more than any of its type may have. Errors: unexpected_message, and
  // that of its type.
  static constexpr Result<void> judge_header(State state, HandshakeType type, std::size_t length) {
    std::optional<Error> wrong = Error::unexpected_message;
    const auto try_row = [&]<class Row>(Row) {
      if constexpr (Row::is_message) {
        if (Row::from != state || Row::Taken::type != type) return false;
        wrong.reset();
        // fault: AC-202b
        if constexpr (requires { Row::Taken::longest; }) {
          if (length > Row::Taken::longest) wrong = Row::Taken::too_long;
        }
        return true;
      } else {
        return false;
      }
    };
    (void)(try_row(First{}) || ... || try_row(Rest{}));
    if (wrong) return fail(*wrong);
    return {};
  }

  // Handles the answer to the question that `state` is, and returns the state that follows.
  template <class Actor, class Answer>
  static constexpr Result<State> answer(Actor& actor, State state, const Answer& answer) {
    Result<State> outcome = fail(Error::no_question);
    const auto try_row = [&]<class Row>(Row) {
      if constexpr (std::is_same_v<typename Row::Taken, Answer>) {
        if (Row::from != state) return false;
        outcome = Row::handle(actor, answer);
        return true;
      } else {
        return false;
      }
    };
    (void)(try_row(First{}) || ... || try_row(Rest{}));
    return outcome;
  }

  // At most one row for each state and input.
  static consteval bool deterministic() {
    bool unique = true;
    each_row([&]<class A>(A) {
      int same = 0;
      each_row([&]<class B>(B) { same += A::from == B::from && A::input == B::input; });
      unique = unique && same == 1;
    });
    return unique;
  }

  // Whether some sequence of inputs leads from `start` to `goal`.
  static constexpr bool reaches(State start, State goal) {
    return search(start, goal, [](Input) { return true; });
  }

  // Whether every sequence of inputs from `start` to `goal` has an `input` in it.
  static consteval bool requires_input(Input input, State start, State goal) {
    return reaches(start, goal) &&
           !search(start, goal, [=](Input other) { return other != input; });
  }

  // Whether no sequence of inputs has `input` twice.
  static consteval bool at_most_once(Input input) {
    bool once = true;
    each_row([&]<class A>(A) {
      if (A::input != input) return;
      for (const State after : A::to) {
        each_row([&]<class B>(B) {
          if (B::input == input && reaches(after, B::from)) once = false;
        });
      }
    });
    return once;
  }

  // Every state has a way to one of `goals`, and each is reached from `start`.
  static consteval bool no_dead_ends(State start, auto... goals) {
    bool alive = true;
    each_row([&]<class Row>(Row) {
      alive = alive && reaches(start, Row::from);
      for (const State next : Row::to) alive = alive && (reaches(next, goals) || ...);
    });
    return alive;
  }

  static constexpr std::size_t transition_count = (First::to.size() + ... + Rest::to.size());

  // The table's arrows.
  static consteval std::array<Transition, transition_count> transitions() {
    std::array<Transition, transition_count> list{};
    std::size_t at = 0;
    each_row([&]<class Row>(Row) {
      for (const State next : Row::to) {
        list.at(at++) = {static_cast<std::uint8_t>(Row::from), Row::input,
                         static_cast<std::uint8_t>(next)};
      }
    });
    return list;
  }

 private:
  static constexpr std::size_t max_states = 32;

  static constexpr void each_row(auto visit) {
    visit(First{});
    (visit(Rest{}), ...);
  }

  static constexpr bool search(State start, State goal, auto allowed) {
    std::array<bool, max_states> seen{};
    seen.at(static_cast<std::size_t>(start)) = true;
    for (std::size_t round = 0; round < max_states; ++round) {
      each_row([&]<class Row>(Row) {
        if (!seen.at(static_cast<std::size_t>(Row::from)) || !allowed(Row::input)) return;
        for (const State next : Row::to) seen.at(static_cast<std::size_t>(next)) = true;
      });
    }
    return seen.at(static_cast<std::size_t>(goal));
  }
};

}  // namespace nacre
