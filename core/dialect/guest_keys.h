// What a guest is told, key by key: what it will do with each, and, from its console, what became of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"
#include "core/dialect/console_lines.h"
#include "core/dialect/dialect.h"
#include "core/image/image.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

enum class GuestTopic : std::uint8_t {
    Program,
    Environment,
    Hostname,
    Device,  ///< an interface or a disk that the guest must find
    Address, ///< of an interface
    Gateway,
    Mount,
    Forward, ///< a port of this machine's that reaches the guest
    Parameter,
    Xenstore,
};

/// A value of the config that the guest is told.
struct GuestKey {
    std::string pointer; ///< into the config
    GuestTopic topic = GuestTopic::Program;
    std::string subject; ///< what the guest calls it: "vioif0", "/data"
    std::string device;  ///< what that stands on: "/dev/ld0a"; of a forward "tcp 8080"; of an address that
                         ///< others can reach, the address
    std::string intent;  ///< what the guest will do with it, as a clause
    bool operator==(const GuestKey&) const = default;
};

/// All keys of a config, in the order in which the guest deals with them. Relative paths are from `folder`;
/// disk images are looked at for their file systems.
std::vector<GuestKey> guestKeys(const UnikernelConfig& config, const GuestDialect& dialect,
                                const std::filesystem::path& folder);

/// What became of a key, as far as can be seen.
struct KeyVerdict {
    enum class State : std::uint8_t {
        NotSeen, ///< not yet, or the guest does not speak of it
        Done,
        Failed,
    };
    State state = State::NotSeen;
    std::string words; ///< the guest's own, printable; empty: it did it without a word, or is not there yet
    bool operator==(const KeyVerdict&) const = default;
};
std::string_view key(KeyVerdict::State state);

/// Follows a console and judges the keys by what the guest says of them.
class KeyListener {
public:
    KeyListener(ImageKind kind, std::vector<GuestKey> keys);

    void hear(std::string_view bytes);

    const std::vector<GuestKey>& keys() const { return keys_; }
    /// One for each key.
    const std::vector<KeyVerdict>& verdicts() const { return verdicts_; }

private:
    void hearLine(std::string_view line);
    void judge(std::size_t index, KeyVerdict::State state, std::string words);
    /// Of a line that names no key: it can be about one only if no other of its topic is open.
    void judgeOnlyOne(GuestTopic topic, KeyVerdict::State state, std::string words);
    void programStarts(std::string_view line);

    ImageKind kind_;
    std::vector<GuestKey> keys_;
    std::vector<KeyVerdict> verdicts_;
    ConsoleLines lines_;
    bool started_ = false; ///< the application runs, so that the kernel's part is over
};

} // namespace rumpus
