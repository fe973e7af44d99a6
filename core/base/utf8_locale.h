// Text is UTF-8 here, whatever the environment says: Qt would tell everybody else of it, with each command.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace rumpus {

/// Called before Qt's application is made. Where the environment's character set is another one, this process
/// and those that it starts have C.UTF-8's; the language of messages stays.
void useUtf8Locale();

} // namespace rumpus
