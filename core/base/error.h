// What failed, with what, and the cure: the one error type, and the result that carries it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace rumpus {

/// Whose fault a failure is; the command's exit code follows from it.
enum class Fault : std::uint8_t {
    Input, ///< a config, an image or an argument is wrong
    Host,  ///< the machine that should run the guest could not
};

/// A failure that a person can act on. `what` names what failed and with what, as a clause without a
/// full stop; `cure` says what to do about it and may be empty where nothing can be done.
struct Error {
    Fault fault = Fault::Input;
    std::string what;
    std::string cure;

    bool operator==(const Error&) const = default;
};

/// "what: cure", or only what failed where there is no cure.
std::string toString(const Error& error);

template <typename T>
using Result = std::expected<T, Error>;

/// The two ways to fail, ready to be returned from a function that gives a Result.
std::unexpected<Error> inputError(std::string what, std::string cure = {});
std::unexpected<Error> hostError(std::string what, std::string cure = {});

} // namespace rumpus
