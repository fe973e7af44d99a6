// What a form is laid out of: grids of fields, sections that fold, and lists of cards.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/field.h"

#include <QFrame>
#include <QWidget>

#include <functional>
#include <string>
#include <vector>

class QGridLayout;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace rumpus::gui {

/// Makes Tab go through a form as one reads it, from anywhere inside it. The form is what is named so.
void orderTabs(QWidget* inside);
inline constexpr auto formName = "form";

/// Labels to the left, controls to the right, problems below; labels are as wide everywhere.
class FieldGrid : public QWidget {
    Q_OBJECT
public:
    explicit FieldGrid(QWidget* parent = nullptr);

    void add(Field* field);
    /// Over the whole width, without a label.
    void addWide(QWidget* widget);

private:
    QGridLayout* grid_;
    int row_ = 0;
};

/// A headed part of the form. It folds, and unfolds by itself where something in it is wrong.
class FormSection : public QWidget {
    Q_OBJECT
public:
    /// `pointers`: folded at first where the config has none of these keys.
    FormSection(const QString& title, const QString& about, std::vector<std::string> pointers,
                QWidget* parent = nullptr);

    void add(QWidget* widget);
    void setOpen(bool open);
    /// Unfolds when something in it begins to be wrong.
    void setTroubled(bool troubled);
    /// At the first sight of a document.
    void openBy(const Json& root);

private:
    std::vector<std::string> pointers_;
    QToolButton* head_;
    QLabel* about_;
    QWidget* body_;
    QVBoxLayout* column_;
    bool open_ = true;
    bool troubled_ = false;
};

/// A list of the config as a card for each of its items, with a button to add one.
class CardList : public QWidget {
    Q_OBJECT
public:
    struct Words {
        QString card; ///< "Interface %1"
        QString add;  ///< "Add interface"
        QString none; ///< what it means that there is none
    };
    /// `fill` makes a card's inside from the item's pointer.
    using Fill = std::function<void(const std::string& pointer, QWidget* card, QVBoxLayout* inside)>;
    CardList(ConfigDocument& document, std::string pointer, Words words, Json fresh, Fill fill,
             QWidget* parent = nullptr);

    /// One row each, without a frame and a heading.
    void setCompact() { compact_ = true; }
    /// As many cards as the list has items. Gives whether there are other ones now.
    bool refresh(const Json& root);
    void addItem();
    std::size_t count() const { return cards_.size(); }

private:
    QWidget* makeCard(std::size_t index);
    QToolButton* makeRemove(std::size_t index);
    void remove(std::size_t index);

    ConfigDocument& document_;
    std::string pointer_;
    Words words_;
    Json fresh_;
    Fill fill_;
    bool compact_ = false;
    std::vector<QWidget*> cards_;
    QVBoxLayout* column_;
    QLabel* none_;
    QPushButton* add_;
    ProblemNote* note_;
};

} // namespace rumpus::gui
