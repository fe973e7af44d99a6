// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/remote_logs.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroSignal>
#include <QCoroTimer>
#include <QPointer>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace rumpus {

namespace {

using namespace std::chrono_literals;

/// Between the starts of two questions: each costs both machines some processes.
constexpr auto betweenQuestions = 100ms;
constexpr auto betweenLooks = 500ms;
/// Answers with nothing, until it is only looked at.
constexpr int patienceForWords = 20;
constexpr int patienceForMore = 5;
constexpr auto betweenTries = 5000ms;

/// $1: "user" or "everyone", $2: the guest's UUID. Prints the log's path. The daemon's user may pass through
/// the folder and write to the file that it is told of; the logs of the newest 50 guests stay.
constexpr std::string_view makeLog = R"sh(
umask 077
if [ "$1" = user ]; then
    d=${XDG_CACHE_HOME:-$HOME/.cache}/rumpus/consoles
    mkdir -p "$d" || exit 1
else
    t=/var/tmp/rumpus-$(id -u)
    d=$t/consoles
    mkdir -p "$d" || exit 1
    if [ -L "$t" ] || ! [ -O "$t" ]; then echo "$t belongs to somebody else" >&2; exit 1; fi
    chmod 711 "$t" "$d" || exit 1
fi
ls -t "$d" | grep '\.log$' | tail -n +50 | while read -r old; do rm -f "$d/$old" "$d/$old".*; done
: >"$d/$2.log" && printf '%s\n' "$d/$2.log"
)sh";

} // namespace

/// One log and its copy, as long as this process is the one that keeps it.
class RemoteLogs::Mirror {
public:
    explicit Mirror(Copy copy) : copy_(std::move(copy)) {}
    ~Mirror() { close(); }
    Mirror(const Mirror&) = delete;
    Mirror& operator=(const Mirror&) = delete;

    const Copy& copy() const { return copy_; }
    const LogProgress& known() const { return known_; }
    bool dirty = true;
    std::uint64_t lastAsked = 0; ///< by the order of the questions
    bool whole = false;          ///< nothing was left there when it was last asked for
    int patience = 0;            ///< how often it is asked for more, though nothing comes
    bool over = false;           ///< nothing more is asked for
    bool toldFull = false;

    /// Whether it is for this process to keep it; another one's end makes it so.
    bool keeps()
    {
        if (file_ >= 0) {
            return true;
        }
        keeper_ = ::open(position().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (keeper_ < 0 || ::flock(keeper_, LOCK_EX | LOCK_NB) != 0) {
            close();
            return false;
        }
        file_ = ::open(copy_.file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
        load();
        return file_ >= 0;
    }

    /// Adds bytes and notes how far the log is known. Errors: not all of them were kept.
    Result<void> add(std::string_view bytes, const LogProgress& known)
    {
        known_ = known;
        const std::uint64_t room = copy_.limit == 0 ? UINT64_MAX : copy_.limit - std::min(copy_.limit, size_);
        const bool full = bytes.size() > room;
        bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), room)));
        while (!bytes.empty()) {
            const ssize_t written = ::write(file_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) {
                continue;
            }
            if (written <= 0) {
                save();
                return hostError(formatted("what the guest prints is lost: cannot write {}",
                                           printable(copy_.file.native())),
                                 std::strerror(errno));
            }
            size_ += static_cast<std::uint64_t>(written);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        save();
        return full ? hostError("the console's log is full: what the guest prints from now on is not kept")
                    : Result<void>();
    }

    void close()
    {
        for (int* file : {&file_, &keeper_}) {
            if (*file >= 0) {
                ::close(*file);
            }
            *file = -1;
        }
    }

private:
    std::filesystem::path position() const { return copy_.file.native() + ".position"; }

    void load()
    {
        struct stat status{};
        size_ = ::fstat(file_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
        known_ = copy_.log.begin;
        const std::vector<std::string> words = split(readFile(position()).value_or(""), ' ');
        if (words.size() == 3) {
            known_.inode = std::strtoull(words[0].c_str(), nullptr, 10);
            // what was added after the note was made is known, too
            const std::uint64_t noted = std::strtoull(words[2].c_str(), nullptr, 10);
            known_.offset =
                std::strtoull(words[1].c_str(), nullptr, 10) + (size_ > noted ? size_ - noted : 0);
        }
    }

    /// In place, for the lock is the file's.
    void save() const
    {
        const std::string note = formatted("{} {} {}", known_.inode, known_.offset, size_);
        if (::pwrite(keeper_, note.data(), note.size(), 0) == static_cast<ssize_t>(note.size())) {
            [[maybe_unused]] const int cut = ::ftruncate(keeper_, static_cast<off_t>(note.size()));
        }
    }

    Copy copy_;
    LogProgress known_;
    std::uint64_t size_ = 0; ///< of the copy
    int keeper_ = -1;        ///< the note of how far the log is known, locked
    int file_ = -1;
};

