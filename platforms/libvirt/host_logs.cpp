// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/host_logs.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/log_position.h"

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

/// Answers with nothing, until it is only looked at.
constexpr int patienceForWords = 20;
constexpr int patienceForMore = 5;
/// Until the daemon is taken at its word.
constexpr int mostRefusals = 5;
constexpr auto betweenTries = 5000ms;

/// After makeFolderFor; $2: the guest's UUID. Prints the log's path. The daemon writes to the file that it is
/// told of; the logs of the newest 50 guests stay.
constexpr std::string_view makeLog = R"sh(
ls -t "$d" | grep '\.log$' | tail -n +50 | while read -r old; do rm -f "$d/$old" "$d/$old".*; done
: >"$d/$2.log" && printf '%s\n' "$d/$2.log"
)sh";

} // namespace

/// One log and its copy, as long as this process is the one that keeps it.
class HostLogs::Mirror {
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
    int refusals = 0;            ///< of the daemon to read it, one after the other
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

HostLogs::HostLogs(Runner runner, Audience audience, Pace pace)
    : runner_(std::move(runner)), audience_(audience), pace_(pace)
{
    soon_.setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &HostLogs::run);
    connect(&every_, &QTimer::timeout, this, &HostLogs::lookAtAll);
}

HostLogs::~HostLogs() = default;

