// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/image_summary.h"

#include "app/gui/base/theme.h"
#include "app/gui/image/size_tree.h"
#include "core/image/kind.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QGuiApplication>
#include <QPainter>

namespace rumpus::gui {

namespace {

QString text(std::string_view words)
{
    return QString::fromUtf8(words);
}

QString hex(std::uint64_t number)
{
    return QStringLiteral("0x%1").arg(number, 0, 16);
}

Fact kindFact(const Image& image)
{
    QStringList because;
    for (const std::string& evidence : image.evidence) {
        because += ImageSummary::tr("because %1").arg(QString::fromStdString(evidence));
    }
    return {.label = ImageSummary::tr("Kind"), .value = text(title(image.kind)), .more = because.join(u'\n')};
}

Fact bootFact(const Image& image)
{
    QStringList protocols;
    QStringList entries;
    for (const BootEntry& boot : image.boots) {
        protocols += text(title(boot.protocol));
        entries += boot.address ? ImageSummary::tr("%1: entered at %2 in %3-bit mode")
                                      .arg(text(title(boot.protocol)), hex(*boot.address))
                                      .arg(boot.bits)
                                : text(title(boot.protocol));
    }
    if (protocols.isEmpty()) {
        protocols += image.kind->loaders.empty()
                         ? ImageSummary::tr("nothing: it cannot be booted as it is")
                         : ImageSummary::tr("a loader, %1").arg(text(image.kind->loaders.front()));
    }
    return {.label = ImageSummary::tr("Boots by"),
            .value = protocols.join(QStringLiteral(", ")),
            .more = entries.join(u'\n')};
}

Fact debugFact(const Image& image)
{
    QString value = text(title(image.debug));
    if (image.debugBytes > 0) {
        value += ImageSummary::tr(", %1 in %2 compile units")
                     .arg(sizeText(image.debugBytes))
                     .arg(image.compileUnits);
    }
    QString more;
    if (image.debugFile) {
        more = ImageSummary::tr("from %1, found by its %2")
                   .arg(QString::fromStdString(image.debugFile->path.native()),
                        QString::fromStdString(image.debugFile->foundBy));
    }
    return {.label = ImageSummary::tr("Debug info"), .value = value, .more = more};
}

} // namespace

std::vector<Fact> factsOf(const Image& image)
{
    std::vector<Fact> facts{kindFact(image), bootFact(image)};
    const QString machine = QString::fromStdString(image.machine);
    facts.push_back({.label = ImageSummary::tr("Machine"),
                     .value = image.elfClass == 0 ? machine
                                                  : ImageSummary::tr("%1, %2-bit %3")
                                                        .arg(machine)
                                                        .arg(image.elfClass)
                                                        .arg(QString::fromStdString(image.elfType))});
    facts.push_back({.label = ImageSummary::tr("Entry"), .value = hex(image.entry), .isCode = true});
    facts.push_back(
        {.label = ImageSummary::tr("Memory"),
         .value = ImageSummary::tr("%1 from %2").arg(sizeText(image.memoryNeeded), hex(image.loadBase)),
         .more = exactText(image.memoryNeeded)});
    facts.push_back({.label = ImageSummary::tr("File"),
                     .value = sizeText(image.fileSize),
                     .more = exactText(image.fileSize)});
    facts.push_back(debugFact(image));
    facts.push_back(
        {.label = ImageSummary::tr("Build id"),
         .value = image.buildId.empty() ? ImageSummary::tr("none") : QString::fromStdString(image.buildId),
         .isCode = !image.buildId.empty()});
    for (const ManifestDevice& device : image.manifest) {
        facts.push_back(
            {.label = ImageSummary::tr("Needs"),
             .value = ImageSummary::tr("%1 device “%2”")
                          .arg(QString::fromStdString(device.type), QString::fromStdString(device.name))});
    }
    return facts;
}

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(tr("Copy"), this);
    connect(copy, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(whole_); });
    addAction(copy);
}

void ElidedLabel::setWhole(const QString& text, const QString& more)
{
    whole_ = text;
    setAccessibleName(text);
    const QString tip = more.isEmpty() ? text : text + u'\n' + more;
    setToolTip(tip.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")));
    update();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 8, fontMetrics().height()};
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 24, fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     fontMetrics().elidedText(whole_, Qt::ElideRight, width()));
}

ImageSummary::ImageSummary(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this))
{
    setObjectName(QStringLiteral("imageSummary"));
    grid_->setContentsMargins(12, 10, 12, 8);
    grid_->setHorizontalSpacing(12);
    grid_->setVerticalSpacing(5);
    grid_->setColumnStretch(1, 1);
    grid_->setColumnStretch(3, 1);
}

void ImageSummary::setImage(const Image& image)
{
    const std::vector<Fact> facts = factsOf(image);
    while (labels_.size() < facts.size()) {
        const int place = static_cast<int>(labels_.size());
        auto* label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        auto* value = new ElidedLabel;
        grid_->addWidget(label, place / 2, (place % 2) * 2);
        grid_->addWidget(value, place / 2, ((place % 2) * 2) + 1);
        labels_.push_back(label);
        values_.push_back(value);
    }
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        const bool shown = i < facts.size();
        labels_[i]->setVisible(shown);
        values_[i]->setVisible(shown);
        if (shown) {
            labels_[i]->setText(facts[i].label);
            values_[i]->setFont(facts[i].isCode ? codeFont() : font());
            values_[i]->setWhole(facts[i].value, facts[i].more);
        }
    }
    paintTone();
}

void ImageSummary::paintTone()
{
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colour(Tone::Quiet, quiet));
    for (QLabel* label : labels_) {
        label->setPalette(quiet);
    }
}

void ImageSummary::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        paintTone();
    }
}

} // namespace rumpus::gui