RemoteLogs::RemoteLogs(std::shared_ptr<SshRemote> remote, Audience audience)
    : remote_(std::move(remote)), audience_(audience)
{
    soon_.setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &RemoteLogs::run);
    connect(&every_, &QTimer::timeout, this, &RemoteLogs::lookAtAll);
}

RemoteLogs::~RemoteLogs() = default;

QCoro::Task<Result<std::filesystem::path>> RemoteLogs::create(std::string uuid)
{
    const std::vector<std::string> make{
        "sh", "-c", std::string(makeLog), "sh", audience_ == Audience::User ? "user" : "everyone", uuid};
    const Result<SshOutput> made = co_await remote_->run(make);
    if (!made) {
        co_return std::unexpected(made.error());
    }
    const std::string log(trimmed(made->output));
    if (made->status != 0 || !log.starts_with('/')) {
        co_return hostError("no log of the console can be made on the host",
                            printable(trimmed(made->errors)));
    }
    co_return std::filesystem::path(log);
}

std::shared_ptr<RemoteLogs::Mirror> RemoteLogs::follow(const Copy& copy)
{
    std::shared_ptr<Mirror> mirror = mirrors_[copy.file].lock();
    if (!mirror) {
        mirror = std::make_shared<Mirror>(copy);
        mirrors_[copy.file] = mirror;
    }
    mirror->over = false;
    every_.start(betweenLooks);
    look(*mirror);
    return mirror;
}

/// Those that somebody holds.
RemoteLogs::Mirrors RemoteLogs::mirrors()
{
    Mirrors held;
    std::erase_if(mirrors_, [&held](const auto& entry) {
        std::shared_ptr<Mirror> mirror = entry.second.lock();
        if (mirror) {
            held.push_back(std::move(mirror));
        }
        return entry.second.expired();
    });
    if (held.empty()) {
        every_.stop();
    }
    return held;
}

void RemoteLogs::look(Mirror& mirror)
{
    if (mirror.over) {
        return;
    }
    mirror.dirty = true;
    mirror.patience = patienceForWords;
    if (!asking_ && !soon_.isActive()) {
        const auto passed = std::chrono::milliseconds(sinceQuestion_.isValid() ? sinceQuestion_.elapsed()
                                                                               : betweenQuestions.count());
        soon_.start(std::max(0ms, betweenQuestions - passed));
    }
}

QCoro::Task<bool> RemoteLogs::fetched(std::shared_ptr<Mirror> mirror)
{
    const QPointer<RemoteLogs> self(this);
    // a question that is on its way may be too old
    while (self && asking_) {
        co_await qCoro(this, &RemoteLogs::questionOver);
    }
    if (self) {
        mirror->whole = mirror->over;
        look(*mirror);
    }
    bool answered = true;
    while (self && answered && !mirror->whole) {
        answered = co_await qCoro(this, &RemoteLogs::questionOver);
    }
    co_return answered;
}

QCoro::Task<> RemoteLogs::lastWordsFetched(std::shared_ptr<Mirror> mirror)
{
    // virtlogd writes after libvirtd has said that the guest is gone; how long after, a question's time tells
    static constexpr int enough = 3;
    const QPointer<RemoteLogs> self(this);
    bool answered = true;
    for (int i = 0; i < enough && answered && self; ++i) {
        answered = co_await fetched(mirror);
    }
}

bool RemoteLogs::isKept(Mirror& mirror)
{
    return mirror.keeps();
}

void RemoteLogs::close(Mirror& mirror)
{
    mirror.over = true;
    mirror.dirty = false;
    mirror.close();
}

