// CommandPipe: a child's standard input that is written to at once, not when the event loop turns next.
//
// QProcess keeps what is written until control is back in the event loop: a question that is asked while
// others still hear of a stop would leave only after them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#include <memory>
#include <string>
#include <string_view>

class QProcess;

namespace rumpus {

class CommandPipe {
public:
    CommandPipe() = default;
    ~CommandPipe() { close(); }
    CommandPipe(const CommandPipe&) = delete;
    CommandPipe& operator=(const CommandPipe&) = delete;

    /// Makes this the standard input of a process that is about to be started. False: there are no file
    /// descriptors left.
    bool connectTo(QProcess& process);
    /// To be called when it has been started, or has not.
    void started();
    /// What the child does not take now follows as soon as it does. Lost where the child is gone.
    void write(std::string_view bytes);
    /// The child's input ends here.
    void close();

private:
    void flush();

    int ours_ = -1;
    int childs_ = -1;
    std::string waiting_;
    std::unique_ptr<QSocketNotifier> notifier_; ///< enabled while something waits
};

} // namespace rumpus
