// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/crash_panel.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/debug/call_stack_model.h"
#include "app/gui/debug/stripe_delegate.h"
#include "app/gui/debug/texts.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTextBlock>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {

constexpr int pathRole = Qt::UserRole + 16;
constexpr int lineRole = Qt::UserRole + 17;

QTreeWidget* makeTree(const QString& name, const QStringList& headers)
{
    auto* tree = new QTreeWidget;
    tree->setAccessibleName(name);
    tree->setHeaderLabels(headers);
    tree->setUniformRowHeights(true);
    tree->setAllColumnsShowFocus(true);
    tree->setFrameShape(QFrame::NoFrame);
    tree->header()->setStretchLastSection(true);
    return tree;
}

constexpr int around = 3; ///< lines of source before and behind the faulty one

/// The lines around a frame's own; empty: its source is not here.
QString linesAround(const Frame& frame)
{
    const Result<std::string> source =
        frame.source.empty() ? inputError("") : readFile(frame.source, largestSource);
    if (!source || frame.line <= 0) {
        return {};
    }
    const std::vector<std::string> lines = split(*source, '\n');
    QStringList shown;
    for (int number = std::max(1, frame.line - around);
         number <= std::min(frame.line + around, static_cast<int>(lines.size())); ++number) {
        shown << QStringLiteral("%1  %2").arg(number, 5).arg(
            plainLines(lines.at(static_cast<std::size_t>(number - 1))));
    }
    return shown.join(u'\n');
}

} // namespace

CrashPanel::CrashPanel(QWidget* parent)
    : QWidget(parent),
      empty_(new EmptyState(QStringLiteral("report"), tr("No crash to tell of"),
                            tr("When a guest crashes, its faulting line, stack, registers and "
                               "last words stand here."))),
      content_(new QWidget), problems_(new ErrorBar), mark_(new QLabel), headline_(new QLabel),
      reason_(new QLabel), source_(new QPlainTextEdit),
      stack_(makeTree(tr("Call stack of the crash"), {tr("Function"), tr("Place"), tr("Component")})),
      registers_(makeTree(tr("Registers"), {tr("Register"), tr("Value")})),
      threads_(makeTree(tr("Guest threads"), {tr("Thread"), tr("State"), tr("Waits for, or stands in")})),
      console_(new QPlainTextEdit), save_(new QPushButton(tr("Save report…"))),
      copy_(new QPushButton(tr("Copy report"))), open_(new QPushButton(tr("Open dump")))
{
    auto* stacked = new QStackedLayout(this);
    stacked->addWidget(empty_);
    stacked->addWidget(content_);

    for (QLabel* label : {headline_, reason_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    QFont large = headline_->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    headline_->setFont(large);
    headline_->setObjectName(QStringLiteral("crashHeadline"));
    for (QPlainTextEdit* text : {source_, console_}) {
        text->setReadOnly(true);
        text->setFont(codeFont());
        text->setLineWrapMode(QPlainTextEdit::NoWrap);
        text->setFrameShape(QFrame::NoFrame);
    }
    source_->setAccessibleName(tr("Source around the faulting line"));
    source_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    source_->setFixedHeight(QFontMetrics(codeFont()).lineSpacing() * (2 * around + 2));
    source_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    console_->setAccessibleName(tr("Last lines of the console"));
    stack_->setObjectName(QStringLiteral("crashStack"));
    stack_->setRootIsDecorated(false);
    stack_->setItemDelegateForColumn(0, new StripeDelegate(CallStackModel::ComponentRole, stack_));
    stack_->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    stack_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    threads_->setItemDelegateForColumn(0, new StripeDelegate(CallStackModel::ComponentRole, threads_));
    threads_->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    open_->setToolTip(tr("Debug the saved memory of the guest: look, but no running"));

    arrange();

    connect(stack_, &QTreeWidget::itemClicked, this, &CrashPanel::goTo);
    connect(stack_, &QTreeWidget::itemActivated, this, &CrashPanel::goTo);
    connect(threads_, &QTreeWidget::itemClicked, this, &CrashPanel::goTo);
    connect(threads_, &QTreeWidget::itemActivated, this, &CrashPanel::goTo);
    save_->setObjectName(QStringLiteral("saveReport"));
    connect(save_, &QPushButton::clicked, this, &CrashPanel::save);
    connect(copy_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromStdString(toText(report_))); });
    connect(open_, &QPushButton::clicked, this, [this] {
        const std::string& image = report_.image; // with " (build id …)" behind it
        Q_EMIT dumpWanted(QString::fromStdString(report_.dump.native()),
                          QString::fromStdString(image.substr(0, image.find(" (build id "))));
    });
    paintTone();
}

