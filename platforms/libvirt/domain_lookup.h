// A domain of a host's, by what people call it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/libvirt/connection.h"

#include <QCoroTask>

#include <string>

namespace rumpus {

/// The XML of the domain with that name or UUID, as it will be at its next start where it is kept. Errors: as
/// Connection::link; there is none.
QCoro::Task<Result<std::string>> lookUpDomainXml(Connection& connection, std::string word);

} // namespace rumpus
