// What the window does with hosts: which one Run is for, what each can do, and the user's list of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/passing.h"
#include "app/gui/config/config_page.h"
#include "app/gui/window/device_timeline.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/host_box.h"
#include "app/gui/window/host_question_dialog.h"
#include "app/gui/window/main_window.h"
#include "app/gui/window/unikernel_model.h"
#include "app/gui/xenstore/xenstore_view.h"
#include "app/session/hosts.h"
#include "core/base/text.h"

#include <QFileInfo>
#include <QPointer>
#include <QStatusBar>

namespace rumpus::gui {

void MainWindow::connectHosts()
{
    HostList& hosts = workbench_.hosts();
    setHostAsker(
        [self = QPointer<MainWindow>(this)](const std::vector<HostQuestion>& questions,
                                            const HostAnswer& answer) {
            if (self) {
                self->askForHost(questions, answer);
            } else {
                answer(std::nullopt);
            }
        },
        AskedAt::Window);
    connect(&workbench_, &Workbench::sending, this, &MainWindow::showSending);
    connect(hosts_, &HostBox::hostChanged, this, &MainWindow::planForHost);
    connect(hosts_, &HostBox::hostChanged, xenstore_, &XenstoreView::followHost);
    connect(xenstore_, &XenstoreView::linked, this, [this] { devices_->setLink(xenstore_->link()); });
    connect(&hosts, &HostList::conditionChanged, this, &MainWindow::followHost);
    connect(editors_, &EditorArea::configOpened, this, [this](ConfigPage* page) {
        connect(page->document(), &ConfigDocument::checked, this, &MainWindow::chooseHost);
    });
    connect(editors_, &EditorArea::currentPageChanged, this, &MainWindow::chooseHost);
    reloadHosts();
    for (const std::shared_ptr<Host>& host : hosts.all()) {
        followHost(QString::fromStdString(host->name()));
    }
}

void MainWindow::askForHost(const std::vector<HostQuestion>& questions, const HostAnswer& answer)
{
    auto* dialog = new HostQuestionDialog(questions, this);
    connect(dialog, &QDialog::accepted, this, [dialog, answer] { answer(dialog->answers()); });
    connect(dialog, &QDialog::rejected, this, [answer] { answer(std::nullopt); });
    openOnce(dialog);
}

void MainWindow::connectHost(const QString& name)
{
    if (const std::shared_ptr<Host> host = workbench_.hosts().find(name.toStdString())) {
        host->askAgain();
        workbench_.lookAt(host);
    }
}

void MainWindow::showInXenstore(const GuestSession& guest)
{
    xenstore_->followHost(QString::fromStdString(guest.host()));
    xenstore_->tree().showFront();
    dock(QStringLiteral("xenstore"))->show();
    dock(QStringLiteral("xenstore"))->raise();
}

void MainWindow::showSending(const QString& host, const QString& file, qint64 done, qint64 total)
{
    if (done >= total) {
        statusBar()->clearMessage();
        log_.add(LogKind::Event, tr("%1 was sent to %2").arg(displayPath(file), host));
    } else {
        statusBar()->showMessage(
            tr("Sending %1 to %2: %3 %").arg(QFileInfo(file).fileName(), host).arg(done * 100 / total));
    }
}

void MainWindow::reloadHosts()
{
    hostWish_ = {}; // its word may mean another host from now on
    if (const Result<void> read = workbench_.watchHosts(); !read) {
        tell(read.error());
    }
}

void MainWindow::followHost(const QString& name)
{
    using Reach = HostCondition::Reach;
    const std::shared_ptr<Host> host = workbench_.hosts().find(name.toStdString());
    if (!host) {
        return;
    }
    const HostCondition condition = host->condition();
    if (condition.reach == Reach::Here || condition.reach == Reach::Connected) {
        nameHost(host);
    } else if (condition.reach == Reach::Refused) {
        log_.add(LogKind::Error, tr("host %1 does not let you in").arg(name),
                 QString::fromStdString(condition.words));
    } else if (condition.reach == Reach::Lost || condition.reach == Reach::Failed) {
        log_.add(LogKind::Error, tr("host %1 cannot be reached").arg(name),
                 QString::fromStdString(condition.words));
    }
}

QCoro::Task<> MainWindow::nameHost(std::shared_ptr<Host> host)
{
    const QPointer<MainWindow> self(this);
    const Result<HostCapabilities> can = co_await host->capabilities();
    if (!self) {
        co_return;
    }
    if (!can) {
        tell(can.error());
        co_return;
    }
    const QString name = QString::fromStdString(host->name());
    const QString shown = name == QStringLiteral("local") ? tr("local QEMU") : name;
    const QString title =
        can->accelerator == Accelerator::Tender
            ? tr("Solo5 tenders")
            : QStringLiteral("%1 (%2)").arg(shown, QString::fromUtf8(rumpus::title(can->accelerator)));
    const QString note = QString::fromStdString(can->acceleratorNote);
    hosts_->nameHost(name, title, note);
    tree_->nameHost(name, title, note);
    if (!note.isEmpty()) {
        log_.add(LogKind::Notice, note);
    }
    if (hosts_->host() == name) {
        planForHost(name);
    }
}

void MainWindow::chooseHost()
{
    ConfigPage* page = editors_->currentConfig();
    if (page == nullptr || !page->document()->isChecked()) {
        return;
    }
    // a config is checked at each key that is typed in it; most change nothing here
    const std::pair wish(page->document()->path(), page->document()->check().file.config.host);
    if (wish != hostWish_) {
        hostWish_ = wish;
        hosts_->setUnikernel(QString::fromStdString(wish.first.native()),
                             QString::fromStdString(hostNameOf(wish.second)));
        planForHost(hosts_->host());
    }
}

void MainWindow::planForHost(const QString& name)
{
    if (ConfigPage* page = editors_->currentConfig()) {
        page->setHost(name.toStdString(),
                      [this](const std::string& word) { return workbench_.hosts().open(word); });
        offer(page, workbench_.hosts().find(name.toStdString()));
    }
}

QCoro::Task<> MainWindow::offer(QPointer<ConfigPage> page, std::shared_ptr<Host> host)
{
    using Reach = HostCondition::Reach;
    const Reach reach = host ? host->condition().reach : Reach::Untried;
    std::optional<HostCapabilities> capabilities;
    if (reach == Reach::Here || reach == Reach::Connected) {
        if (Result<HostCapabilities> can = co_await host->capabilities()) {
            capabilities = std::move(*can);
        }
    }
    if (page) {
        page->document()->setCapabilities(std::move(capabilities));
    }
}

} // namespace rumpus::gui