void CrashPanel::arrange()
{
    auto* words = new QVBoxLayout;
    words->setSpacing(3);
    words->addWidget(headline_);
    words->addWidget(reason_);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(12, 10, 12, 6);
    top->setSpacing(10);
    top->addWidget(mark_, 0, Qt::AlignTop);
    top->addLayout(words, 1);
    for (QPushButton* button : {save_, copy_, open_}) {
        top->addWidget(button, 0, Qt::AlignTop);
    }
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->addTab(stack_, icon(QStringLiteral("stack")), tr("Call stack"));
    tabs->addTab(threads_, icon(QStringLiteral("thread")), tr("Guest threads"));
    tabs->addTab(registers_, icon(QStringLiteral("registers")), tr("Registers"));
    tabs->addTab(console_, icon(QStringLiteral("console")), tr("Console"));
    auto* column = new QVBoxLayout(content_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(problems_);
    column->addLayout(top);
    column->addWidget(source_);
    column->addWidget(tabs, 1);
}

const Frame* CrashPanel::faulty() const
{
    const std::vector<Frame>& stack = report_.stop.stack;
    if (report_.stop.trap) {
        const auto found = std::ranges::find(stack, report_.stop.trap->level, &Frame::level);
        if (found != stack.end()) {
            return &*found;
        }
    }
    const auto mine = std::ranges::find(stack, Component::Application, &Frame::component);
    return mine != stack.end() ? &*mine : stack.empty() ? nullptr : &stack.front();
}

QString CrashPanel::headline() const
{
    return headline_->text();
}

void CrashPanel::setReport(const CrashReport& report)
{
    report_ = report;
    has_ = true;
    const Frame* frame = faulty();
    const QString what = plain(report.stop.trap ? report.stop.trap->words : report.reason);
    const QString place = frame == nullptr ? QString() : placeText(*frame);
    headline_->setText(place.isEmpty() ? what : tr("%1 in %2: %3").arg(place, functionText(*frame), what));
    reason_->setText(plain(report.guest) + QStringLiteral(": ") + plain(report.reason) + u'\n' +
                     displayPath(plain(report.image)) + u'\n' + plain(report.kind) + QStringLiteral(" · ") +
                     plain(report.machine));
    const QString lines = frame == nullptr ? QString() : linesAround(*frame);
    source_->setPlainText(lines);
    source_->setVisible(!lines.isEmpty());
    markLine();
    fillStack();
    fillRegisters();
    fillThreads();
    QStringList said;
    for (const std::string& line : report.console) {
        said << plain(line);
    }
    console_->setPlainText(said.join(u'\n'));
    open_->setEnabled(!report.dump.empty());
    problems_->clear();
    if (!report.stop.problems.empty()) {
        problems_->tellNotice(plain(report.stop.problems.front()));
    }
    static_cast<QStackedLayout*>(layout())->setCurrentWidget(content_);
}

void CrashPanel::clear()
{
    has_ = false;
    report_ = {};
    static_cast<QStackedLayout*>(layout())->setCurrentWidget(empty_);
}

void CrashPanel::addFrames(QTreeWidgetItem* parent, const std::vector<Frame>& frames)
{
    for (const Frame& frame : frames) {
        auto* item = new QTreeWidgetItem(
            parent, {functionText(frame), placeText(frame), plain(title(frame.component))});
        item->setData(0, CallStackModel::ComponentRole, static_cast<int>(frame.component));
        item->setData(0, pathRole, sourcePath(frame));
        item->setData(0, lineRole, frame.line);
        item->setToolTip(0, asToolTip(functionText(frame) + u'\n' + hexText(frame.address)));
        const QColor quiet = colour(Tone::Quiet, palette());
        item->setForeground(1, quiet);
        item->setForeground(2, quiet);
    }
}

void CrashPanel::fillStack()
{
    stack_->clear();
    addFrames(stack_->invisibleRootItem(), report_.stop.stack);
    if (report_.stop.stackIsCut) {
        new QTreeWidgetItem(stack_, {tr("and more")});
    }
    if (const Frame* frame = faulty()) {
        if (QTreeWidgetItem* item =
                stack_->topLevelItem(static_cast<int>(frame - report_.stop.stack.data()))) {
            QFont bold = item->font(0);
            bold.setBold(true);
            item->setFont(0, bold);
            stack_->setCurrentItem(item);
        }
    }
}

void CrashPanel::fillRegisters()
{
    registers_->clear();
    for (const RegisterGroup& group : report_.stop.registers) {
        auto* top = new QTreeWidgetItem(registers_, {plain(group.name)});
        for (const Register& one : group.registers) {
            auto* item = new QTreeWidgetItem(top, {plain(one.name), plain(one.value)});
            item->setFont(0, codeFont());
            item->setFont(1, codeFont());
        }
        top->setExpanded(group.registers.size() <= 20);
    }
}

void CrashPanel::fillThreads()
{
    threads_->clear();
    for (const GuestThread& thread : report_.stop.threads.threads) {
        auto* item =
            new QTreeWidgetItem(threads_, {plain(thread.name), plain(thread.state), plain(thread.waits)});
        QFont font = item->font(0);
        font.setBold(thread.current);
        item->setFont(0, font);
        addFrames(item, thread.frames);
        item->setExpanded(thread.current);
    }
}

void CrashPanel::goTo(QTreeWidgetItem* item)
{
    const QString path = item->data(0, pathRole).toString();
    if (!path.isEmpty()) {
        Q_EMIT sourceWanted(path, item->data(0, lineRole).toInt());
    }
}

void CrashPanel::save()
{
    const QString name = QString::fromStdString(report_.guest) + QStringLiteral("-crash.txt");
    ask(this,
        {.what = FileQuestion::What::NewFile,
         .title = tr("Save the report"),
         .name = name,
         .filters = {tr("Text (*.txt)"), tr("JSON (*.json)")},
         .suffix = QStringLiteral("txt")},
        [this](const QStringList& file) {
            const bool asJson = file.first().endsWith(QStringLiteral(".json"));
            const std::string text = asJson ? toJson(report_).dump(2) + "\n" : toText(report_);
            if (const Result<void> saved = saveFile(file.first().toStdString(), text); !saved) {
                problems_->tell(saved.error());
            }
        });
}

void CrashPanel::markLine()
{
    const Frame* frame = has_ ? faulty() : nullptr;
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(source_->document()->findBlockByNumber(
        frame == nullptr ? 0 : frame->line - std::max(1, frame->line - around)));
    QColor ground = colour(Tone::Bad, palette());
    ground.setAlphaF(0.22F);
    mark.format.setBackground(ground);
    mark.format.setProperty(QTextFormat::FullWidthSelection, true);
    source_->setExtraSelections({mark});
}

void CrashPanel::paintTone()
{
    mark_->setPixmap(icon(QStringLiteral("error"), Tone::Bad).pixmap(28));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colour(Tone::Quiet, quiet));
    reason_->setPalette(quiet);
    markLine();
}

void CrashPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        paintTone();
        if (has_) {
            fillStack();
            fillThreads();
        }
    }
}

} // namespace rumpus::gui
