// What guests say of what they were told; the wordings are those that the guests themselves print (rumprun
// lib/librumprun_base/config.c and NetBSD's drivers, sprig kernel/, block/ and net/, Unikraft lib/ukboot).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/dialect/guest_keys.h"
#include "core/image/kernel.h"

#include <array>
#include <span>
#include <utility>

namespace rumpus {

namespace {

using State = KeyVerdict::State;

/// A line that holds this says that a key is done or has failed; {s} stands for its subject, {d} for its
/// device.
struct Sign {
    GuestTopic topic;
    State state;
    std::string_view text;
};

constexpr std::array rumprunSigns{
    Sign{GuestTopic::Device, State::Done, "{s} at "},
    Sign{GuestTopic::Device, State::Done, "{s}: Ethernet address "},
    Sign{GuestTopic::Device, State::Failed, "rumprun_config: ifcreate {s} failed"},
    Sign{GuestTopic::Device, State::Failed, "cannot init {s} "},
    Sign{GuestTopic::Address, State::Done, "dhcp: {s}: adding IP address "},
    Sign{GuestTopic::Address, State::Failed, "configuring dhcp for {s} failed"},
    Sign{GuestTopic::Address, State::Failed, "ifconfig \"{s}\" for "},
    Sign{GuestTopic::Address, State::Failed, "ipv6 autoconfig failed"},
    Sign{GuestTopic::Gateway, State::Failed, "gw \"{s}\" addition failed"},
    Sign{GuestTopic::Mount, State::Failed, "from \"{d}\" to \"{s}\""},
    Sign{GuestTopic::Mount, State::Failed, "from \"/dev/{d}\" to \"{s}\""},
    Sign{GuestTopic::Mount, State::Failed, "etfs register for \"{d}\" failed"},
    Sign{GuestTopic::Mount, State::Done, " on {s} type "},
    Sign{GuestTopic::Environment, State::Failed, "rumprun: putenv"},
    Sign{GuestTopic::Hostname, State::Failed, "rumprun: sethostname"},
};

constexpr std::array sprigSigns{
    Sign{GuestTopic::Device, State::Failed, "sprig: {s}: there is no "},
    Sign{GuestTopic::Address, State::Failed, "sprig: {s}: no answer to DHCP"},
    Sign{GuestTopic::Address, State::Done, "(dhcp)"},
    Sign{GuestTopic::Address, State::Done, "(static)"},
    Sign{GuestTopic::Mount, State::Failed, "sprig: {d} cannot be mounted"},
    Sign{GuestTopic::Mount, State::Done, "{d}: ext2 "},
    Sign{GuestTopic::Device, State::Done, "{s}: "},
};

constexpr std::array unikraftSigns{
    Sign{GuestTopic::Address, State::Done, "{s}: Set IPv4 address"},
    Sign{GuestTopic::Mount, State::Failed, "Failed to mount "},
    Sign{GuestTopic::Mount, State::Failed, "Failed to extract "},
};

std::span<const Sign> signsOf(ImageKind kind)
{
    switch (kernelOf(kind)) {
    case Kernel::Rumprun: return rumprunSigns;
    case Kernel::Sprig: return sprigSigns;
    case Kernel::Unikraft: return unikraftSigns;
    default: return {};
    }
}

/// "/dev/ld0a" as the driver calls it: "ld0".
std::string driverName(std::string_view device)
{
    static constexpr std::string_view folder = "/dev/";
    std::string name(device.starts_with(folder) ? device.substr(folder.size()) : device);
    if (device.starts_with(folder) && !name.empty() && name.back() >= 'a' && name.back() <= 'p') {
        name.pop_back(); // the partition
    }
    return name;
}

std::string filled(const Sign& sign, const GuestKey& key, bool asDriver)
{
    std::string text(sign.text);
    const std::string subject = asDriver ? driverName(key.subject) : key.subject;
    for (const auto& [mark, word] :
         {std::pair<std::string_view, std::string_view>{"{s}", subject}, {"{d}", key.device}}) {
        if (const std::size_t at = text.find(mark); at != std::string::npos) {
            text.replace(at, mark.size(), word);
        }
    }
    return text;
}

/// The line on which a kernel hands over to the application, and what stands before the application's name.
std::string_view callOf(ImageKind kind)
{
    switch (kernelOf(kind)) {
    case Kernel::Rumprun:
    case Kernel::Sprig: return "=== calling \"";
    case Kernel::Unikraft: return "Calling main(";
    default: return {};
    }
}

} // namespace

std::string_view key(KeyVerdict::State state)
{
    static constexpr std::array<std::string_view, 3> keys{"not seen", "configured", "failed"};
    return keys.at(std::to_underlying(state));
}

KeyListener::KeyListener(ImageKind kind, std::vector<GuestKey> keys)
    : kind_(kind), keys_(std::move(keys)), verdicts_(keys_.size())
{
}

void KeyListener::hear(std::string_view bytes)
{
    lines_.add(bytes, [this](std::string_view line) { hearLine(line); });
}

void KeyListener::judge(std::size_t index, State state, std::string words)
{
    KeyVerdict& verdict = verdicts_[index];
    // a failure is not undone, and what was said at first is nearer to it
    if (verdict.state == State::NotSeen || (verdict.state == State::Done && verdict.words.empty())) {
        verdict = {.state = state, .words = std::move(words)};
    }
}

void KeyListener::hearLine(std::string_view line)
{
    const std::string_view text = trimmed(line);
    for (const Sign& sign : signsOf(kind_)) {
        // once the application speaks, only what the kernel says at its end is believed
        if (started_ && sign.topic != GuestTopic::Mount) {
            continue;
        }
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            const GuestKey& key = keys_[i];
            const bool asDriver = key.topic == GuestTopic::Device && kernelOf(kind_) == Kernel::Rumprun;
            if (key.topic == sign.topic && text.contains(filled(sign, key, asDriver))) {
                judge(i, sign.state, printable(text));
                // of two keys that the line could mean, the one before the other
                break;
            }
        }
    }
    const std::string_view call = callOf(kind_);
    if (!call.empty() && text.starts_with(call)) {
        programStarts(text);
    }
}

void KeyListener::programStarts(std::string_view line)
{
    const bool first = !std::exchange(started_, true);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i].topic == GuestTopic::Program) {
            const bool named = line.contains(formatted("\"{}\"", keys_[i].subject));
            if (verdicts_[i].state == State::NotSeen && (named || kernelOf(kind_) == Kernel::Unikraft)) {
                judge(i, State::Done, printable(line));
                break;
            }
        }
    }
    if (!first) {
        return;
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const GuestTopic topic = keys_[i].topic;
        // these kernels end over what they cannot do
        if (topic != GuestTopic::Program && topic != GuestTopic::Forward) {
            judge(i, State::Done, "");
        }
    }
}

} // namespace rumpus