QCoro::Task<> RemoteLogs::run()
{
    if (asking_) {
        co_return;
    }
    const QPointer<RemoteLogs> self(this);
    asking_ = true;
    sinceQuestion_.start();
    const bool answered = co_await fetchOnce();
    if (!self) {
        co_return;
    }
    asking_ = false;
    Q_EMIT questionOver(answered);
    if (!self) {
        co_return;
    }
    bool more = false;
    for (const auto& mirror : mirrors()) {
        if (answered && !mirror->over && !mirror->dirty && mirror->patience > 0) {
            --mirror->patience;
            mirror->dirty = true;
        }
        more = more || mirror->dirty;
    }
    // where the host did not answer, the next look is the next try; one that is slow to answer has other
    // things to do, too
    if (answered && more) {
        const std::chrono::milliseconds took(sinceQuestion_.elapsed());
        soon_.start(std::max(took, betweenQuestions - took));
    }
}

/// False where the host did not answer.
QCoro::Task<bool> RemoteLogs::fetchOnce()
{
    // of each at most half a megabyte comes at once (the script)
    static constexpr std::size_t mostLogs = 16;
    const QPointer<RemoteLogs> self(this);
    Mirrors asked;
    std::string lines;
    Mirrors held = mirrors();
    // those that wait the longest come first
    std::ranges::stable_sort(held, {}, [](const auto& mirror) { return mirror->lastAsked; });
    ++questions_;
    for (const auto& mirror : held) {
        if (!mirror->dirty || asked.size() == mostLogs) {
            continue;
        }
        mirror->dirty = false;
        mirror->whole = true;
        mirror->lastAsked = questions_;
        if (!mirror->keeps()) {
            continue;
        }
        if (const auto line = logFetchLine(asked.size(), mirror->known(), mirror->copy().log.file.native())) {
            lines += *line;
            asked.push_back(mirror);
        }
    }
    if (asked.empty()) {
        co_return true;
    }
    const std::vector<std::string> fetch{"sh", "-c", std::string(logFetchScript()), "sh"};
    const Result<SshOutput> output = co_await remote_->run(fetch, QByteArray::fromStdString(lines));
    if (!self || !output) {
        for (const auto& mirror : asked) {
            mirror->dirty = !mirror->over;
            mirror->whole = mirror->over;
        }
        co_return false;
    }
    for (const LogPiece& piece : logPieces(output->output)) {
        if (piece.number < asked.size() && !asked[piece.number]->over) {
            take(*asked[piece.number], piece);
        }
    }
    co_return true;
}

void RemoteLogs::take(Mirror& mirror, const LogPiece& piece)
{
    switch (piece.kind) {
    case LogPiece::Kind::Skipped:
        Q_EMIT lost(&mirror,
                    tr("part of the console is missing here: the guest printed more than its log keeps"));
        break;
    case LogPiece::Kind::Unreadable: Q_EMIT unreadable(&mirror); break;
    case LogPiece::Kind::Bytes:
        mirror.dirty = mirror.dirty || piece.more;
        mirror.whole = !piece.more;
        mirror.patience = std::max(mirror.patience, patienceForMore);
        if (const Result<void> added = mirror.add(piece.bytes, piece.known);
            !added && !std::exchange(mirror.toldFull, true)) {
            Q_EMIT lost(&mirror, QString::fromStdString(toString(added.error())));
        }
        break;
    }
}

QCoro::Task<> RemoteLogs::lookAtAll()
{
    const QPointer<RemoteLogs> self(this);
    if (asking_) {
        co_return;
    }
    std::vector<std::string> look{"stat", "-c", "%i %s %n", "--"};
    Mirrors asked;
    for (const auto& mirror : mirrors()) {
        if (!mirror->over && mirror->keeps()) {
            look.push_back(mirror->copy().log.file.native());
            asked.push_back(mirror);
        }
    }
    if (asked.empty()) {
        co_return;
    }
    asking_ = true;
    QElapsedTimer timer;
    timer.start();
    const Result<SshOutput> output = co_await remote_->run(look);
    if (!self) {
        co_return;
    }
    asking_ = false;
    every_.start(output ? std::max(betweenLooks, 2 * std::chrono::milliseconds(timer.elapsed()))
                        : std::chrono::milliseconds(betweenTries));
    const std::vector<std::string> lines = output ? split(output->output, '\n') : std::vector<std::string>();
    for (const auto& mirror : asked) {
        const std::string current = formatted("{} {} {}", mirror->known().inode, mirror->known().offset,
                                              mirror->copy().log.file.native());
        mirror->dirty = mirror->dirty || (output && !std::ranges::contains(lines, current));
    }
    co_await run();
}

} // namespace rumpus
