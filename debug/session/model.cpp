// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/session/model.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

constexpr std::array<std::pair<Breakpoint::Kind, std::string_view>, 7> breakpointKinds{{
    {Breakpoint::Kind::Line, "line"},
    {Breakpoint::Kind::Function, "function"},
    {Breakpoint::Kind::Address, "address"},
    {Breakpoint::Kind::Expression, "expression"},
    {Breakpoint::Kind::Write, "write"},
    {Breakpoint::Kind::Read, "read"},
    {Breakpoint::Kind::Access, "access"},
}};

} // namespace

std::string_view key(Stop::Why why)
{
    switch (why) {
    case Stop::Why::Connected: return "connected";
    case Stop::Why::Entry: return "entry";
    case Stop::Why::Breakpoint: return "breakpoint";
    case Stop::Why::Watchpoint: return "watchpoint";
    case Stop::Why::Step: return "step";
    case Stop::Why::Interrupted: return "interrupted";
    case Stop::Why::Signal: return "signal";
    case Stop::Why::Ended: return "ended";
    case Stop::Why::Other: return "other";
    }
    std::unreachable();
}

std::string_view key(Breakpoint::Kind kind)
{
    return std::ranges::find(breakpointKinds, kind, &std::pair<Breakpoint::Kind, std::string_view>::first)
        ->second;
}

std::optional<Breakpoint::Kind> breakpointKind(std::string_view key)
{
    const auto found =
        std::ranges::find(breakpointKinds, key, &std::pair<Breakpoint::Kind, std::string_view>::second);
    return found == breakpointKinds.end() ? std::nullopt : std::optional(found->first);
}

} // namespace rumpus
