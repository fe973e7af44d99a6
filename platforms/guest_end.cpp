// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/guest_end.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <cstring>

namespace rumpus {

namespace {

GuestEnd spokenEnd(const SpokenEnd& spoken)
{
    return {.how = spoken.how == SpokenEnd::How::Crashed ? GuestEnd::How::Crashed : GuestEnd::How::Ended,
            .status = spoken.status,
            .words = spoken.words};
}

GuestEnd endedByGuest(const GuestEvidence& evidence)
{
    switch (*evidence.shutdown) {
    case ShutdownReason::GuestShutdown:
        return evidence.spoken ? spokenEnd(*evidence.spoken) : GuestEnd{.how = GuestEnd::How::PoweredOff};
    case ShutdownReason::GuestReset:
        // a guest that has said how it ended may have no other way to leave the machine than a reset
        if (evidence.spoken) {
            return spokenEnd(*evidence.spoken);
        }
        return {.how = evidence.tripleFault ? GuestEnd::How::TripleFault : GuestEnd::How::Reset};
    case ShutdownReason::GuestPanic:
        return {.how = GuestEnd::How::Panicked,
                .words = evidence.spoken ? evidence.spoken->words : std::string()};
    case ShutdownReason::HostSignal:
        // a host that destroys what has powered off does it by a signal, which can be all that is heard
        if (evidence.spoken && !evidence.stoppedByUs) {
            return spokenEnd(*evidence.spoken);
        }
        return {.how = evidence.stoppedByUs ? GuestEnd::How::Stopped : GuestEnd::How::Killed,
                .words = "QEMU got a signal"};
    case ShutdownReason::HostQuit: return {.how = GuestEnd::How::Stopped};
    case ShutdownReason::HostError:
        return {.how = GuestEnd::How::Killed, .words = emulatorError(evidence.emulatorWords)};
    }
    std::unreachable();
}

GuestEnd endedWithItsProcess(const GuestEvidence& evidence)
{
    if (evidence.stoppedByUs) {
        return {.how = GuestEnd::How::Stopped};
    }
    if (!evidence.ready) {
        return {.how = GuestEnd::How::Refused, .words = emulatorError(evidence.emulatorWords)};
    }
    if (!evidence.outside.empty()) {
        return {.how = GuestEnd::How::Killed, .words = evidence.outside};
    }
    std::string words = evidence.signal ? formatted("QEMU ended by signal {} ({})", *evidence.signal,
                                                    ::strsignal(*evidence.signal))
                                        : std::string("QEMU is gone without a word");
    const std::string error = emulatorError(evidence.emulatorWords);
    if (!error.empty()) {
        words += "; its last words: " + error;
    }
    return {.how = GuestEnd::How::Killed, .words = std::move(words)};
}

} // namespace

std::optional<GuestEnd> decideEnd(const GuestEvidence& evidence)
{
    // some guests say that they are done and then halt without leaving the machine
    if (evidence.spoken && evidence.spoken->final) {
        return spokenEnd(*evidence.spoken);
    }
    if (evidence.shutdown) {
        return endedByGuest(evidence);
    }
    if (evidence.processGone) {
        return endedWithItsProcess(evidence);
    }
    return std::nullopt;
}

std::string emulatorError(std::string_view log)
{
    static constexpr std::size_t most = 2000;
    std::string words;
    for (const std::string& line : split(log.substr(0, most), '\n')) {
        std::string_view text = trimmed(line);
        if (const std::size_t colon = text.find(": ");
            text.starts_with("qemu-system-") && colon != std::string_view::npos) {
            text.remove_prefix(colon + 2);
        }
        if (text.empty() || text.starts_with("warning: ") || text.contains(": warning: ") ||
            text.starts_with("terminating on signal")) {
            continue;
        }
        words += (words.empty() ? "" : "; ") + printable(text);
    }
    return words;
}

} // namespace rumpus
