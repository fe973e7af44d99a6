// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_editing.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/passing.h"
#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_dialogs.h"
#include "app/gui/xenstore/xenstore_diff_dialog.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "core/base/background.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroFuture>
#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>

namespace rumpus::gui {

namespace {

constexpr std::uint64_t largestSnapshot = std::uint64_t{1} << 28U;

} // namespace

XenstoreEditing::XenstoreEditing(ErrorBar* bar, QWidget* window) : QObject(window), bar_(bar), window_(window)
{
}

void XenstoreEditing::setLink(const std::shared_ptr<XenstoreLink>& link)
{
    if (link_) {
        link_->editor().disconnect(this);
    }
    link_ = link;
    if (link_) {
        connect(&link_->editor(), &XenstoreEditor::doneChanged, this, &XenstoreEditing::undoChanged);
    }
    Q_EMIT undoChanged();
}

QString XenstoreEditing::undoWords() const
{
    if (!link_ || link_->editor().done().empty()) {
        return {};
    }
    const std::vector<XenstoreEdit>& edits = link_->editor().done().back().edits;
    static constexpr std::size_t longest = 120;
    return valueText(toCommand(edits.front()), longest);
}

void XenstoreEditing::apply(std::vector<XenstoreEdit> edits)
{
    std::vector<std::string> reasons;
    for (const XenstoreEdit& edit : edits) {
        if (const std::optional<std::string> reason = reasonToAsk(edit)) {
            reasons.push_back(*reason);
        }
    }
    if (reasons.empty()) {
        doIt(std::move(edits));
        return;
    }
    auto* question =
        new QMessageBox(QMessageBox::Warning, tr("Change What dom0 Needs?"),
                        tr("This host may stop working as it should."), QMessageBox::Cancel, window_);
    question->setObjectName(QStringLiteral("xenstoreQuestion"));
    question->setTextFormat(Qt::PlainText);
    question->setInformativeText(QString::fromStdString(join(reasons, "\n")));
    question->setDefaultButton(QMessageBox::Cancel);
    const QPushButton* yes = question->addButton(tr("Do It &Anyway"), QMessageBox::DestructiveRole);
    connect(yes, &QPushButton::clicked, this, [this, edits = std::move(edits)] { doIt(edits); });
    openOnce(question);
}

QCoro::Task<> XenstoreEditing::doIt(std::vector<XenstoreEdit> edits)
{
    const QPointer<XenstoreEditing> self = this;
    const std::shared_ptr<XenstoreLink> link = link_;
    if (!link) {
        co_return;
    }
    const std::string path = edits.front().path;
    const Result<void> done = co_await link->editor().apply(std::move(edits));
    if (!self || link != link_) {
        co_return;
    }
    if (done) {
        bar_->clear();
        Q_EMIT applied(path);
    } else {
        bar_->tell(done.error());
    }
}

void XenstoreEditing::add(const std::string& above)
{
    auto* dialog = new XenstoreAddDialog(above, window_);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { apply({dialog->edit()}); });
    openOnce(dialog);
}

void XenstoreEditing::remove(const std::string& path)
{
    apply({{.kind = XenstoreEdit::Kind::Remove, .path = path, .value = {}, .permissions = {}}});
}

void XenstoreEditing::permit(const std::string& path, std::function<std::string(std::uint32_t)> nameOf)
{
    const XenstoreNode* const node = link_ ? link_->tree().find(path) : nullptr;
    if (node == nullptr) {
        return;
    }
    auto* dialog = new XenstorePermissionsDialog(path, node->permissions().value_or(XenstorePermissions()),
                                                 std::move(nameOf), window_);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { apply({dialog->edit()}); });
    openOnce(dialog);
}

void XenstoreEditing::undo()
{
    undoIt(false);
}

QCoro::Task<> XenstoreEditing::undoIt(bool anyway)
{
    const QPointer<XenstoreEditing> self = this;
    const std::shared_ptr<XenstoreLink> link = link_;
    if (!link || link->editor().done().empty()) {
        co_return;
    }
    const Result<void> undone = co_await link->editor().undo(anyway);
    if (!self || link != link_) {
        co_return;
    }
    if (undone) {
        bar_->clear();
        co_return;
    }
    bar_->tell(undone.error());
    if (!anyway && undone.error().fault == Fault::Input) {
        bar_->offer(tr("Undo It Anyway"), [this] { undoIt(true); });
    }
}

// --- snapshots ---------------------------------------------------------------------------------

void XenstoreEditing::saveSnapshot(const std::string& path)
{
    ask(window_,
        {.what = FileQuestion::What::NewFile,
         .title = tr("Save a snapshot of %1").arg(plainWords(path)),
         .name = QStringLiteral("xenstore"),
         .filters = {tr("Snapshot of Xenstore (*.json)")},
         .suffix = QStringLiteral("json")},
        [this, path](const QStringList& files) { saveSnapshotTo(path, files.front()); });
}

QCoro::Task<> XenstoreEditing::saveSnapshotTo(std::string path, QString file)
{
    const QPointer<XenstoreEditing> self = this;
    const std::shared_ptr<XenstoreLink> link = link_;
    if (!link) {
        co_return;
    }
    const Result<XenstoreSnapshot> snapshot = co_await takeSnapshot(link->client(), path);
    Result<void> saved;
    if (snapshot) {
        const QFuture<Result<void>> writing =
            inBackground([snapshot, file] { return saveFile(file.toStdString(), toText(*snapshot)); });
        saved = co_await writing;
    } else {
        saved = std::unexpected(snapshot.error());
    }
    if (!self) {
        co_return;
    }
    if (saved) {
        bar_->clear();
        Q_EMIT this->saved(file);
    } else {
        bar_->tell(saved.error());
    }
}

void XenstoreEditing::compare()
{
    ask(window_,
        {.what = FileQuestion::What::File,
         .title = tr("Compare with a snapshot"),
         .filters = {tr("Snapshot of Xenstore (*.json)"), tr("All files (*)")}},
        [this](const QStringList& files) { compareWith(files.front()); });
}

QCoro::Task<> XenstoreEditing::compareWith(QString file)
{
    const QPointer<XenstoreEditing> self = this;
    const std::shared_ptr<XenstoreLink> link = link_;
    if (!link) {
        co_return;
    }
    // large, so it is handed on and not copied
    using Shared = std::shared_ptr<Result<XenstoreSnapshot>>;
    const QFuture<Shared> reading = inBackground([file] {
        return std::make_shared<Result<XenstoreSnapshot>>(readSnapshot(file.toStdString(), largestSnapshot));
    });
    const Shared before = co_await reading;
    const auto after = std::make_shared<Result<XenstoreSnapshot>>();
    if (*before) {
        *after = co_await takeSnapshot(link->client(), (*before)->path);
    }
    if (!self) {
        co_return;
    }
    if (!*before || !*after) {
        bar_->tell(*before ? after->error() : before->error());
        co_return;
    }
    const QFuture<std::vector<XenstoreDifference>> comparing =
        inBackground([before, after] { return differences(**before, **after); });
    std::vector<XenstoreDifference> found = co_await comparing;
    if (self) {
        bar_->clear();
        show(file, **before, std::move(found));
    }
}

void XenstoreEditing::show(const QString& file, const XenstoreSnapshot& before,
                           std::vector<XenstoreDifference> found)
{
    const QString title =
        tr("%1, between %2 (%3) and now")
            .arg(plainWords(before.path), QFileInfo(file).fileName(), plainWords(before.taken));
    auto* dialog = new XenstoreDiffDialog(title, std::move(found), window_);
    openOnce(dialog);
}

} // namespace rumpus::gui
