// GuestSpeech: what a kernel says on its console of its boot, of what it was told, and of its end.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_words.h"
#include "core/dialect/guest_keys.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rumpus {

/// A line that holds `before` is a word about the end.
struct EndWord {
    std::string_view before; ///< the text to find
    SpokenEnd::How how = SpokenEnd::How::Ended;
    std::string_view numberAfter;             ///< the exit status follows this text; empty: no status
    bool final = false;                       ///< the guest does nothing more after this line
    std::optional<int> status = std::nullopt; ///< what it means where it says no number
    bool alone = false;                       ///< it is the whole line
};

/// How far a boot is.
enum class BootPhase : std::uint8_t {
    Banner,  ///< the kernel's first own word
    Devices, ///< the kernel has found its devices
    Network, ///< an interface has its address
    Main,    ///< the application's main is called
};

/// A line that has `text` and, behind it, `also` says that a phase is reached. `also` may be empty.
struct BootWord {
    std::string_view text;
    std::string_view also;
    BootPhase phase;
};

/// A line that holds `text` says that a key is done or has failed; {s} stands for the key's subject, {d} for
/// its device.
struct KeySign {
    GuestTopic topic;
    KeyVerdict::State state;
    std::string_view text;
};

struct GuestSpeech {
    std::span<const EndWord> ends;
    std::span<const BootWord> boot;
    std::span<const KeySign> signs;
    /// What the line holds with which the kernel hands over to the application; empty: it does so silently.
    std::string_view call;
    bool callNamesProgram = true; ///< its name, in double quotes, is on that line
    /// It calls the application whatever has become of interfaces, and may get an address later.
    bool goesOnWithoutNetwork = false;
    bool saysDriverNames = false; ///< of "/dev/ld0a" it speaks as of "ld0"
};

/// What a guest of that kind says; nothing, where nothing is known of it.
const GuestSpeech& speechOf(ImageKind kind);

} // namespace rumpus
