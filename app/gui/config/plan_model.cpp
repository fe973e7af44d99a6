// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/plan_model.h"

#include "core/base/text.h"
#include "core/base/units.h"

#include <QStringList>

#include <algorithm>

namespace rumpus::gui {

namespace {

QString words(std::string_view text)
{
    return QString::fromStdString(printable(text));
}

QString network(const PlannedInterface& interface)
{
    QString text = words(interface.guestName) + QStringLiteral(" · ");
    switch (interface.backend.type) {
    case NetworkBackend::User: text += PlanModel::tr("user mode"); break;
    case NetworkBackend::Tap: text += PlanModel::tr("tap %1").arg(words(interface.backend.device)); break;
    case NetworkBackend::Bridge:
        text += PlanModel::tr("bridge %1").arg(words(interface.backend.device));
        break;
    case NetworkBackend::None: text += PlanModel::tr("not connected"); break;
    }
    for (const PortForward& forward : interface.backend.forwards) {
        text += PlanModel::tr(", %1 port %2 → %3")
                    .arg(forward.transport == Transport::Tcp ? QStringLiteral("TCP") : QStringLiteral("UDP"))
                    .arg(forward.hostPort)
                    .arg(forward.guestPort);
    }
    return text + QStringLiteral(" · ") + words(interface.mac);
}

PlanAnswer decide(const ConfigCheck& check, const HostCapabilities& capabilities, const Host& host)
{
    PlanAnswer answer;
    PlanResult result = makePlan(check.file, *check.image, capabilities, {});
    answer.plan = std::move(result.plan);
    answer.problems = std::move(result.problems);
    answer.note = capabilities.acceleratorNote;
    if (answer.plan) {
        for (const std::vector<std::string>& command : host.commands(*answer.plan)) {
            answer.command += (answer.command.empty() ? "" : "\n\n") + commandInLines(command);
        }
    }
    return answer;
}

} // namespace

PlanModel::PlanModel(ConfigDocument& document, QObject* parent) : QObject(parent), document_(document)
{
    connect(&document_, &ConfigDocument::checked, this, [this] {
        stale_ = true;
        refresh();
    });
}

void PlanModel::setHost(std::string name, HostOpener opener)
{
    if (name == hostName_ && host_) {
        return;
    }
    hostName_ = std::move(name);
    opener_ = std::move(opener);
    host_.reset();
    stale_ = true;
    refresh();
}

Result<std::shared_ptr<Host>> PlanModel::host()
{
    if (!host_) {
        Result<std::shared_ptr<Host>> opened =
            opener_ ? opener_(hostName_) : openHost(hostName_).transform([](std::unique_ptr<Host>&& host) {
                return std::shared_ptr<Host>(std::move(host));
            });
        if (!opened) {
            return opened;
        }
        host_ = std::move(*opened);
        connect(host_.get(), &Host::conditionChanged, this, [this] {
            if (host_->condition().reach == HostCondition::Reach::Connected) {
                stale_ = true;
                refresh();
            }
        });
    }
    return host_;
}

void PlanModel::setActive(bool active)
{
    active_ = active;
    refresh();
}

void PlanModel::refresh()
{
    if (!active_ || !stale_ || !document_.isChecked()) {
        return;
    }
    stale_ = false;
    const ConfigCheck& check = document_.check();
    const std::uint64_t job = ++job_;
    PlanAnswer refused;
    refused.problems = check.file.problems;
    const Result<std::shared_ptr<Host>> host = this->host();
    if (!host) {
        refused.error = host.error();
        take(job, std::move(refused));
    } else if (check.file.hasErrors() || !check.image) {
        const bool unbuilt = !check.file.hasErrors() && check.file.config.build.has_value();
        if (unbuilt) {
            refused.error = Error{Fault::Input, "the image is not built yet", "press Build"};
        }
        take(job, std::move(refused));
    } else {
        ask(this, *host, check, job);
    }
}

QCoro::Task<> PlanModel::ask(QPointer<PlanModel> model, std::shared_ptr<Host> host, ConfigCheck check,
                             std::uint64_t job)
{
    const Result<HostCapabilities> capabilities = co_await host->capabilities();
    if (model.isNull()) {
        co_return;
    }
    if (capabilities) {
        model->take(job, decide(check, *capabilities, *host));
    } else {
        PlanAnswer refused;
        refused.error = capabilities.error();
        model->take(job, std::move(refused));
    }
}

void PlanModel::take(std::uint64_t job, PlanAnswer answer)
{
    if (job == job_) {
        answer_ = std::move(answer);
        locate(answer_.problems, document_.text());
        Q_EMIT changed();
    }
}

std::vector<std::pair<QString, QString>> PlanModel::facts() const
{
    std::vector<std::pair<QString, QString>> facts;
    if (!answer_.plan) {
        return facts;
    }
    const LaunchPlan& plan = *answer_.plan;
    facts.emplace_back(tr("Host"), tr("%1, %2").arg(words(plan.host), words(title(plan.accelerator))));
    facts.emplace_back(tr("Image"),
                       tr("%1, entered by %2").arg(words(title(plan.kind)), words(title(plan.boot))));
    facts.emplace_back(
        tr("Machine"),
        plan.vcpus == 1
            ? tr("%1, %2, 1 vCPU").arg(words(plan.machine), words(exactSize(plan.memory)))
            : tr("%1, %2, %3 vCPUs").arg(words(plan.machine), words(exactSize(plan.memory))).arg(plan.vcpus));
    for (const PlannedInterface& interface : plan.interfaces) {
        facts.emplace_back(tr("Network"), network(interface));
    }
    for (const PlannedDisk& disk : plan.disks) {
        facts.emplace_back(tr("Disk"), QStringLiteral("%1 · %2%3")
                                           .arg(words(disk.guestName), words(disk.file.native()),
                                                disk.readOnly ? tr(" · read-only") : QString()));
    }
    if (!plan.commandLine.empty()) {
        facts.emplace_back(tr("Kernel is told"), words(plan.commandLine));
    }
    if (!plan.module.empty()) {
        facts.emplace_back(tr("Module"), words(plan.module));
    }
    QStringList intents;
    for (const GuestKey& key : plan.keys) {
        intents << QStringLiteral("%1: %2").arg(words(key.pointer), words(key.intent));
    }
    if (!intents.isEmpty()) {
        facts.emplace_back(tr("Guest does"), intents.join(u'\n'));
    }
    return facts;
}

std::string commandInLines(std::span<const std::string> commandWords)
{
    std::string text;
    for (const std::string& word : commandWords) {
        const bool option = word.starts_with('-') && word.size() > 1;
        text += text.empty() ? "" : option ? " \\\n    " : " ";
        text += shellQuoted(word);
    }
    return text;
}

} // namespace rumpus::gui
