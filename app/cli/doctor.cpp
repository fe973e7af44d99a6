// rumpus doctor: what this machine has for unikernels, and the cure for what it lacks.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/doctor.h"

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "core/base/format.h"

#include <algorithm>

namespace rumpus::cli {

namespace {

struct DoctorOptions {
    bool json = false;
};

void printCheck(const HostCheck& check, bool json)
{
    if (json) {
        printJson({{"check", check.subject},
                   {"verdict", key(check.verdict)},
                   {"words", check.words},
                   {"cure", check.cure}});
        return;
    }
    print(formatted("{:<8} {:<10} {}\n", key(check.verdict), check.subject, check.words));
    if (!check.cure.empty()) {
        print(formatted("{:<19} → {}\n", "", check.cure));
    }
}

QCoro::Task<int> examine(DoctorOptions options)
{
    co_return printChecks(co_await examineMachine(), options.json);
}

} // namespace

int printChecks(const std::vector<HostCheck>& checks, bool json)
{
    for (const HostCheck& check : checks) {
        printCheck(check, json);
    }
    const bool failed = std::ranges::contains(checks, HostCheck::Verdict::Failed, &HostCheck::verdict);
    return failed ? HostFailed : EndedWell;
}

void defineDoctor(CLI::App& app, Action& chosen)
{
    defineCommand<DoctorOptions>(
        app, chosen, "doctor",
        "Look at all that this machine has for running, debugging and building unikernels, with the cure for "
        "the "
        "rest",
        [](CLI::App& command, DoctorOptions& options) { addJsonOption(command, options.json); }, examine);
}

} // namespace rumpus::cli
