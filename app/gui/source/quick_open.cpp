// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/quick_open.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/texts.h"
#include "app/gui/source/source_text.h"
#include "core/base/files.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QThreadPool>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {

constexpr std::size_t mostHits = 60;

/// A name with its folder behind it in quiet, and its component's colour in front.
class HitDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem plainOption = option;
        initStyleOption(&plainOption, index);
        const bool selected = (option.state & QStyle::State_Selected) != 0;
        painter->save();
        if (selected) {
            painter->fillRect(option.rect, option.palette.highlight());
        }
        const int margin = option.fontMetrics.height() / 3;
        const auto component = static_cast<Component>(index.data(QuickOpenModel::ComponentRole).toInt());
        painter->fillRect(
            QRect(option.rect.left() + margin / 2, option.rect.top(), margin, option.rect.height()),
            colour(component, option.palette));
        QRect room = option.rect.adjusted(3 * margin, 0, -margin, 0);
        const int side = option.fontMetrics.height();
        plainOption.icon.paint(painter, QRect(room.left(), room.center().y() - side / 2, side, side),
                               Qt::AlignCenter, selected ? QIcon::Selected : QIcon::Normal);
        room.setLeft(room.left() + side + margin);
        const QString name =
            option.fontMetrics.elidedText(plainOption.text, Qt::ElideRight, room.width() * 2 / 3);
        painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
        painter->drawText(room, Qt::AlignVCenter, name);
        room.setLeft(room.left() + option.fontMetrics.horizontalAdvance(name) + 3 * margin);
        if (!selected) {
            painter->setPen(colour(Tone::Quiet, option.palette));
        }
        const QString detail = index.data(QuickOpenModel::DetailRole).toString();
        painter->drawText(room, Qt::AlignVCenter | Qt::AlignRight,
                          option.fontMetrics.elidedText(detail, Qt::ElideLeft, room.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const override
    {
        return {option.fontMetrics.averageCharWidth() * 20, option.fontMetrics.height() * 3 / 2};
    }
};

} // namespace

void QuickOpenModel::setIndex(std::shared_ptr<const QuickIndex> index)
{
    beginResetModel();
    index_ = std::move(index);
    hits_.clear();
    endResetModel();
}

void QuickOpenModel::search(const QString& pattern)
{
    beginResetModel();
    hits_ = index_ ? index_->find(pattern.toStdString(), mostHits) : std::vector<QuickIndex::Hit>();
    endResetModel();
}

const QuickIndex::Entry* QuickOpenModel::at(int row) const
{
    return row >= 0 && row < rowCount() ? &index_->entries().at(hits_.at(static_cast<std::size_t>(row)).entry)
                                        : nullptr;
}

int QuickOpenModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(hits_.size());
}

QVariant QuickOpenModel::data(const QModelIndex& index, int role) const
{
    const QuickIndex::Entry* entry = at(index.row());
    if (entry == nullptr) {
        return {};
    }
    switch (role) {
    case Qt::DisplayRole: return plain(entry->name) + (entry->function ? QStringLiteral("()") : QString());
    case Qt::DecorationRole: return entry->function ? QIcon() : icon(QStringLiteral("file"));
    case DetailRole: return displayPath(plain(entry->source));
    case ComponentRole: return static_cast<int>(entry->component);
    default: return {};
    }
}

