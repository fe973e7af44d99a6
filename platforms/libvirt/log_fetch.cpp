// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/log_fetch.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/log_position.h"

#include <charconv>
#include <optional>

namespace rumpus {

namespace {

/// Each piece is a line "NUMBER KIND INODE OFFSET COUNT MORE" and COUNT bytes; of a file that is not readable
/// it is OFFSET before the bytes, and how old the file is in place of MORE. A name is another file's after
/// a rotation, so each file is known by its inode, and looked at again once it is open. Those that are as
/// they were cost no process of their own.
constexpr std::string_view script = R"sh(
most=524288
piece() {
    set -- "$1" "$2" "$3" $(stat -L -c '%i %s' /dev/fd/3)
    [ "$2" = "$4" ] || return 1
    o=$3
    [ "$o" -le "$5" ] || o=0
    c=$(($5 - o)); more=0
    if [ "$c" -gt "$most" ]; then c=$most; more=1; fi
    [ "$c" -gt 0 ] || return 0
    echo "$1 bytes $4 $((o + c)) $c $more"
    tail -c "+$((o + 1))" <&3 | head -c "$c"
    return "$more"
}
nl='
'
asked=
while read -r n i o f; do
    asked="$asked$n $i $o $f$nl"
    set -- "$@" "$f"
done
now=$nl$(stat -c '%i %s %n' -- "$@" 2>/dev/null)$nl
while read -r n i o f; do
    [ "$f" ] || continue
    case $now in *"$nl$i $o $f$nl"*) continue ;; esac
    l=; a=-1; q=$f; b=0
    if ! [ -e "$f.0" ] && [ -e "$f.1" ]; then b=1; fi
    while [ -e "$q" ]; do
        at=$(stat -c %i "$q") || break
        l="$at $l"
        [ "$at" = "$i" ] && break
        a=$((a + 1)); q=$f.$((a + b))
    done
    if ! [ -e "$q" ]; then
        a=$((a - 1)); o=0
        if [ "$i" != 0 ] && [ "$a" -ge 0 ]; then echo "$n skipped 0 0 0 0"; fi
    fi
    for i in $l; do
        q=$f; [ "$a" -lt 0 ] || q=$f.$((a + b))
        if [ -r "$q" ]; then
            piece "$n" "$i" "$o" 3<"$q" || break
        else
            c=$(stat -L -c %s "$q") || break
            [ "$o" -le "$c" ] || o=0
            c=$((c - o))
            [ "$c" -le "$most" ] || c=$most
            if [ "$c" -gt 0 ]; then echo "$n unreadable $i $o $c $((a + 1))"; break; fi
        fi
        a=$((a - 1)); o=0
    done
done <<EOF
$asked
EOF
)sh";

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<LogPiece::Kind> kind(std::string_view word)
{
    using Kind = LogPiece::Kind;
    return word == "bytes"        ? std::optional(Kind::Bytes)
           : word == "skipped"    ? std::optional(Kind::Skipped)
           : word == "unreadable" ? std::optional(Kind::Unreadable)
                                  : std::nullopt;
}

} // namespace

std::string_view logFetchScript()
{
    return script;
}

Result<std::string> logFetchLine(std::size_t number, const LogProgress& known, std::string_view path)
{
    if (!path.starts_with('/') || path.contains('\n') || path.ends_with(' ')) {
        return inputError(formatted("the host's log {} cannot be read", printable(path)),
                          "its path is not absolute, or has a line break");
    }
    return formatted("{} {} {} {}\n", number, known.inode, known.offset, path);
}

std::vector<LogPiece> logPieces(std::string_view output)
{
    std::vector<LogPiece> pieces;
    while (!output.empty()) {
        const std::size_t end = output.find('\n');
        const std::vector<std::string> words = split(output.substr(0, end), ' ');
        if (end == std::string_view::npos || words.size() != 6) {
            break;
        }
        output.remove_prefix(end + 1);
        const auto log = number(words[0]);
        const auto what = kind(words[1]);
        const auto inode = number(words[2]);
        const auto offset = number(words[3]);
        const auto count = number(words[4]);
        const auto last = number(words[5]);
        if (!log || !what || !inode || !offset || !count || !last || *last > mostLogGenerations) {
            break;
        }
        const bool told = what == LogPiece::Kind::Unreadable;
        const std::uint64_t coming = told ? 0 : *count;
        if (coming > output.size()) {
            break;
        }
        pieces.push_back({.number = *log,
                          .kind = *what,
                          .known = {.inode = *inode, .offset = *offset},
                          .bytes = output.substr(0, coming),
                          .more = !told && *last == 1,
                          .count = told ? *count : 0,
                          .age = told ? static_cast<unsigned>(*last) : 0});
        output.remove_prefix(coming);
    }
    return pieces;
}

} // namespace rumpus
