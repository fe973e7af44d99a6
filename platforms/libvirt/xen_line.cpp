// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_line.h"

#include "core/base/text.h"

#include <QCoroSignal>

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace rumpus {

namespace {

/// $1: the domain's number; $2: whether what comes is wanted. xenconsoled has made the pty raw. The first
/// byte says that it is open; it ends with its input, or after all that a guest had printed that is gone.
constexpr std::string_view holdLine = R"sh(
t=$(xenstore-read "/local/domain/$1/console/tty") || exit 1
exec 3<>"$t" 4<&0 || exit 1
printf +
[ "$2" ] || exec cat <&4 >&3
cat <&3 & r=$!
(cat <&4; [ -e "$t" ] && kill "$r") >&3 2>/dev/null &
wait "$r"
exit 0
)sh";

} // namespace

XenLine::XenLine(std::shared_ptr<HostReach> reach, std::uint32_t domain, std::filesystem::path file,
                 std::uint64_t limit)
    : reach_(std::move(reach)), domain_(domain), path_(std::move(file)), limit_(limit)
{
}

XenLine::~XenLine()
{
    if (process_) {
        process_->closeWriteChannel();
    }
    closeFile();
}

void XenLine::closeFile()
{
    if (file_ >= 0) {
        ::close(std::exchange(file_, -1)); // its followers see that it is complete
    }
}

/// False: another one of ours feeds it, or it cannot be written.
bool XenLine::keepFile()
{
    file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file_ < 0 || ::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        closeFile();
        return false;
    }
    const auto size = static_cast<std::uint64_t>(std::max<off_t>(::lseek(file_, 0, SEEK_END), 0));
    room_ = limit_ == 0 ? UINT64_MAX : limit_ - std::min(limit_, size);
    return true;
}

QCoro::Task<Result<ConsoleWay::Outcome>> XenLine::open(Claim claim)
{
    const QPointer<XenLine> self(this);
    const bool keeps = path_.empty() || keepFile();
    if (!keeps && claim == Claim::IfFree) {
        co_return Outcome::KeptHere;
    }
    run(keeps);
    if (self && !ready_ && !over_) {
        co_await qCoro(this, &XenLine::settled);
    }
    if (!self || !ready_) {
        co_return hostError("the guest's console is not reached", self ? trouble_ : "it was closed");
    }
    co_return Outcome::Open;
}

QCoro::Task<> XenLine::run(bool reads)
{
    const QPointer<XenLine> self(this);
    ProgramRun run{
        .words = {"sh", "-c", std::string(holdLine), "sh", std::to_string(domain_), reads ? "reads" : ""}};
    run.feed = [self](QProcess& process) {
        if (self) {
            self->process_ = &process;
        } else {
            process.closeWriteChannel();
        }
    };
    run.take = [self](const QByteArray& bytes) {
        if (self) {
            self->take(bytes);
        }
    };
    const std::shared_ptr<HostReach> reach = reach_;
    const Result<ProgramOutput> done = co_await reach->runThere(std::move(run));
    if (!self) {
        co_return;
    }
    over_ = true;
    trouble_ = done ? printable(trimmed(done->errors)) : toString(done.error());
    closeFile();
    Q_EMIT settled();
    if (self && ready_) {
        Q_EMIT ended();
    }
}

void XenLine::take(QByteArray bytes)
{
    if (!std::exchange(ready_, true)) {
        bytes.remove(0, 1);
        Q_EMIT settled();
    }
    if (bytes.isEmpty()) {
        return;
    }
    if (path_.empty()) {
        Q_EMIT heard();
    } else {
        keep(bytes);
    }
}

void XenLine::keep(const QByteArray& bytes)
{
    const Result<void> kept =
        keepBytes(file_, room_, path_, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
    if (!kept && !std::exchange(told_, true)) {
        Q_EMIT lost(QString::fromStdString(kept.error().what));
    }
}

Result<void> XenLine::write(const QByteArray& bytes)
{
    static constexpr qint64 mostWaiting = qint64{1024} * 1024;
    if (!isOpen() || !process_) {
        return hostError("the guest takes no input any more", "it is gone, or its connection");
    }
    if (process_->bytesToWrite() + bytes.size() > mostWaiting) {
        return hostError("the guest does not read its input", "wait, or send less at once");
    }
    process_->write(bytes);
    return {};
}

QCoro::Task<> XenLine::finish()
{
    const QPointer<XenLine> self(this);
    // a host that does not answer any more is not waited for
    static constexpr std::chrono::seconds patience{5};
    if (process_ && !over_) {
        process_->closeWriteChannel();
        co_await qCoro(this, &XenLine::settled, patience);
    }
    if (self) {
        closeFile();
    }
}

} // namespace rumpus
