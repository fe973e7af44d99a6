// Words as people and shells want them: quoting, splitting, escaping of hostile bytes, nearest known word.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// One word as a POSIX shell reads it back; unchanged where no quoting is needed.
std::string shellQuoted(std::string_view word);

/// A command as a person could type it in a shell.
std::string shellCommand(std::span<const std::string> words);

/// Text from a guest, an image or a host made fit for one line of a terminal: control characters and
/// bytes that are no UTF-8 become \xNN.
std::string printable(std::string_view bytes);

/// True where the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing above U+10FFFF).
bool isUtf8(std::string_view bytes);

/// The known word that a person most likely meant, or nothing where none is near.
std::optional<std::string> nearestWord(std::string_view word, std::span<const std::string_view> known);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> words, std::string_view separator);
std::string_view trimmed(std::string_view text);

/// "1 guest", "3 guests".
std::string counted(std::size_t number, std::string_view thing);

} // namespace rumpus
