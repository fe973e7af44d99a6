// QScintilla's headers, which use words that this project leaves to others (QT_NO_KEYWORDS).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#define signals Q_SIGNALS // NOLINT(cppcoreguidelines-macro-usage)
#define slots Q_SLOTS     // NOLINT(cppcoreguidelines-macro-usage)
#include <Qsci/qscilexerjson.h>
#include <Qsci/qsciscintilla.h>
#undef signals
#undef slots
