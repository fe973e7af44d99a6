// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/source_area.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/texts.h"
#include "app/gui/source/source_view.h"

#include <QFileInfo>
#include <QTabWidget>

namespace rumpus::gui {

namespace {
/// Stepping through a kernel comes through many files; that many are kept open.
constexpr int mostPassing = 8;
} // namespace

std::pair<QString, QString> mapRule(const QString& wanted, const QString& found)
{
    const QStringList one = wanted.split(u'/');
    const QStringList other = found.split(u'/');
    qsizetype common = 0;
    while (common < one.size() && common < other.size() &&
           one.at(one.size() - 1 - common) == other.at(other.size() - 1 - common)) {
        ++common;
    }
    if (common == 0) {
        return {};
    }
    return {one.first(one.size() - common).join(u'/'), other.first(other.size() - common).join(u'/')};
}

SourceArea::SourceArea(QTabWidget* tabs, DebugContext* context)
    : QObject(tabs), tabs_(tabs), context_(context)
{
    connect(context, &DebugContext::sourceWanted, this,
            [this](const QString& path, int line) { openSource(path, line); });
    connect(context, &DebugContext::frameSelected, this, &SourceArea::showFrame);
}

SourceView* SourceArea::current() const
{
    return qobject_cast<SourceView*>(tabs_->currentWidget());
}

SourceView* SourceArea::find(const QString& path) const
{
    for (int i = 0; i < tabs_->count(); ++i) {
        auto* view = qobject_cast<SourceView*>(tabs_->widget(i));
        if (view != nullptr && view->path() == path) {
            return view;
        }
    }
    return nullptr;
}

SourceView* SourceArea::openSource(const QString& path, int line)
{
    if (path.isEmpty()) {
        return nullptr;
    }
    SourceView* view = find(path);
    if (view == nullptr) {
        view = new SourceView(context_, path);
        connect(view, &SourceView::located, this, &SourceArea::locate);
        const int index = tabs_->addTab(view, icon(QStringLiteral("file")), QFileInfo(path).fileName());
        tabs_->setTabToolTip(index, asToolTip(displayPath(path)));
    }
    passing_.removeAll(view);
    tabs_->setCurrentWidget(view);
    if (line > 0) {
        view->goTo(line);
    }
    return view;
}

void SourceArea::showFrame()
{
    const std::optional<Frame> frame = context_->frame();
    if (!follows_ || !frame) {
        return;
    }
    if (frame->file.empty()) {
        if (frame->level == 0) {
            Q_EMIT disassemblyWanted();
        }
        return;
    }
    const QString path = frame->source.empty() ? QString::fromStdString(frame->file) : sourcePath(*frame);
    SourceView* view = find(path);
    const bool isNew = view == nullptr;
    if (isNew || tabs_->currentWidget() != view) {
        const bool passed = isNew || passing_.contains(view);
        view = openSource(path);
        if (passed) {
            passing_ << view;
            forgetOldest();
        }
    }
}

void SourceArea::forgetOldest()
{
    passing_.removeAll(nullptr);
    while (passing_.size() > mostPassing) {
        SourceView* oldest = passing_.takeFirst();
        tabs_->removeTab(tabs_->indexOf(oldest));
        oldest->deleteLater();
    }
}

void SourceArea::closeAll()
{
    for (int i = tabs_->count() - 1; i >= 0; --i) {
        if (auto* view = qobject_cast<SourceView*>(tabs_->widget(i))) {
            tabs_->removeTab(i);
            view->deleteLater();
        }
    }
    passing_.clear();
}

void SourceArea::locate(const QString& wanted, const QString& found)
{
    SourceView* missing = find(wanted);
    const int line = context_->frame() ? context_->frame()->line : 0;
    const auto [from, to] = mapRule(wanted, found);
    if (!from.isEmpty()) {
        if (const auto& session = context_->session()) {
            auto rules = session->target().sourceMap;
            rules.emplace_back(from.toStdString(), to.toStdString());
            session->sources() = SourceFinder(rules, session->target().sourceRoots);
        }
        Q_EMIT sourceMapFound(from, to);
    }
    openSource(found, line);
    if (missing != nullptr) {
        tabs_->removeTab(tabs_->indexOf(missing));
        missing->deleteLater();
    }
}

} // namespace rumpus::gui
