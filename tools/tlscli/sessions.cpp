// Sessions that outlive a run.
#include "tlscli/sessions.h"

#include <algorithm>

#include "tlscli/issuing.h"
#include "tlscli/output.h"
#include "tlscli/settings.h"

namespace nacre::tlscli {

Outcome<std::shared_ptr<MemoryClientSessionStore>> load_sessions(const ClientOptions& options) {
  const bool wanted = !options.session_in.empty() || !options.session_out.empty();
  if (!wanted) return std::shared_ptr<MemoryClientSessionStore>();
  auto sessions = std::make_shared<MemoryClientSessionStore>();
  if (options.session_in.empty()) return sessions;
  TRY(const std::string file, read_file(options.session_in));
  if (const auto read = sessions->deserialize(bytes_of(file)); !read) {
    return fail(Problem{.code = ExitCode::usage,
                        .cause = std::string(name(read.error())),
                        .what = options.session_in + " holds no sessions",
                        .why = {std::string(describe(read.error()))},
                        .hint = "write one with --session-out FILE"});
  }
  return sessions;
}

Result<void> await_ticket(Channel& channel, double timeout) {
  constexpr double patience = 5;
  const auto came = channel.wait_for_ticket(Deadline::after(std::min(timeout, patience)));
  if (!came && came.error() != Error::timed_out) return came;
  return {};
}

Outcome<void> keep_sessions(Client& client, const ClientOptions& options,
                            const MemoryClientSessionStore* sessions) {
  if (options.session_out.empty() || sessions == nullptr) return {};
  const bool has_come = client.channel.tickets() != 0;
  if (!has_come &&
      (!await_ticket(client.channel, options.timeout) || client.channel.tickets() == 0)) {
    note("tlscli: no ticket came: there is no new session");
  }
  return write_file(options.session_out, text_of(sessions->serialize()), true);
}

}  // namespace nacre::tlscli