QuickOpen::QuickOpen(QWidget* parent)
    : QFrame(parent, Qt::Popup), entry_(new QLineEdit), list_(new QListView), state_(new QLabel),
      model_(new QuickOpenModel(this))
{
    setFrameShape(QFrame::StyledPanel);
    setObjectName(QStringLiteral("quickOpen"));
    entry_->setAccessibleName(tr("File or function to open"));
    entry_->setPlaceholderText(tr("A file or function of the image; add :12 for a line"));
    entry_->setClearButtonEnabled(true);
    entry_->installEventFilter(this);
    list_->setModel(model_);
    list_->setItemDelegate(new HitDelegate(list_));
    list_->setUniformItemSizes(true);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setAccessibleName(tr("What was found"));
    list_->setFocusPolicy(Qt::NoFocus);
    state_->setTextFormat(Qt::PlainText);
    state_->setContentsMargins(6, 4, 6, 4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->addWidget(entry_);
    column->addWidget(list_, 1);
    column->addWidget(state_);
    connect(entry_, &QLineEdit::textChanged, this, &QuickOpen::written);
    connect(list_, &QListView::clicked, this, &QuickOpen::choose);
}

void QuickOpen::setImage(const std::filesystem::path& image, const SourceFinder& sources)
{
    sources_ = sources;
    std::error_code failed;
    const auto made = std::filesystem::last_write_time(image, failed);
    if (image == image_ && made == made_ && (ready_ || problem_.isEmpty())) {
        return;
    }
    image_ = image;
    made_ = made;
    ready_ = false;
    problem_.clear();
    model_->setIndex(nullptr);
    const int job = ++job_;
    const QPointer<QuickOpen> self(this);
    QThreadPool::globalInstance()->start([self, job, image] {
        auto index = QuickIndex::read(image);
        QMetaObject::invokeMethod(qApp, [self, job, index = std::move(index)] {
            if (!self || self->job_ != job) {
                return;
            }
            self->ready_ = index.has_value();
            self->problem_ = index ? QString() : plain(toString(index.error()));
            self->model_->setIndex(index.value_or(nullptr));
            self->written(self->entry_->text());
            Q_EMIT self->ready();
        });
    });
    tellState();
}

void QuickOpen::open()
{
    const QWidget* window = parentWidget();
    const int width = std::min(window->width() * 2 / 3, fontMetrics().averageCharWidth() * 110);
    resize(width, std::min(window->height() * 2 / 3, fontMetrics().height() * 28));
    move(window->mapToGlobal(QPoint((window->width() - width) / 2, window->height() / 12)));
    show();
    entry_->setFocus();
    entry_->selectAll();
    written(entry_->text());
}

void QuickOpen::tellState()
{
    const QString text = !problem_.isEmpty()       ? problem_
                         : image_.empty()          ? tr("Choose a unikernel first: its image is searched.")
                         : !ready_                 ? tr("Reading the image…")
                         : model_->rowCount() == 0 ? tr("Nothing has these letters in this order.")
                                                   : QString();
    state_->setText(text);
    state_->setVisible(!text.isEmpty());
}

void QuickOpen::written(const QString& text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    bool isNumber = false;
    line_ = colon > 0 ? text.mid(colon + 1).toInt(&isNumber) : 0;
    // "c++::name" has colons too
    const bool hasLine = colon > 0 && (isNumber || colon == text.size() - 1) && text.at(colon - 1) != u':';
    model_->search(hasLine ? text.left(colon) : text);
    if (model_->rowCount() > 0) {
        list_->setCurrentIndex(model_->index(0));
    }
    tellState();
}

void QuickOpen::choose()
{
    const QuickIndex::Entry* entry = model_->at(list_->currentIndex().row());
    if (entry == nullptr || entry->source.empty()) {
        return;
    }
    const std::filesystem::path file = sources_.find(entry->source, entry->source);
    int line = line_;
    if (line == 0 && entry->function && !file.empty()) {
        if (const Result<std::string> text = readFile(file)) {
            line = definitionLine(QString::fromUtf8(*text).split(u'\n'), QString::fromStdString(entry->name));
        }
    }
    hide();
    Q_EMIT chosen(QString::fromStdString(file.empty() ? entry->source : file.native()), line);
}

bool QuickOpen::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == entry_ && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        switch (key->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown: {
            const int by = key->key() == Qt::Key_Up       ? -1
                           : key->key() == Qt::Key_Down   ? 1
                           : key->key() == Qt::Key_PageUp ? -10
                                                          : 10;
            const int row =
                std::clamp(list_->currentIndex().row() + by, 0, std::max(0, model_->rowCount() - 1));
            list_->setCurrentIndex(model_->index(row));
            return true;
        }
        case Qt::Key_Return:
        case Qt::Key_Enter: choose(); return true;
        case Qt::Key_Escape: hide(); return true;
        default: break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace rumpus::gui
