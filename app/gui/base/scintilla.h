// QScintilla's headers, which want Qt's keywords that we do without (QT_NO_KEYWORDS). For rooms that link it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#define signals Q_SIGNALS // NOLINT(cppcoreguidelines-macro-usage)
#define slots Q_SLOTS     // NOLINT(cppcoreguidelines-macro-usage)
#include <Qsci/qscilexercpp.h>
#include <Qsci/qscilexerjson.h>
#include <Qsci/qscilexermakefile.h>
#include <Qsci/qscilexerpython.h>
#include <Qsci/qsciscintilla.h>
#undef signals
#undef slots
