// The guests of a host, found by what a person calls them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

#include <QCoroTask>

#include <memory>
#include <optional>
#include <string>

namespace rumpus {

/// What tells a guest from others of its name, and findGuest takes: of a UUID its first eight digits.
std::string shortId(const Guest& guest);

/// The guest with this id, short or not, or, of those that exist, this name; else the newest of the unikernel
/// of this name (a config's file names it too), a running one before a finished one; without a word the only
/// running one. Errors: none, or several.
QCoro::Task<Result<std::unique_ptr<Guest>>> findGuest(Host& host, std::optional<std::string> word);

} // namespace rumpus
