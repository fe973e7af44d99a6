// A small image's sizes, for the tests of what shows them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/size_tree.h"

namespace rumpus::gui::testing {

inline SizeRow symbol(Component component, std::string source, std::string name, std::uint64_t memory,
                      std::uint64_t file)
{
    return {.component = component,
            .source = std::move(source),
            .name = std::move(name),
            .isSymbol = true,
            .memory = memory,
            .file = file};
}

inline std::vector<SizeRow> smallImage()
{
    return {symbol(Component::Application, "/home/me/hello.c", "main", 300, 300),
            symbol(Component::KernelNet, "/x/net/udp.c", "udp_input", 4000, 4000),
            symbol(Component::KernelNet, "/x/net/udp.c", "udp_table", 9000, 0),
            symbol(Component::KernelNet, "/x/net/arp.c", "arp_input", 1000, 1000),
            symbol(Component::KernelCore, "/x/kernel/trap.c", "Trap", 700, 700),
            {.component = Component::Debug, .name = ".debug_info", .file = 20000},
            {.component = Component::Other, .name = ".rodata", .memory = 500, .file = 500},
            {.component = Component::Other, .file = 64}};
}

} // namespace rumpus::gui::testing
