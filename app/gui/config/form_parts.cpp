// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/form_parts.h"

#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/config/json_edit.h"
#include "app/gui/config/tone.h"
#include "core/base/format.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {

constexpr int labelWidth = 19; ///< in average characters
/// More than that are for the JSON page.
constexpr std::size_t mostCards = 64;

/// Quiet text, also after the desktop has changed from light to dark.
class QuietLabel : public QLabel {
public:
    explicit QuietLabel(const QString& text = {}) : QLabel(text)
    {
        setTextFormat(Qt::PlainText);
        setWordWrap(true);
        paintLabel(this, Tone::Quiet);
    }

protected:
    void changeEvent(QEvent* event) override
    {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::PaletteChange) {
            paintLabel(this, Tone::Quiet);
        }
    }
};

/// What can have the focus, in the order of the layouts.
void collectFocus(const QLayout* layout, QList<QWidget*>& found)
{
    for (int i = 0; i < layout->count(); ++i) {
        QLayoutItem* item = layout->itemAt(i);
        if (item->layout() != nullptr) {
            collectFocus(item->layout(), found);
        } else if (QWidget* widget = item->widget(); widget != nullptr) {
            if (widget->layout() != nullptr) {
                collectFocus(widget->layout(), found);
            } else if ((widget->focusPolicy() & Qt::TabFocus) != 0) {
                found << widget;
            }
        }
    }
}

} // namespace

void orderTabs(QWidget* inside)
{
    const QWidget* form = inside;
    while (form != nullptr && form->objectName() != QLatin1StringView(formName)) {
        form = form->parentWidget();
    }
    if (form == nullptr) {
        return;
    }
    QList<QWidget*> order;
    collectFocus(form->layout(), order);
    for (qsizetype i = 1; i < order.size(); ++i) {
        QWidget::setTabOrder(order[i - 1], order[i]);
    }
}

FieldGrid::FieldGrid(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this))
{
    const int em = fontMetrics().averageCharWidth();
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(em + 2);
    grid_->setVerticalSpacing(4);
    grid_->setColumnMinimumWidth(0, em * labelWidth);
    grid_->setColumnStretch(1, 1);
}

void FieldGrid::add(Field* field)
{
    // labels stand beside the first line of what may have several
    const int line = field->control()->sizeHint().height();
    field->label()->setMinimumHeight(std::min(line, QSpinBox().sizeHint().height()));
    grid_->addWidget(field->label(), row_, 0, Qt::AlignLeft | Qt::AlignTop);
    const bool narrow = qobject_cast<QSpinBox*>(field->control()) != nullptr ||
                        qobject_cast<QComboBox*>(field->control()) != nullptr;
    if (field->unit() != nullptr && narrow) {
        auto* pair = new QHBoxLayout;
        pair->addWidget(field->control());
        pair->addWidget(field->unit());
        pair->addStretch(1);
        pair->setSpacing(fontMetrics().averageCharWidth());
        grid_->addLayout(pair, row_, 1, 1, 2);
    } else {
        grid_->addWidget(field->control(), row_, 1, narrow ? Qt::AlignLeft : Qt::Alignment());
        if (field->unit() != nullptr) {
            grid_->addWidget(field->unit(), row_, 2);
        }
    }
    grid_->addWidget(field->note(), row_ + 1, 1, 1, 2);
    row_ += 2;
}

void FieldGrid::addWide(QWidget* widget)
{
    grid_->addWidget(widget, row_++, 0, 1, 3);
}

