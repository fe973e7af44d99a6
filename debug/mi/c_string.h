// C strings as GDB/MI writes and reads them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace rumpus::mi {

/// The bytes that a string's inside stands for: \n \t \r \b \f \v \a \e \" \\, one to three octal digits as
/// long as they are a byte, \x and one or two hexadecimal digits (GDB writes them in print_one_char of
/// gdb/utils.c: no \v, no \x, always three octal digits). Any other backslash is kept as it is. The result is
/// usually UTF-8, but holds whatever bytes the program had.
std::string decode(std::string_view inside);

/// Appends the decoded bytes.
void decodeTo(std::string& result, std::string_view inside);

/// An argument of an MI command with its quotes, for one line (read by mi_parse_argv in gdb/mi/mi-parse.c,
/// which refuses a NUL byte). Commands that hand their text to GDB's command line unread, such as -gdb-set,
/// take no quotes.
std::string quote(std::string_view bytes);

} // namespace rumpus::mi