QCoro::Task<Result<std::filesystem::path>> HostLogs::create(std::string uuid)
{
    const std::string script = makeFolderFor("consoles") + std::string(makeLog);
    ProgramRun make{.words = {"sh", "-c", script, "sh", std::string(key(audience_)), std::move(uuid)}};
    const Result<ProgramOutput> made = co_await runner_(std::move(make));
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

std::shared_ptr<HostLogs::Mirror> HostLogs::follow(const Copy& copy)
{
    std::shared_ptr<Mirror> mirror = mirrors_[copy.file].lock();
    if (!mirror) {
        mirror = std::make_shared<Mirror>(copy);
        mirrors_[copy.file] = mirror;
    }
    mirror->over = false;
    every_.start(pace_.looks);
    look(*mirror);
    return mirror;
}

/// Those that somebody holds.
HostLogs::Mirrors HostLogs::mirrors()
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

void HostLogs::look(Mirror& mirror)
{
    if (mirror.over) {
        return;
    }
    mirror.dirty = true;
    mirror.patience = patienceForWords;
    if (!asking_ && !soon_.isActive()) {
        const auto passed =
            sinceQuestion_.isValid() ? std::chrono::milliseconds(sinceQuestion_.elapsed()) : pace_.questions;
        soon_.start(std::max(0ms, pace_.questions - passed));
    }
}

QCoro::Task<bool> HostLogs::fetched(std::shared_ptr<Mirror> mirror)
{
    const QPointer<HostLogs> self(this);
    // a question that is on its way may be too old
    while (self && asking_) {
        co_await qCoro(this, &HostLogs::questionOver);
    }
    if (self) {
        mirror->whole = mirror->over;
        look(*mirror);
    }
    bool answered = true;
    while (self && answered && !mirror->whole) {
        answered = co_await qCoro(this, &HostLogs::questionOver);
    }
    co_return answered;
}

QCoro::Task<> HostLogs::lastWordsFetched(std::shared_ptr<Mirror> mirror)
{
    // virtlogd writes after libvirtd has said that the guest is gone; how long after, a question's time tells
    static constexpr int enough = 3;
    const QPointer<HostLogs> self(this);
    bool answered = true;
    for (int i = 0; i < enough && answered && self; ++i) {
        answered = co_await fetched(mirror);
    }
}

bool HostLogs::isKept(Mirror& mirror)
{
    return mirror.keeps();
}

void HostLogs::close(Mirror& mirror)
{
    mirror.over = true;
    mirror.dirty = false;
    mirror.close();
}

QCoro::Task<> HostLogs::run()
{
    if (asking_) {
        co_return;
    }
    const QPointer<HostLogs> self(this);
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
    bool behind = false; // and knows it
    for (const auto& mirror : mirrors()) {
        if (answered && !mirror->over && !mirror->dirty && mirror->patience > 0) {
            --mirror->patience;
            mirror->dirty = true;
        }
        more = more || mirror->dirty;
        behind = behind || (mirror->dirty && !mirror->whole);
    }
    // where the host did not answer, the next look is the next try; one that is slow to answer has other
    // things to do, too
    if (answered && more) {
        const std::chrono::milliseconds took(sinceQuestion_.elapsed());
        soon_.start(std::max(behind ? took : 2 * took, pace_.questions - took));
    }
}

/// False where the host did not answer.
QCoro::Task<bool> HostLogs::fetchOnce()
{
    // of each at most half a megabyte comes at once (the script)
    static constexpr std::size_t mostLogs = 16;
    const QPointer<HostLogs> self(this);
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
    ProgramRun fetch{.words = {"sh", "-c", std::string(logFetchScript()), "sh"},
                     .input = QByteArray::fromStdString(lines)};
    const Result<ProgramOutput> output = co_await runner_(std::move(fetch));
    if (!self || !output) {
        for (const auto& mirror : asked) {
            mirror->dirty = !mirror->over;
            mirror->whole = mirror->over;
        }
        co_return false;
    }
    std::vector<Withheld> withheld;
    for (const LogPiece& piece : logPieces(output->output)) {
        if (piece.number >= asked.size() || asked[piece.number]->over) {
            continue;
        }
        const std::shared_ptr<Mirror>& mirror = asked[piece.number];
        if (piece.kind == LogPiece::Kind::Unreadable && mirror->copy().ours && reader_) {
            withheld.push_back(
                {mirror, piece.known, piece.count, logGeneration(mirror->copy().log.file, piece.age)});
        } else {
            take(*mirror, piece);
        }
    }
    for (Withheld& part : withheld) {
        co_await takeByDaemon(std::move(part));
        if (!self) {
            co_return false;
        }
    }
    co_return true;
}

QCoro::Task<> HostLogs::takeByDaemon(Withheld withheld)
{
    const QPointer<HostLogs> self(this);
    const std::shared_ptr<Mirror> mirror = withheld.mirror;
    mirror->dirty = true; // there may be more, or another try is needed
    mirror->whole = false;
    const Result<QByteArray> bytes = co_await reader_(withheld.file, withheld.from.offset, withheld.count);
    if (!self) {
        co_return;
    }
    if (!bytes || bytes->isEmpty()) {
        // a rotation in between fails as well, and is over with the next question
        if (++mirror->refusals == mostRefusals) {
            Q_EMIT unreadable(mirror.get());
        }
        co_return;
    }
    mirror->refusals = 0;
    // where the log was rotated meanwhile, the bytes can be of another file
    ProgramRun identify{.words = {"stat", "-c", "%i", "--", withheld.file.native()}};
    const Result<ProgramOutput> file = co_await runner_(std::move(identify));
    if (!self || mirror->over || !file || trimmed(file->output) != std::to_string(withheld.from.inode)) {
        co_return;
    }
    const auto got = std::min<std::uint64_t>(withheld.count, static_cast<std::uint64_t>(bytes->size()));
    add(*mirror, {bytes->constData(), static_cast<std::size_t>(got)},
        {.inode = withheld.from.inode, .offset = withheld.from.offset + got});
}

void HostLogs::take(Mirror& mirror, const LogPiece& piece)
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
        add(mirror, piece.bytes, piece.known);
        break;
    }
}

void HostLogs::add(Mirror& mirror, std::string_view bytes, const LogProgress& known)
{
    mirror.patience = std::max(mirror.patience, patienceForMore);
    if (const Result<void> added = mirror.add(bytes, known);
        !added && !std::exchange(mirror.toldFull, true)) {
        Q_EMIT lost(&mirror, QString::fromStdString(toString(added.error())));
    }
}

QCoro::Task<> HostLogs::lookAtAll()
{
    const QPointer<HostLogs> self(this);
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
    const Result<ProgramOutput> output = co_await runner_({.words = std::move(look)});
    if (!self) {
        co_return;
    }
    asking_ = false;
    every_.start(output ? std::max(pace_.looks, 6 * std::chrono::milliseconds(timer.elapsed()))
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
