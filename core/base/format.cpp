// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

namespace rumpus {

std::string vformatted(std::string_view form, std::format_args arguments)
{
    return std::vformat(form, arguments);
}

} // namespace rumpus
