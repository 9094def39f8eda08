// The commands. Each fills the fields of its report and returns when it is done.
#pragma once

#include "tlscli/options.h"
#include "tlscli/report.h"

namespace nacre::tlscli {

Outcome<void> run_connect(const ClientOptions& options, Report& report);
Outcome<void> run_get(const ClientOptions& options, Report& report);
Outcome<void> run_resume(const ClientOptions& options, Report& report);
Outcome<void> run_bench(const BenchOptions& options, Report& report);
Outcome<void> run_server(const ServerOptions& options, Report& report);
Outcome<void> run_demo(const CommonOptions& options, Report& report);

enum class IssueKind : unsigned char { authority, leaf, client };
Outcome<void> run_issue(IssueKind kind, const IssueOptions& options, Report& report);
Outcome<void> run_ech_key(const EchKeyOptions& options, Report& report);
Outcome<void> run_show(const ShowOptions& options, Report& report);
Outcome<void> run_check(const CheckOptions& options, Report& report);
Outcome<void> run_policy(const PolicyOptions& options, Report& report);

}  // namespace nacre::tlscli
