// GdbProcess: one GDB that is spoken to in its machine interface: a command in, its answer awaited.
//
// Answers find their command by its token, whatever stands between them; a record that cannot be read never
// keeps the next one waiting. GDB's end answers everything that still waits with an error.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "debug/gdb/command_pipe.h"
#include "debug/gdb/transcript.h"
#include "debug/mi/line_splitter.h"
#include "debug/mi/parser.h"

#include <QCoroTask>
#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QTimer>

#include <chrono>
#include <coroutine>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rumpus {

struct GdbOptions {
    std::string program = "gdb";
    /// Let GDB run the scripts that it finds beside images, and ask servers for debug information.
    bool autoLoad = false;
    bool debuginfod = false;
    /// A Python file that is loaded at the start; empty: none.
    std::filesystem::path script;
};

/// What this GDB can do.
struct GdbFeatures {
    std::string version; ///< "16.3"
    int major = 0;
    bool python = false;
    std::set<std::string, std::less<>> features; ///< the words of -list-features
    /// What is missing and what it costs, one sentence each; empty: nothing is.
    std::vector<std::string> missing;
};

class GdbProcess : public QObject {
    Q_OBJECT
public:
    explicit GdbProcess(GdbOptions options, QObject* parent = nullptr);
    ~GdbProcess() override;

    /// Starts GDB and asks what it can do. Errors: it is not there, too old, or says nothing.
    QCoro::Task<Result<void>> start();
    const GdbFeatures& features() const { return features_; }
    bool isRunning() const { return process_->state() == QProcess::Running; }
    qint64 processId() const { return process_->processId(); }

    /// Sends one MI command ("-stack-list-frames 0 20") and waits for its answer. An ^error is an error with
    /// GDB's own words, and so is GDB's end.
    QCoro::Task<Result<mi::Message>> send(std::string command);
    /// A command of GDB's command line, with what it printed.
    QCoro::Task<Result<std::string>> console(std::string command);

    /// SIGINT, which GDB's own loops (loading symbols, a pretty printer) listen to.
    void interrupt();
    /// Ends GDB at once; what waits is answered with an error.
    void kill();

    const Transcript& transcript() const { return transcript_; }
    /// After how long without a word from a GDB that owes an answer `silent` is emitted.
    void setPatience(std::chrono::milliseconds patience);

Q_SIGNALS:
    /// `*running` and `*stopped`.
    void execRecord(const rumpus::mi::Message& record);
    /// `=…`: breakpoints, libraries, threads changed behind our back.
    void notifyRecord(const rumpus::mi::Message& record);
    /// What GDB prints for people, and what it logs.
    void printed(const QByteArray& text);
    void logged(const QByteArray& text);
    /// GDB owes an answer to this command for so long and says nothing.
    void silent(const QString& command, std::chrono::milliseconds since);
    /// GDB is gone; the error has its last words. Not emitted after `kill`.
    void ended(const rumpus::Error& why);

private:
    struct Waiting {
        std::string command;
        QElapsedTimer since;
        std::coroutine_handle<> waiter;
        std::optional<Result<mi::Message>> answer;
        std::string printed; ///< what GDB printed for people meanwhile
    };
    struct Answer; // awaits a Waiting

    Answer answerTo(std::string command);
    QCoro::Task<Result<void>> probe();
    void readOutput();
    void readErrors();
    void handleLine(std::string_view line, bool cut);
    void handleAnswer(const mi::Message& message);
    void answerAll(const Error& error);
    void finish();
    void watch();

    GdbOptions options_;
    QProcess* process_; ///< outlives us until it has detached
    CommandPipe input_;
    GdbFeatures features_;
    Transcript transcript_;
    mi::LineSplitter splitter_;
    std::uint64_t nextToken_ = 1;
    std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
    QTimer watchdog_;
    QElapsedTimer lastWord_;
    std::chrono::milliseconds patience_{15'000};
    bool killed_ = false;
};

} // namespace rumpus
