// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/event_journal.h"

#include "core/config/config.h"

namespace rumpus {

namespace {

ShutdownReason reasonOf(const std::string& word)
{
    if (word == "guest-shutdown") {
        return ShutdownReason::GuestShutdown;
    }
    if (word == "guest-reset" || word == "subsystem-reset") {
        return ShutdownReason::GuestReset;
    }
    if (word == "guest-panic") {
        return ShutdownReason::GuestPanic;
    }
    if (word == "host-qmp-quit") {
        return ShutdownReason::HostQuit;
    }
    return word == "host-signal" ? ShutdownReason::HostSignal : ShutdownReason::HostError;
}

} // namespace

void EventJournal::read(const QByteArray& bytes)
{
    // far above any message of QMP's: a line without an end must not grow without one
    static constexpr qsizetype longestLine = qsizetype{1} << 20;
    rest_ += bytes;
    qsizetype start = 0;
    for (qsizetype end = rest_.indexOf('\n', searched_); end >= 0; end = rest_.indexOf('\n', start)) {
        readLine(rest_.sliced(start, end - start));
        start = end + 1;
    }
    rest_.remove(0, start);
    if (rest_.size() > longestLine) {
        rest_ = "x"; // no JSON begins so: what is still to come of the line is no message
    }
    searched_ = rest_.size();
}

void EventJournal::readLine(const QByteArray& line)
{
    const Json message = Json::parse(line.cbegin(), line.cend(), nullptr, false);
    if (!message.is_object()) {
        return;
    }
    if (message.contains("return")) {
        ready_ = true;
        return;
    }
    const auto eventName = message.find("event");
    if (eventName == message.end() || !eventName->is_string()) {
        return;
    }
    const auto event = eventName->get<std::string>();
    if (event == "STOP") {
        stopped_ = true;
    } else if (event == "RESUME") {
        stopped_ = false;
        shutdown_.reset();
    } else if (event == "RESET") {
        ++boots_;
        shutdown_.reset();
    } else if (event == "GUEST_PANICKED") {
        shutdown_ = ShutdownReason::GuestPanic;
    } else if (event == "SHUTDOWN" && shutdown_ != ShutdownReason::GuestPanic) {
        const auto data = message.find("data");
        const Json* word = data != message.end() && data->is_object() && data->contains("reason")
                               ? &data->at("reason")
                               : nullptr;
        const ShutdownReason reason =
            reasonOf(word != nullptr && word->is_string() ? word->get<std::string>() : std::string());
        // what the guest did first is the reason; that a held guest is quit later is not
        shutdown_ = shutdown_.value_or(reason);
    }
}

} // namespace rumpus
