// The server that `tlscli bench` starts where it is not told of another.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "tlscli/bench.h"
#include "tlscli/cores.h"

namespace nacre::tlscli {
namespace {

constexpr auto own_program = "/proc/self/exe";

void append_all(std::vector<std::string>& words, const char* option,
                const std::vector<std::string>& values) {
  for (const std::string& value : values) words.insert(words.end(), {option, value});
}

std::vector<std::string> server_command(const BenchOptions& options) {
  std::vector<std::string> words{"tlscli", "server", "--json", "--listen", "127.0.0.1:0"};
  words.insert(words.end(), {"--bytes", std::to_string(options.bytes)});
  words.insert(words.end(), {"--policy", options.policy});
  append_all(words, "--groups", options.groups);
  append_all(words, "--suites", options.suites);
  append_all(words, "--sigalgs", options.sigalgs);
  append_all(words, "--alpn", options.alpn);
  append_all(words, "--compress", options.compress);
  return words;
}

std::unexpected<Problem> start_problem(std::string why) {
  return fail(Problem{.code = ExitCode::bug,
                      .cause = "no_server",
                      .what = "the server for the benchmark does not start",
                      .why = {std::move(why)},
                      .hint = "name another as HOST:PORT, such as one of `tlscli server`"});
}

std::unexpected<Problem> start_problem(int error) {
  return start_problem(std::generic_category().message(error));
}

// What the child does after fork(2): calls of the kernel alone.
[[noreturn]] void become_server(char* const* words, int output, int core, pid_t parent) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) ::_exit(static_cast<int>(ExitCode::bug));
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(nothing, STDERR_FILENO);
  if (core >= 0) pin_to(core);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // it shall not outlive us
  if (::getppid() == parent) ::execv(own_program, words);
  ::_exit(static_cast<int>(ExitCode::bug));
}

// Up to the end of a line; nothing where none comes in time.
std::string line_from(int descriptor, Deadline deadline) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.find('\n') == std::string::npos) {
    if (!wait_for(descriptor, POLLIN, -1, deadline)) return {};
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

std::string text_in(const boost::json::object& object, std::string_view key) {
  const auto* text = object.if_contains(key);
  return text != nullptr && text->is_string() ? std::string(text->get_string()) : std::string();
}

// What the server says of its own failure.
Problem problem_in(const boost::json::object& told) {
  Problem problem;
  problem.what = "the server for the benchmark does not start";
  if (const auto* code = told.if_contains("exit_code"); code != nullptr && code->is_int64()) {
    problem.code = static_cast<ExitCode>(code->get_int64());
  }
  const auto* error = told.if_contains("error");
  if (error == nullptr || !error->is_object()) return problem;
  problem.cause = text_in(error->get_object(), "cause");
  problem.why = {text_in(error->get_object(), "what")};
  problem.hint = text_in(error->get_object(), "try");
  return problem;
}

}  // namespace

Outcome<ServerProcess> ServerProcess::start(const BenchOptions& options, int core) {
  std::vector<std::string> command = server_command(options);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return start_problem(errno);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become_server(words.data(), ends[1], core, parent);
  const int error = errno;
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    return start_problem(error);
  }
  ServerProcess server(child);
  const auto listening = server.listen_to(ends[0], Deadline::after(options.timeout));
  ::close(ends[0]);
  if (!listening) return fail(listening.error());
  return server;
}

Outcome<void> ServerProcess::listen_to(int output, Deadline deadline) {
  const std::string line = line_from(output, deadline);
  if (line.empty()) return start_problem("it says nothing");
  boost::system::error_code error;
  const boost::json::value told = boost::json::parse(line.substr(0, line.find('\n')), error);
  if (error || !told.is_object()) return start_problem("it says what is no JSON");
  const auto* port = told.get_object().if_contains("port");
  if (port == nullptr || !port->is_number()) return fail(problem_in(told.get_object()));
  endpoint_ = {.host = text_in(told.get_object(), "address"),
               .port = static_cast<std::uint16_t>(port->to_number<std::int64_t>(error))};
  ca_ = text_in(told.get_object(), "ca");
  return {};
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      endpoint_(std::move(other.endpoint_)),
      ca_(std::move(other.ca_)) {}

ServerProcess::~ServerProcess() {
  if (process_ < 0) return;
  constexpr double patience = 2;
  constexpr std::chrono::milliseconds moment(5);
  ::kill(process_, SIGTERM);
  const Deadline deadline = Deadline::after(patience);
  while (::waitpid(process_, nullptr, WNOHANG) == 0) {
    if (deadline.has_passed()) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
      return;
    }
    std::this_thread::sleep_for(moment);
  }
}

}  // namespace nacre::tlscli
