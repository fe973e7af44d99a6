// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/doctor.h"

#include "app/session/debugging.h"
#include "app/session/medium.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/build/toolchains.h"
#include "platforms/program_run.h"

#include <QStandardPaths>

#include <algorithm>
#include <iterator>

namespace rumpus {

namespace {

using Verdict = HostCheck::Verdict;

HostCheck check(Verdict verdict, std::string subject, std::string words, std::string cure = {})
{
    return {.verdict = verdict,
            .subject = std::move(subject),
            .words = std::move(words),
            .cure = std::move(cure)};
}

std::string pathOf(const char* program)
{
    return QStandardPaths::findExecutable(QString::fromLatin1(program)).toStdString();
}

std::string firstLine(std::string_view text)
{
    const std::string_view line = trimmed(text);
    return printable(line.substr(0, line.find('\n')));
}

QCoro::Task<HostCheck> gdbCheck()
{
    const Result<GdbOptions> options = gdbOptions();
    if (!options) {
        co_return check(Verdict::Failed, "gdb", options.error().what, options.error().cure);
    }
    const std::string program = options->program;
    ProgramRun run;
    run.words = std::vector<std::string>{program, "-nx", "--batch", "-ex",
                                         "python print('with Python', gdb.VERSION)"};
    const Result<ProgramOutput> said = co_await runProgram(std::move(run));
    if (!said) {
        co_return check(Verdict::Failed, "gdb", formatted("there is no {}", printable(program)),
                        "install it (Debian: apt install gdb)");
    }
    if (!said->output.contains("with Python")) {
        co_return check(Verdict::Failed, "gdb", formatted("{} has no Python", printable(program)),
                        "install the whole one (Debian: apt install gdb, not gdb-minimal)");
    }
    co_return check(Verdict::Ok, "gdb", formatted("{}, {}", printable(program), firstLine(said->output)));
}

HostCheck libvirtCheck()
{
    std::error_code failed;
    if (std::filesystem::exists("/run/libvirt/libvirt-sock", failed)) {
        return check(Verdict::Ok, "libvirt", "the system's daemon runs: `rumpus hosts test qemu:///system`");
    }
    const bool installed = !pathOf("libvirtd").empty() || !pathOf("virtqemud").empty() ||
                           std::filesystem::exists("/usr/sbin/libvirtd", failed) ||
                           std::filesystem::exists("/usr/sbin/virtqemud", failed);
    return installed
               ? check(Verdict::Absent, "libvirt", "the system's daemon does not run",
                       "start it where you want its guests (systemctl start libvirtd)")
               : check(Verdict::Absent, "libvirt", "no daemon is installed; QEMU runs guests without one",
                       "install it where you want its guests (Debian: apt install libvirt-daemon-system)");
}

HostCheck xenCheck()
{
    const Result<std::string> capabilities = readFile("/proc/xen/capabilities");
    return capabilities && capabilities->contains("control_d")
               ? check(Verdict::Ok, "xen", "this is a Xen host: `rumpus hosts test xen:///system`")
               : check(Verdict::Absent, "xen", "this machine is no Xen host; others are reached by ssh",
                       "`rumpus hosts add xen+ssh://root@HOST/system NAME`");
}

HostCheck sshCheck()
{
    const std::string ssh = pathOf("ssh");
    return ssh.empty() ? check(Verdict::Warning, "ssh", "there is no ssh, so no other machine can be a host",
                               "install it (Debian: apt install openssh-client)")
                       : check(Verdict::Ok, "ssh", ssh);
}

HostCheck mediaCheck()
{
    const Result<void> tools = canMakeMedia();
    return tools ? check(Verdict::Ok, "media", "`rumpus image` can make CDs and disks")
                 : check(Verdict::Absent, "media", tools.error().what, tools.error().cure);
}

HostCheck toolchainCheck(const Toolchain& chain)
{
    const std::string subject = chain.name;
    if (chain.tools.empty()) {
        return check(Verdict::Absent, subject, formatted("not here; it is for {}", chain.purpose),
                     chain.cure);
    }
    const auto broken = std::ranges::find(chain.tools, false, &FoundTool::works);
    if (broken != chain.tools.end()) {
        return check(Verdict::Warning, subject,
                     formatted("{} does not run: {}", printable(broken->path.native()), broken->version),
                     "mend it, or take it out of PATH");
    }
    if (!chain.isComplete()) {
        return check(Verdict::Warning, subject,
                     formatted("{} is here, but not {}", chain.tools.front().name, join(chain.missing, ", ")),
                     chain.cure);
    }
    const FoundTool& first = chain.tools.front();
    std::vector<std::string> names;
    std::ranges::transform(chain.tools, std::back_inserter(names), &FoundTool::name);
    std::string words = formatted("{} ({}) in {}", join(names, ", "), first.version,
                                  printable(first.path.parent_path().native()));
    std::vector<std::string> configs;
    for (const auto& [name, description] : chain.bakeConfigs) {
        configs.push_back(name);
    }
    if (!configs.empty()) {
        words += formatted("; bakes for {}", join(configs, ", "));
    }
    return check(Verdict::Ok, subject, std::move(words));
}

} // namespace

QCoro::Task<std::vector<HostCheck>> examineMachine()
{
    std::vector<HostCheck> checks = co_await testHost("local");
    checks.push_back(co_await gdbCheck());
    checks.push_back(libvirtCheck());
    checks.push_back(xenCheck());
    checks.push_back(sshCheck());
    checks.push_back(mediaCheck());
    for (const Toolchain& chain : co_await findToolchains()) {
        checks.push_back(toolchainCheck(chain));
    }
    co_return checks;
}

} // namespace rumpus
