// What the tests of the configuration page have in common.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/config_document.h"
#include "app/gui/config/json_edit.h"

#include <QTest>

#include <filesystem>
#include <string>

namespace rumpus::gui {

/// Null where there is none.
inline Json valueOf(const ConfigDocument& document, const std::string& pointer)
{
    const Json* value = valueAt(document.json().value, pointer);
    return value == nullptr ? Json() : *value;
}

/// Waits for validation of the text as it is now.
inline bool checkedIn(const ConfigDocument& document)
{
    return QTest::qWaitFor([&] { return document.isChecked(); }, 5000);
}

/// Where unsaved edits are kept; main.cpp gives each test program a state folder of its own.
inline std::filesystem::path unsavedFolder()
{
    return std::filesystem::path(qgetenv("XDG_STATE_HOME").toStdString()) / "rumpus/unsaved";
}

} // namespace rumpus::gui
