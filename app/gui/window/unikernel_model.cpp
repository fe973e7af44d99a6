// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/unikernel_model.h"

#include "core/config/config_file.h"

namespace rumpus::gui {

namespace {

QString textOf(const std::filesystem::path& path)
{
    return QString::fromStdString(path.native());
}

QStandardItem* makeItem(UnikernelModel::Kind kind, const QString& id, const QString& text)
{
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    item->setData(QVariant::fromValue(kind), UnikernelModel::KindRole);
    item->setData(id, UnikernelModel::IdRole);
    return item;
}

QString activityWords(Workbench::Activity activity)
{
    switch (activity) {
    case Workbench::Activity::Building: return UnikernelModel::tr("building");
    case Workbench::Activity::Preparing: return UnikernelModel::tr("planning");
    case Workbench::Activity::Launching: return UnikernelModel::tr("launching");
    case Workbench::Activity::None: break;
    }
    return {};
}

/// Nothing where all is well.
QString reachWords(HostCondition::Reach reach)
{
    switch (reach) {
    case HostCondition::Reach::Connecting: return UnikernelModel::tr("connecting");
    case HostCondition::Reach::Lost: return UnikernelModel::tr("connection lost, trying again");
    case HostCondition::Reach::Failed: return UnikernelModel::tr("cannot be reached");
    case HostCondition::Reach::Refused: return UnikernelModel::tr("does not let you in");
    case HostCondition::Reach::Here:
    case HostCondition::Reach::Untried:
    case HostCondition::Reach::Connected: break;
    }
    return {};
}

} // namespace

QString unikernelName(const QString& config)
{
    return QString::fromStdString(rumpus::unikernelName(config.toStdString()));
}

Tone toneOf(GuestSession::Phase phase, const std::optional<GuestEnd>& end)
{
    using Phase = GuestSession::Phase;
    switch (phase) {
    case Phase::Starting:
    case Phase::Running:
    case Phase::DebugRunning: return Tone::Good;
    case Phase::Paused:
    case Phase::DebugStopped: return Tone::Notice;
    case Phase::Held:
    case Phase::Ended: break;
    }
    const bool bad =
        end && (isCrash(end->how) || end->how == GuestEnd::How::Refused || end->status.value_or(0) != 0);
    return bad ? Tone::Bad : Tone::Quiet;
}

Tone toneOf(const GuestSession& guest)
{
    return toneOf(guest.phase(), guest.guest().end());
}

UnikernelModel::UnikernelModel(Workbench* workbench, QObject* parent)
    : QStandardItemModel(parent), workbench_(workbench),
      unikernels_(makeItem(Kind::Section, {}, tr("Unikernels"))),
      hosts_(makeItem(Kind::Section, {}, tr("Hosts")))
{
    for (QStandardItem* section : {unikernels_, hosts_}) {
        section->setSelectable(false);
        QFont font = section->font();
        font.setWeight(QFont::DemiBold);
        section->setFont(font);
        appendRow(section);
    }
    HostList& hosts = workbench->hosts();
    for (const std::shared_ptr<Host>& host : hosts.all()) {
        addHost(QString::fromStdString(host->name()));
    }
    connect(&hosts, &HostList::added, this, &UnikernelModel::addHost);
    connect(&hosts, &HostList::removed, this, &UnikernelModel::removeHost);
    connect(&hosts, &HostList::conditionChanged, this, &UnikernelModel::showHost);
    connect(workbench, &Workbench::unikernelsChanged, this, &UnikernelModel::showUnikernels);
    connect(workbench, &Workbench::activityChanged, this, &UnikernelModel::showUnikernel);
    connect(workbench, &Workbench::guestAppeared, this, &UnikernelModel::showGuest);
    connect(workbench, &Workbench::guestChanged, this, &UnikernelModel::showGuest);
    connect(workbench, &Workbench::guestForgotten, this, &UnikernelModel::removeGuest);
    showUnikernels();
}

QStandardItem* UnikernelModel::itemOf(const QStandardItem* parent, const QString& id) const
{
    for (int row = 0; row < parent->rowCount(); ++row) {
        if (parent->child(row)->data(IdRole).toString() == id) {
            return parent->child(row);
        }
    }
    return nullptr;
}

QModelIndex UnikernelModel::unikernel(const QString& config) const
{
    const QStandardItem* item = itemOf(unikernels_, config);
    return item != nullptr ? item->index() : QModelIndex();
}

QModelIndex UnikernelModel::guest(const QString& id) const
{
    for (int row = 0; row < hosts_->rowCount(); ++row) {
        if (const QStandardItem* item = itemOf(hosts_->child(row), id)) {
            return item->index();
        }
    }
    return {};
}

QModelIndex UnikernelModel::host(const QString& name) const
{
    const QStandardItem* item = itemOf(hosts_, name);
    return item != nullptr ? item->index() : QModelIndex();
}

void UnikernelModel::addHost(const QString& name)
{
    QStandardItem* item = makeItem(Kind::Host, name, name);
    item->setIcon(icon(QStringLiteral("host")));
    hosts_->appendRow(item);
    showHost(name);
}

void UnikernelModel::removeHost(const QString& name)
{
    const QModelIndex index = host(name);
    if (index.isValid()) {
        removeRow(index.row(), index.parent());
    }
}

void UnikernelModel::showHost(const QString& name)
{
    QStandardItem* item = itemOf(hosts_, name);
    const std::shared_ptr<Host> host = workbench_->hosts().find(name.toStdString());
    if (item == nullptr || !host) {
        return;
    }
    const HostCondition condition = host->condition();
    const QString words = reachWords(condition.reach);
    item->setData(words, WordsRole);
    item->setAccessibleDescription(words);
    if (!condition.words.empty()) {
        item->setToolTip(QString::fromStdString(condition.words).toHtmlEscaped());
    }
}

void UnikernelModel::nameHost(const QString& host, const QString& title, const QString& note)
{
    if (QStandardItem* item = itemOf(hosts_, host)) {
        item->setText(title);
        if (!note.isEmpty()) {
            item->setToolTip(note.toHtmlEscaped());
        }
    }
}

void UnikernelModel::showUnikernels()
{
    const std::vector<std::filesystem::path>& wanted = workbench_->unikernels();
    for (int row = unikernels_->rowCount() - 1; row >= 0; --row) {
        const std::string path = unikernels_->child(row)->data(IdRole).toString().toStdString();
        if (std::ranges::find(wanted, std::filesystem::path(path)) == wanted.end()) {
            unikernels_->removeRow(row);
        }
    }
    for (const std::filesystem::path& path : wanted) {
        const QString config = textOf(path);
        if (itemOf(unikernels_, config) == nullptr) {
            QStandardItem* item = makeItem(Kind::Unikernel, config, unikernelName(config));
            item->setToolTip(displayPath(config).toHtmlEscaped());
            unikernels_->appendRow(item);
        }
        showUnikernel(config);
    }
}

void UnikernelModel::showUnikernel(const QString& config)
{
    QStandardItem* item = itemOf(unikernels_, config);
    if (item == nullptr) {
        return;
    }
    const std::filesystem::path path = config.toStdString();
    const Workbench::Activity activity = workbench_->activity(path);
    const std::shared_ptr<GuestSession> guest = workbench_->guestOf(path);
    QString words = activityWords(activity);
    Tone tone = Tone::Accent;
    const bool busy = activity != Workbench::Activity::None;
    if (!busy && guest) {
        words = QString::fromStdString(guest->words());
        tone = toneOf(*guest);
    }
    item->setData(words, WordsRole);
    item->setData(QVariant::fromValue(tone), ToneRole);
    item->setIcon(busy || guest ? icon(QStringLiteral("dot"), tone)
                                : icon(QStringLiteral("ring"), Tone::Quiet));
    item->setAccessibleDescription(words);
}

void UnikernelModel::showGuest(const std::shared_ptr<GuestSession>& guest)
{
    if (const ConfigFile* file = guest->config()) {
        showUnikernel(textOf(file->path));
    }
    const QString id = QString::fromStdString(guest->id());
    QStandardItem* host = itemOf(hosts_, QString::fromStdString(guest->host()));
    if (host == nullptr) {
        return;
    }
    QStandardItem* item = itemOf(host, id);
    if (item == nullptr) {
        item = makeItem(Kind::Guest, id, QString::fromStdString(guest->name()));
        host->appendRow(item);
    }
    const QString words = QString::fromStdString(guest->words());
    item->setData(guest->isOurs() ? words : tr("%1 · not started here").arg(words), WordsRole);
    item->setData(QVariant::fromValue(toneOf(*guest)), ToneRole);
    item->setIcon(icon(QStringLiteral("dot"), toneOf(*guest)));
    item->setToolTip(displayPath(textOf(guest->guest().plan().image)).toHtmlEscaped());
    item->setAccessibleDescription(words);
    if (guest->phase() == GuestSession::Phase::Ended) {
        // its console stays, the host has it no more
        host->removeRow(item->row());
    }
}

void UnikernelModel::removeGuest(const QString& id)
{
    const QModelIndex index = guest(id);
    if (index.isValid()) {
        removeRow(index.row(), index.parent());
    }
}

} // namespace rumpus::gui
