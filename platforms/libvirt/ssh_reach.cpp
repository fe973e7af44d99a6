// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/ssh_reach.h"

#include "core/base/text.h"
#include "platforms/libvirt/host_uri.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace rumpus {

namespace {

/// Where the daemons of systems listen (libvirt: daemons.rst); as libvirt does, the hypervisor's own first.
std::vector<std::string> daemonSockets(const HostUri& uri)
{
    static constexpr std::array<std::string_view, 4> sshs{"keyfile", "known_hosts", "no_verify", "no_tty"};
    const bool plain =
        uri.path == "/system" && std::ranges::all_of(uri.parameters, [](const auto& parameter) {
            return std::ranges::contains(sshs, parameter.first);
        });
    const char* own = uri.driver == "xen" ? "/run/libvirt/virtxend-sock" : "/run/libvirt/virtqemud-sock";
    return plain ? std::vector<std::string>{own, "/run/libvirt/libvirt-sock"} : std::vector<std::string>();
}

} // namespace

SshReach::SshReach(SshDestination destination, Audience audience)
    : remote_(std::make_shared<SshRemote>(std::move(destination))), audience_(audience),
      logs_([remote = remote_](ProgramRun run) { return remote->run(std::move(run)); }, audience,
            {.questions = std::chrono::milliseconds(100), .looks = std::chrono::milliseconds(500)})
{
}

QCoro::Task<Result<std::vector<std::string>>> SshReach::connectionUris(std::string text)
{
    const Result<HostUri> uri = parseHostUri(text);
    if (!uri) {
        co_return std::unexpected(uri.error());
    }
    const Result<std::filesystem::path> program = remote_->program();
    if (!program) {
        co_return std::unexpected(program.error());
    }
    if (const Result<void> connected = co_await remote_->connect(); !connected) {
        co_return std::unexpected(connected.error());
    }
    std::vector<std::string> uris;
    for (const std::string& daemon : daemonSockets(*uri)) {
        if (const Result<std::filesystem::path> here = co_await socket(daemon)) {
            uris.push_back(toString(HostUri{.driver = uri->driver,
                                            .transport = "unix",
                                            .path = uri->path,
                                            .parameters = {{"socket", here->native()}}}));
        }
    }
    uris.push_back(connectionUri(*uri, program->native()));
    co_return uris;
}

QCoro::Task<Result<std::filesystem::path>> SshReach::place(std::filesystem::path file)
{
    return remote_->copy(std::move(file), audience_);
}

QCoro::Task<Result<std::filesystem::path>> SshReach::placeDisk(std::filesystem::path file)
{
    return remote_->copyDisk(std::move(file), audience_);
}

QCoro::Task<Result<void>> SshReach::receive(Write write, std::filesystem::path file)
{
    // QEMU's daemon may be anybody there, but root or the user who made the pipe can write into it
    static constexpr std::string_view make =
        R"(umask 077; d=$(mktemp -d) && mkfifo "$d/pipe" && printf '%s\n' "$d")";
    // a reader that still waits for its writer gets an end instead
    static constexpr std::string_view remove = R"(exec 3<>"$1/pipe"; rm -rf -- "$1")";
    const std::vector<std::string> making{"sh", "-c", std::string(make)};
    const Result<ProgramOutput> made = co_await remote_->run(making);
    if (!made) {
        co_return std::unexpected(made.error());
    }
    const std::string folder(trimmed(made->output));
    if (made->status != 0 || !folder.starts_with('/')) {
        co_return hostError("no pipe can be made on the host", printable(trimmed(made->errors)));
    }
    const std::filesystem::path part = file.native() + ".part";
    QCoro::Task<Result<void>> fetching = remote_->fetch(folder + "/pipe", part);
    Result<void> done = co_await write(folder + "/pipe");
    const std::vector<std::string> removing{"sh", "-c", std::string(remove), "sh", folder};
    const Result<ProgramOutput> removed = co_await remote_->run(removing);
    const Result<void> fetched = co_await fetching;
    if (done && !removed) {
        done = std::unexpected(removed.error());
    }
    co_return keepOrDrop(part, file, done ? fetched : done);
}

QCoro::Task<Result<GdbEndpoint>> SshReach::forward(std::uint16_t hostPort)
{
    const std::shared_ptr<Forwards> forwards = forwards_;
    forwards->erase(hostPort);
    Result<std::unique_ptr<SshForward>> forward = co_await remote_->forward(hostPort);
    if (!forward) {
        co_return std::unexpected(forward.error());
    }
    const GdbEndpoint endpoint{.address = (*forward)->socket()};
    (*forwards)[hostPort] = std::move(*forward);
    co_return endpoint;
}

QCoro::Task<Result<std::filesystem::path>> SshReach::socket(std::filesystem::path hostSocket)
{
    const std::shared_ptr<Sockets> sockets = sockets_;
    Result<std::unique_ptr<SshForward>> forward = co_await remote_->forward(hostSocket);
    if (!forward) {
        co_return std::unexpected(forward.error());
    }
    std::filesystem::path here = (*forward)->socket();
    // each is new, for an older one may lead through a connection that was lost meanwhile
    static constexpr std::size_t mostKept = 8;
    sockets->push_back(std::move(*forward));
    if (sockets->size() > mostKept) {
        sockets->pop_front();
    }
    co_return here;
}

} // namespace rumpus
