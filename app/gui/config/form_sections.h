// The sections of a config's form: which values stand where, and in which words.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace rumpus::gui {

class ConfigDocument;

QWidget* generalFields(ConfigDocument& document);
QWidget* programFields(ConfigDocument& document);
QWidget* networkFields(ConfigDocument& document);
QWidget* diskFields(ConfigDocument& document);
QWidget* buildFields(ConfigDocument& document);
QWidget* debugFields(ConfigDocument& document);
QWidget* endFields(ConfigDocument& document);
QWidget* advancedFields(ConfigDocument& document);

} // namespace rumpus::gui
