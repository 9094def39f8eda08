// `tlscli resume`: connects twice, and tells what the second time saves.
#include <sstream>

#include "tlscli/commands.h"
#include "tlscli/output.h"
#include "tlscli/sessions.h"
#include "tlscli/settings.h"

namespace nacre::tlscli {
namespace {

std::string line_of(std::string_view title, const Summary& summary) {
  std::ostringstream text;
  text.setf(std::ios::fixed);
  text.precision(1);
  text << title << words_for(summary.key_source) << ", TLS " << summary.tls_milliseconds << " ms, "
       << name(summary.group) << ", " << name(summary.suite) << '\n';
  return text.str();
}

// What became of early data, or why there was none.
std::string early_words(const Summary& second, bool was_resumed) {
  if (second.early_data != EarlyDataStatus::none) return std::string(words_for(second.early_data));
  return was_resumed ? "not offered: the ticket allows none" : "not offered: nothing was resumed";
}

void farewell(Client& client, double timeout) {
  if (client.channel.close(Deadline::after(timeout))) client.channel.linger();
}

}  // namespace

Outcome<void> run_resume(const ClientOptions& options, Report& report) {
  TRY(const Endpoint endpoint, parse_endpoint(options.target, 443));
  TRY(const std::string early, load_early_data(options));
  const auto sessions = std::make_shared<MemoryClientSessionStore>();
  TRY(const auto settings,
      client_settings(options, {.sessions = sessions, .early_data = true, .one_ticket = true}));
  TRY(Client first, open_client(options, settings, endpoint));
  if (const auto waited = await_ticket(first.channel, options.timeout); !waited) {
    return fail(first.problem(waited.error()));
  }
  const std::uint32_t tickets = first.channel.tickets();
  farewell(first, options.timeout);
  TRY(Client second, open_client(options, settings, endpoint, bytes_of(early)));
  farewell(second, options.timeout);

  const bool was_resumed = second.summary.key_source == KeySource::session;
  auto& fields = report.fields();
  fields["first"] = json_of(first.summary);
  fields["second"] = json_of(second.summary);
  fields["tickets"] = tickets;
  fields["resumed"] = was_resumed;
  fields["early_data"] = words_for(second.summary.early_data);
  fields["early_bytes"] = second.early_bytes;
  if (!early.empty() && !second.was_taken_early()) note_unsent(options.early_data, second.summary);
  if (options.json) return {};
  say(line_of("first        ", first.summary) + "tickets      " + std::to_string(tickets) + "\n" +
      line_of("second       ", second.summary) + "resumed      " + (was_resumed ? "yes" : "no") +
      "\n0-RTT        " + early_words(second.summary, was_resumed));
  return {};
}

}  // namespace nacre::tlscli
