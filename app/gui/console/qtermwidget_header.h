// QTermWidget's header, which uses Qt's keywords where we build without them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeyEvent>
#include <QTextStream>
#include <QTimer>
#include <QTranslator>
#include <QWidget>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#include <qtermwidget.h>
#undef signals
#undef slots