FormSection::FormSection(const QString& title, const QString& about, std::vector<std::string> pointers,
                         QWidget* parent)
    : QWidget(parent), pointers_(std::move(pointers)), head_(new QToolButton), about_(new QuietLabel(about)),
      body_(new QWidget), column_(new QVBoxLayout(body_))
{
    QFont bold = font();
    bold.setPointSizeF(bold.pointSizeF() * 1.1);
    bold.setWeight(QFont::DemiBold);
    head_->setFont(bold);
    head_->setText(title);
    head_->setAutoRaise(true);
    head_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    head_->setToolTip(tr("Fold or unfold"));
    head_->setObjectName(QStringLiteral("section ") + title);
    column_->setContentsMargins(20, 2, 0, 6);
    column_->setSpacing(8);

    auto* top = new QHBoxLayout;
    top->setSpacing(10);
    top->addWidget(head_);
    top->addWidget(about_, 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(2);
    all->addLayout(top);
    all->addWidget(body_);
    connect(head_, &QToolButton::clicked, this, [this] { setOpen(!open_); });
    setOpen(true);
}

void FormSection::add(QWidget* widget)
{
    column_->addWidget(widget);
}

void FormSection::setOpen(bool open)
{
    open_ = open;
    body_->setVisible(open);
    head_->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    head_->setAccessibleDescription(open ? tr("unfolded") : tr("folded"));
}

void FormSection::setTroubled(bool troubled)
{
    if (troubled && !troubled_) {
        setOpen(true);
    }
    troubled_ = troubled;
}

void FormSection::openBy(const Json& root)
{
    setOpen(pointers_.empty() || std::ranges::any_of(pointers_, [&](const std::string& pointer) {
                return valueAt(root, pointer) != nullptr;
            }));
}

CardList::CardList(ConfigDocument& document, std::string pointer, Words words, Json fresh, Fill fill,
                   QWidget* parent)
    : QWidget(parent), document_(document), pointer_(std::move(pointer)), words_(std::move(words)),
      fresh_(std::move(fresh)), fill_(std::move(fill)), column_(new QVBoxLayout(this)),
      none_(new QuietLabel(words_.none)), add_(new QPushButton(icon(QStringLiteral("add")), words_.add)),
      note_(new ProblemNote(pointer_, add_))
{
    setObjectName(QString::fromStdString(pointer_));
    add_->setObjectName(QString::fromStdString(pointer_ + "/add"));
    column_->setContentsMargins(0, 0, 0, 0);
    column_->addWidget(none_);
    column_->addWidget(note_);
    column_->addWidget(add_, 0, Qt::AlignLeft);
    connect(add_, &QPushButton::clicked, this, &CardList::addItem);
}

QToolButton* CardList::makeRemove(std::size_t index)
{
    QToolButton* remove =
        toolButton(QStringLiteral("remove"), tr("Remove: %1").arg(words_.card.arg(index + 1)),
                   QString::fromStdString(formatted("{}/{}/remove", pointer_, index)));
    connect(remove, &QToolButton::clicked, this, [this, index] { this->remove(index); });
    return remove;
}

QWidget* CardList::makeCard(std::size_t index)
{
    const std::string pointer = formatted("{}/{}", pointer_, index);
    if (compact_) {
        auto* row = new QWidget;
        auto* all = new QVBoxLayout(row);
        all->setContentsMargins(0, 0, 0, 0);
        auto* across = new QHBoxLayout;
        auto* inside = new QVBoxLayout;
        across->addLayout(inside, 1);
        across->addWidget(makeRemove(index), 0, Qt::AlignTop);
        all->addLayout(across);
        fill_(pointer, row, inside);
        all->addWidget(new ProblemNote(pointer, row));
        return row;
    }
    auto* card = new QFrame;
    card->setFrameShape(QFrame::StyledPanel);
    auto* inside = new QVBoxLayout(card);
    auto* head = new QHBoxLayout;
    auto* title = new QLabel(words_.card.arg(index + 1));
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    head->addWidget(title, 1);
    head->addWidget(makeRemove(index));
    inside->addLayout(head);
    inside->addWidget(new ProblemNote(pointer, card));
    fill_(pointer, card, inside);
    return card;
}

bool CardList::refresh(const Json& root)
{
    const Json* list = valueAt(root, pointer_);
    const std::size_t items = list != nullptr && list->is_array() ? list->size() : 0;
    const std::size_t wanted = std::min(items, mostCards);
    const bool other = wanted != cards_.size();
    while (cards_.size() > wanted) {
        QWidget* card = cards_.back();
        cards_.pop_back();
        column_->removeWidget(card);
        card->hide();
        // not found any more, but alive until the click that removed it is over
        card->setParent(nullptr);
        card->deleteLater();
    }
    while (cards_.size() < wanted) {
        QWidget* card = makeCard(cards_.size());
        column_->insertWidget(static_cast<int>(cards_.size()), card);
        cards_.push_back(card);
        card->show();
    }
    none_->setText(items > wanted ? tr("and %1 more: edit them on the JSON page").arg(items - wanted)
                                  : words_.none);
    none_->setVisible((items == 0 && !words_.none.isEmpty()) || items > wanted);
    return other;
}

void CardList::addItem()
{
    const Json* list = valueAt(document_.json().value, pointer_);
    const bool isList = list != nullptr && list->is_array();
    document_.endTyping();
    document_.setValue(isList ? formatted("{}/{}", pointer_, list->size()) : pointer_,
                       isList ? fresh_ : Json::array({fresh_}), {.label = words_.add, .source = {}});
    if (!cards_.empty()) {
        const auto parts = cards_.back()->findChildren<Field*>();
        if (!parts.isEmpty()) {
            parts.front()->note()->field()->setFocus();
        }
    }
}

void CardList::remove(std::size_t index)
{
    const Json* list = valueAt(document_.json().value, pointer_);
    if (list == nullptr || !list->is_array()) {
        return;
    }
    document_.endTyping();
    document_.setValue(list->size() == 1 ? pointer_ : formatted("{}/{}", pointer_, index), std::nullopt,
                       {.label = tr("remove %1").arg(words_.card.arg(index + 1)), .source = {}});
    add_->setFocus();
}

} // namespace rumpus::gui
