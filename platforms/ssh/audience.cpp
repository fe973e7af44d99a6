// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/ssh/audience.h"

namespace rumpus {

namespace {

constexpr std::string_view makeFolder = R"sh(
umask 077
if [ "$1" = user ]; then
    d=${XDG_CACHE_HOME:-$HOME/.cache}/rumpus/$n
    mkdir -p "$d" || exit 1
else
    t=/var/tmp/rumpus-$(id -u)
    d=$t/$n
    mkdir -p "$d" || exit 1
    if [ -L "$t" ] || ! [ -O "$t" ]; then echo "$t belongs to somebody else" >&2; exit 1; fi
    chmod 711 "$t" "$d" || exit 1
fi
)sh";

} // namespace

std::string makeFolderFor(std::string_view name)
{
    return "n=" + std::string(name) + std::string(makeFolder);
}

std::string_view key(Audience audience)
{
    return audience == Audience::User ? "user" : "everyone";
}

} // namespace rumpus
