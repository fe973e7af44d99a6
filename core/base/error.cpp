// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <utility>

namespace rumpus {

std::string toString(const Error& error)
{
    return error.cure.empty() ? error.what : error.what + ": " + error.cure;
}

std::unexpected<Error> inputError(std::string what, std::string cure)
{
    return std::unexpected(Error{Fault::Input, std::move(what), std::move(cure)});
}

std::unexpected<Error> hostError(std::string what, std::string cure)
{
    return std::unexpected(Error{Fault::Host, std::move(what), std::move(cure)});
}

} // namespace rumpus
