// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/gdb/gdb_process.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "debug/mi/c_string.h"

#include <QCoroProcess>
#include <QPointer>

#include <algorithm>
#include <csignal>
#include <utility>

namespace rumpus {

/// Suspends until the answer is there. The waiting object is shared: GDB may end, and this process object go,
/// while somebody still awaits.
struct GdbProcess::Answer {
    std::shared_ptr<Waiting> waiting;

    bool await_ready() const { return waiting->answer.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) const { waiting->waiter = waiter; }
    Result<mi::Message> await_resume() const { return std::move(*waiting->answer); }
};

GdbProcess::GdbProcess(GdbOptions options, QObject* parent)
    : QObject(parent), options_(std::move(options)), process_(new QProcess)
{
    process_->setReadChannel(QProcess::StandardOutput);
    connect(process_, &QProcess::readyReadStandardOutput, this, &GdbProcess::readOutput);
    connect(process_, &QProcess::readyReadStandardError, this, &GdbProcess::readErrors);
    connect(process_, &QProcess::finished, this, &GdbProcess::finish);
    connect(&watchdog_, &QTimer::timeout, this, &GdbProcess::watch);
}

GdbProcess::~GdbProcess()
{
    process_->disconnect(this);
    if (!isRunning()) {
        delete process_;
        return;
    }
    // GDB detaches when its input ends, so that the guest goes on; nobody waits for that here
    connect(process_, &QProcess::finished, process_, &QObject::deleteLater);
    QTimer::singleShot(std::chrono::seconds(2), process_, &QProcess::kill);
    input_.close();
}

QCoro::Task<Result<void>> GdbProcess::start()
{
    const auto onOff = [](bool on) { return on ? QStringLiteral("on") : QStringLiteral("off"); };
    QStringList arguments{QStringLiteral("-nx"), QStringLiteral("-q"), QStringLiteral("--interpreter=mi3")};
    for (const QString& setting :
         {QStringLiteral("auto-load ") +
              (options_.autoLoad ? QStringLiteral("safe-path /") : QStringLiteral("off")),
          QStringLiteral("debuginfod enabled ") + onOff(options_.debuginfod), QStringLiteral("confirm off"),
          QStringLiteral("pagination off"), QStringLiteral("width 0"), QStringLiteral("height 0"),
          QStringLiteral("mi-async on"), QStringLiteral("history save off"),
          QStringLiteral("print thread-events off")}) {
        arguments << QStringLiteral("-iex") << QStringLiteral("set ") + setting;
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("TERM"), QStringLiteral("dumb"));
    process_->setProcessEnvironment(environment);
    // Ctrl+C in our terminal is meant for us
    process_->setUnixProcessParameters(QProcess::UnixProcessFlag::CreateNewSession);
    if (!input_.connectTo(*process_)) {
        co_return hostError("cannot speak to GDB: no file descriptors are left", "close some guests");
    }
    process_->start(QString::fromStdString(options_.program), arguments);
    // known within milliseconds; awaited by its signal, a failure would be known after half a minute
    const bool started = process_->waitForStarted();
    input_.started();
    if (!started) {
        co_return hostError(formatted("cannot start {}", printable(options_.program)),
                            "install GDB (Debian's package gdb)");
    }
    lastWord_.start();
    setPatience(patience_);
    // what says nothing now is no GDB
    const auto mute = connect(this, &GdbProcess::silent, process_, &QProcess::kill);
    const QPointer<GdbProcess> self(this);
    Result<void> probed = co_await probe();
    if (self) {
        disconnect(mute);
    }
    co_return probed;
}

QCoro::Task<Result<void>> GdbProcess::probe()
{
    static constexpr int oldest = 12; // the first with gdb.MICommand
    const Result<mi::Message> features = co_await send("-list-features");
    if (!features) {
        co_return std::unexpected(features.error());
    }
    for (const mi::Member feature : features.value()->results["features"]) {
        features_.features.insert(feature.value.text());
    }
    const Result<std::string> version = co_await console("show version");
    if (version) {
        const std::string first = version->substr(0, version->find('\n'));
        features_.version = first.substr(first.rfind(' ') + 1);
        features_.major = std::atoi(features_.version.c_str());
    }
    features_.python = features_.features.contains("python");
    if (features_.major < oldest) {
        features_.missing.push_back(
            formatted("GDB {} is older than {}: no guest threads", features_.version, oldest));
    }
    if (!features_.python) {
        features_.missing.emplace_back("this GDB has no Python: no guest threads, no pretty printers");
    } else if (!options_.script.empty() && features_.major >= oldest) {
        const auto loaded = co_await console("source " + options_.script.native());
        if (!loaded) {
            features_.missing.push_back("no guest threads: " + toString(loaded.error()));
        }
    }
    co_return {};
}

GdbProcess::Answer GdbProcess::answerTo(std::string command)
{
    auto waiting = std::make_shared<Waiting>();
    waiting->command = std::move(command);
    waiting->since.start();
    if (!isRunning()) {
        waiting->answer = hostError("GDB has ended", transcript_.lastWords());
        return {std::move(waiting)};
    }
    if (waiting_.empty()) {
        lastWord_.start();
    }
    const std::uint64_t token = nextToken_++;
    waiting_.emplace(token, waiting);
    // one line is one command: what a name or an expression brings along must not start another
    std::ranges::replace(waiting->command, '\n', ' ');
    const std::string line = formatted("{}{}", token, waiting->command);
    transcript_.add(Transcript::From::Us, line);
    input_.write(line + '\n');
    return {std::move(waiting)};
}

QCoro::Task<Result<mi::Message>> GdbProcess::send(std::string command)
{
    co_return co_await answerTo(std::move(command));
}

QCoro::Task<Result<std::string>> GdbProcess::console(std::string command)
{
    const Answer answer = answerTo("-interpreter-exec console " + mi::quote(command));
    const Result<mi::Message> done = co_await answer;
    if (!done) {
        co_return std::unexpected(done.error());
    }
    co_return std::move(answer.waiting->printed);
}

void GdbProcess::interrupt()
{
    if (isRunning()) {
        ::kill(static_cast<pid_t>(process_->processId()), SIGINT);
    }
}

void GdbProcess::kill()
{
    killed_ = true;
    process_->kill();
}

void GdbProcess::setPatience(std::chrono::milliseconds patience)
{
    patience_ = patience;
    watchdog_.start(std::max(patience / 4, std::chrono::milliseconds(10)));
}

void GdbProcess::readOutput()
{
    const QPointer<GdbProcess> self(this);
    lastWord_.start();
    const QByteArray bytes = process_->readAllStandardOutput();
    splitter_.add({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    // whoever gets an answer may end this object
    while (const auto line = splitter_.next()) {
        handleLine(line->text, line->cut);
        if (!self) {
            return;
        }
    }
}

void GdbProcess::readErrors()
{
    const QByteArray bytes = process_->readAllStandardError();
    for (const QByteArray& line : bytes.split('\n')) {
        if (!line.isEmpty()) {
            transcript_.add(Transcript::From::GdbErrors,
                            {line.constData(), static_cast<std::size_t>(line.size())});
            Q_EMIT logged(line + '\n');
        }
    }
}

void GdbProcess::handleLine(std::string_view line, bool cut)
{
    transcript_.add(Transcript::From::Gdb, line);
    const mi::Message message = mi::parse(std::string(line));
    if (message->problem || cut) {
        Q_EMIT logged(
            QByteArray::fromStdString(formatted("unreadable record from GDB at byte {}\n",
                                                message->problem ? message->problem->offset : line.size())));
    }
    const auto text = [&] { return QByteArray::fromStdString(message->text.text()); };
    switch (message->meant) {
    case mi::Kind::Result: handleAnswer(message); break;
    case mi::Kind::Exec: Q_EMIT execRecord(message); break;
    case mi::Kind::Notify: Q_EMIT notifyRecord(message); break;
    case mi::Kind::ConsoleStream:
        // GDB works on one command at a time: what it prints belongs to the oldest
        if (!waiting_.empty()) {
            waiting_.begin()->second->printed += message->text.text();
        }
        Q_EMIT printed(text());
        break;
    case mi::Kind::TargetStream: Q_EMIT printed(text()); break;
    case mi::Kind::LogStream: Q_EMIT logged(text()); break;
    case mi::Kind::Status:
    case mi::Kind::Prompt:
    case mi::Kind::Unknown:
    case mi::Kind::Malformed: break;
    }
}

void GdbProcess::handleAnswer(const mi::Message& message)
{
    if (!message->token) {
        return;
    }
    const auto found = waiting_.find(*message->token);
    if (found == waiting_.end()) {
        return; // GDB may answer twice; the first answer counts
    }
    const std::shared_ptr<Waiting> waiting = found->second;
    waiting_.erase(found);
    if (message->problem) {
        waiting->answer = hostError(formatted("GDB's answer to {} cannot be read: it lacks {}",
                                              printable(waiting->command), message->problem->expected),
                                    "save the transcript and report this");
    } else if (message->klass == "error") {
        waiting->answer = inputError(printable(message.record()["msg"].text()));
    } else {
        waiting->answer = message;
    }
    if (waiting->waiter) {
        std::exchange(waiting->waiter, nullptr).resume();
    }
}

void GdbProcess::answerAll(const Error& error)
{
    const QPointer<GdbProcess> self(this);
    while (self && !waiting_.empty()) {
        const std::shared_ptr<Waiting> waiting = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        waiting->answer = std::unexpected(error);
        if (waiting->waiter) {
            std::exchange(waiting->waiter, nullptr).resume();
        }
    }
}

void GdbProcess::finish()
{
    readOutput();
    readErrors();
    watchdog_.stop();
    const std::string words = transcript_.lastWords();
    const std::string how = process_->exitStatus() == QProcess::CrashExit
                                ? formatted("GDB was killed by signal {}", process_->exitCode())
                                : formatted("GDB ended with status {}", process_->exitCode());
    const Error why{.fault = Fault::Host,
                    .what = words.empty() ? how : formatted("{}; its last words: {}", how, words),
                    .cure = "the guest goes on; attach again to debug it"};
    const QPointer<GdbProcess> self(this);
    // told first, so that those who waited for an answer know why there is none
    if (!killed_) {
        Q_EMIT ended(why);
    }
    if (self) {
        answerAll(why);
    }
}

void GdbProcess::watch()
{
    const std::chrono::milliseconds quiet(lastWord_.elapsed());
    if (waiting_.empty() || quiet < patience_) {
        return;
    }
    const Waiting& oldest = *waiting_.begin()->second;
    Q_EMIT silent(QString::fromStdString(oldest.command), std::chrono::milliseconds(oldest.since.elapsed()));
}

} // namespace rumpus
