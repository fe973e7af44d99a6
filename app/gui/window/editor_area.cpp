// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/editor_area.h"

#include "app/gui/base/passing.h"
#include "app/gui/base/theme.h"
#include "app/gui/config/config_page.h"
#include "app/gui/debug/crash_panel.h"
#include "app/gui/image/image_page.h"
#include "app/gui/log/host_messages.h"
#include "app/gui/window/unikernel_model.h"
#include "app/session/hosts.h"

#include <QFileInfo>
#include <QMessageBox>

namespace rumpus::gui {

namespace {

/// What a page is of, as a property of the page.
constexpr const char* keyProperty = "rumpusKey";

} // namespace

EditorArea::EditorArea(QWidget* parent) : QTabWidget(parent)
{
    setObjectName(QStringLiteral("editorArea"));
    setDocumentMode(true);
    setTabsClosable(true);
    setMovable(true);
    setElideMode(Qt::ElideMiddle);
    connect(this, &QTabWidget::tabCloseRequested, this, [this](int index) { closePage(widget(index)); });
    connect(this, &QTabWidget::currentChanged, this, &EditorArea::currentPageChanged);
}

template <typename Page>
Page* EditorArea::findPage(const QString& key) const
{
    for (int i = 0; i < count(); ++i) {
        auto* page = qobject_cast<Page*>(widget(i));
        if (page != nullptr && page->property(keyProperty).toString() == key) {
            return page;
        }
    }
    return nullptr;
}

void EditorArea::addPage(QWidget* page, const QString& key, const QIcon& icon, const QString& title,
                         const QString& tip)
{
    page->setProperty(keyProperty, key);
    const int index = addTab(page, icon, QString(title).replace(u'&', QStringLiteral("&&")));
    setTabToolTip(index, tip.toHtmlEscaped());
    setCurrentIndex(index);
}

ConfigPage* EditorArea::openConfig(const QString& path)
{
    if (auto* open = findPage<ConfigPage>(path)) {
        setCurrentWidget(open);
        return open;
    }
    auto* page = new ConfigPage;
    connectConfig(page);
    // the page itself tells what is wrong with the file
    static_cast<void>(page->load(path.toStdString()));
    addPage(page, path, icon(QStringLiteral("config")), unikernelName(path), displayPath(path));
    Q_EMIT configOpened(page);
    return page;
}

ConfigPage* EditorArea::createConfig(const std::filesystem::path& path, const std::string& text)
{
    const QString key = QString::fromStdString(path.native());
    if (auto* open = findPage<ConfigPage>(key)) {
        setCurrentWidget(open);
        return open;
    }
    auto* page = new ConfigPage;
    connectConfig(page);
    page->create(path, text);
    addPage(page, key, icon(QStringLiteral("config")), unikernelName(key), displayPath(key));
    nameConfig(page);
    Q_EMIT configOpened(page);
    return page;
}

void EditorArea::connectConfig(ConfigPage* page)
{
    connect(page, &ConfigPage::modifiedChanged, this, [this, page] { nameConfig(page); });
    connect(page, &ConfigPage::imageChanged, this, &EditorArea::currentPageChanged);
}

void EditorArea::nameConfig(ConfigPage* page)
{
    const QString name = unikernelName(page->property(keyProperty).toString());
    setTabText(indexOf(page), page->document()->isModified() ? name + QStringLiteral(" •") : name);
}

ImagePage* EditorArea::openImage(const QString& image)
{
    if (auto* open = findPage<ImagePage>(image)) {
        setCurrentWidget(open);
        return open;
    }
    auto* page = new ImagePage;
    connect(page, &ImagePage::sourceRequested, this, [this](const QString& file, const QString& symbol) {
        if (symbol.isEmpty()) {
            Q_EMIT sourceWanted(file, 0);
        } else {
            Q_EMIT symbolWanted(symbol);
        }
    });
    addPage(page, image, icon(QStringLiteral("treemap")), QFileInfo(image).fileName(), displayPath(image));
    page->setImage(image);
    return page;
}

CrashPanel* EditorArea::showCrash(const QString& guest, const CrashReport& report)
{
    auto* panel = findPage<CrashPanel>(guest);
    if (panel == nullptr) {
        panel = new CrashPanel;
        connect(panel, &CrashPanel::sourceWanted, this, &EditorArea::sourceWanted);
        connect(panel, &CrashPanel::dumpWanted, this, &EditorArea::dumpWanted);
        addPage(panel, guest, icon(QStringLiteral("bug"), Tone::Bad), tr("%1 crashed").arg(guest), {});
    }
    panel->setReport(report);
    setCurrentWidget(panel);
    return panel;
}

HostMessages* EditorArea::showMessages(const QString& host)
{
    auto* page = findPage<HostMessages>(host);
    if (page == nullptr) {
        page = new HostMessages(host, [word = host.toStdString()] { return hypervisorLog(word); });
        addPage(page, host, icon(QStringLiteral("host")), tr("Messages of %1").arg(host),
                tr("What the hypervisor of %1 has logged").arg(host));
    }
    setCurrentWidget(page);
    page->refresh();
    return page;
}

ConfigPage* EditorArea::findConfig(const QString& path) const
{
    return findPage<ConfigPage>(path);
}

ConfigPage* EditorArea::currentConfig() const
{
    return qobject_cast<ConfigPage*>(currentWidget());
}

QList<ConfigPage*> EditorArea::configs() const
{
    QList<ConfigPage*> pages;
    for (int i = 0; i < count(); ++i) {
        if (auto* page = qobject_cast<ConfigPage*>(widget(i))) {
            pages << page;
        }
    }
    return pages;
}

QList<ConfigPage*> EditorArea::modifiedConfigs() const
{
    QList<ConfigPage*> modified = configs();
    modified.removeIf([](ConfigPage* page) { return !page->document()->isModified(); });
    return modified;
}

void EditorArea::closePage(QWidget* page, const std::function<void()>& closed)
{
    const auto close = [this, page, closed] {
        removeTab(indexOf(page));
        page->deleteLater();
        if (closed) {
            closed();
        }
    };
    auto* config = qobject_cast<ConfigPage*>(page);
    if (config == nullptr || !config->document()->isModified()) {
        if (page != nullptr) {
            close();
        }
        return;
    }
    setCurrentWidget(config);
    auto* question = new QMessageBox(QMessageBox::Question, tr("Save the config?"),
                                     tr("%1 has changes that are not saved.").arg(tabText(indexOf(config))),
                                     QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    question->setDefaultButton(QMessageBox::Save);
    connect(question, &QDialog::finished, config, [config, close](int answer) {
        if (answer == QMessageBox::Discard) {
            config->discard();
        }
        if (answer == QMessageBox::Discard || (answer == QMessageBox::Save && config->save())) {
            close();
        }
    });
    openOnce(question);
}

} // namespace rumpus::gui
