// The kinds of fields: text, files, choices, numbers, sizes, flags, and words of a command line.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/file_question.h"
#include "app/gui/config/field.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace rumpus::gui {

/// One line of text; empty removes the key.
class TextField : public Field {
    Q_OBJECT
public:
    /// `standard` stands greyed where nothing is written.
    TextField(ConfigDocument& document, std::string pointer, FieldText text, const QString& standard = {});

    void show(const Json* value) override;
    QLineEdit* edit() const { return edit_; }

private:
    QLineEdit* edit_;
};

/// A file or folder, relative to the config's folder where it lies below it; with a button to look for it.
class FileField : public Field {
    Q_OBJECT
public:
    using What = FileQuestion::What;
    FileField(ConfigDocument& document, std::string pointer, FieldText text, What what,
              const QString& standard = {});

    void show(const Json* value) override;
    void choose(const QString& path);

private:
    void browse();

    QLineEdit* edit_;
    What what_;
};

/// The button beside a file's or folder's field that looks for one.
QToolButton* browseButton();

/// `path` as a config in `folder` names it.
std::string relativeName(const std::filesystem::path& folder, const std::filesystem::path& path);

/// One of a few words; the first is the default unless said otherwise.
class ChoiceField : public Field {
    Q_OBJECT
public:
    /// JSON word, words for people.
    using Choices = std::vector<std::pair<std::string, QString>>;
    ChoiceField(ConfigDocument& document, std::string pointer, FieldText text, Choices choices,
                std::string standard);

    void show(const Json* value) override;
    /// Words that the chosen host cannot grant are shown and cannot be chosen.
    void setGranted(std::function<bool(const HostCapabilities& host, const std::string& word)> granted);

private:
    void offer();

    QComboBox* box_;
    std::string standard_;
    std::function<bool(const HostCapabilities&, const std::string&)> granted_;
};

class NumberField : public Field {
    Q_OBJECT
public:
    struct Numbers {
        int least = 0;
        int most = 0;
        int standard = 0; ///< removes the key; below `least`: there is none
    };
    NumberField(ConfigDocument& document, std::string pointer, FieldText text, Numbers numbers);

    void show(const Json* value) override;

private:
    QSpinBox* box_;
    Numbers numbers_;
};

/// A number and a unit of bytes.
class SizeField : public Field {
    Q_OBJECT
public:
    SizeField(ConfigDocument& document, std::string pointer, FieldText text, std::uint64_t standard);

    void show(const Json* value) override;

private:
    void take(bool typed);

    QLineEdit* edit_;
    QComboBox* unitBox_;
    std::uint64_t standard_;
};

class FlagField : public Field {
    Q_OBJECT
public:
    FlagField(ConfigDocument& document, std::string pointer, FieldText text);

    void show(const Json* value) override;

private:
    QCheckBox* box_;
};

/// A list of texts as a shell would split them: one "two words".
class WordsField : public Field {
    Q_OBJECT
public:
    WordsField(ConfigDocument& document, std::string pointer, FieldText text, const QString& example);

    void show(const Json* value) override;

private:
    QLineEdit* edit_;
};

} // namespace rumpus::gui
