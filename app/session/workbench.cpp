// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/workbench.h"

#include "app/session/building.h"
#include "app/session/debugging.h"
#include "core/base/breath.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QPointer>

#include <algorithm>

namespace rumpus {

namespace fs = std::filesystem;

namespace {

/// The configs in a folder and in its folders.
std::vector<fs::path> configsIn(const fs::path& folder)
{
    static constexpr std::size_t most = 1000;
    std::vector<fs::path> found;
    std::error_code failed;
    fs::recursive_directory_iterator entries(folder, fs::directory_options::skip_permission_denied, failed);
    for (; !failed && entries != fs::end(entries) && found.size() < most; entries.increment(failed)) {
        if (entries.depth() > 0) {
            entries.disable_recursion_pending();
        }
        if (entries->path().native().ends_with(configSuffix) && entries->is_regular_file(failed)) {
            found.push_back(entries->path());
        }
    }
    std::ranges::sort(found);
    return found;
}

} // namespace

Workbench::Workbench(QObject* parent) : QObject(parent)
{
    connect(&hosts_, &HostList::added, this, &Workbench::watch);
    connect(&hosts_, &HostList::removed, this, &Workbench::forgetHost);
}

Result<std::vector<fs::path>> Workbench::open(const fs::path& place)
{
    std::error_code failed;
    const fs::path absolute = fs::absolute(place, failed).lexically_normal();
    std::vector<fs::path> configs;
    if (fs::is_directory(absolute, failed)) {
        configs = configsIn(absolute);
        if (configs.empty()) {
            return inputError(formatted("there is no unikernel in {}", printable(absolute.native())),
                              formatted("make one there from a template, or open a file *{}", configSuffix));
        }
    } else if (fs::is_regular_file(absolute, failed)) {
        configs.push_back(absolute);
    } else {
        return inputError(formatted("there is no file {}", printable(absolute.native())));
    }
    for (const fs::path& config : configs) {
        if (!std::ranges::contains(unikernels_, config)) {
            unikernels_.push_back(config);
        }
    }
    Q_EMIT unikernelsChanged();
    return configs;
}

void Workbench::close(const fs::path& config)
{
    std::erase(unikernels_, config);
    Q_EMIT unikernelsChanged();
}

Workbench::Activity Workbench::activity(const fs::path& config) const
{
    const auto found = activities_.find(config);
    return found == activities_.end() ? Activity::None : found->second;
}

void Workbench::become(const fs::path& config, Activity activity)
{
    activities_[config] = activity;
    Q_EMIT activityChanged(QString::fromStdString(config.native()));
}

Result<void> Workbench::watchHosts()
{
    if (!watching_) {
        watching_ = true;
        for (const std::shared_ptr<Host>& host : hosts_.all()) {
            watch(QString::fromStdString(host->name()));
        }
    }
    return hosts_.reload();
}

void Workbench::watch(const QString& name)
{
    const std::shared_ptr<Host> host = hosts_.find(name.toStdString());
    if (!watching_ || !host) {
        return;
    }
    connect(host.get(), &Host::guestsChanged, this, [this, weak = std::weak_ptr(host)] {
        if (const auto changed = weak.lock()) {
            lookAt(changed);
        }
    });
    connect(host.get(), &Host::progressed, this,
            [this, name](const QString& file, qint64 done, qint64 total) {
                Q_EMIT sending(name, file, done, total);
            });
    host->watchGuests();
    lookAt(host);
}

void Workbench::lookAt(const std::shared_ptr<Host>& host)
{
    findGuests(host);
}

void Workbench::forgetHost(const QString& name)
{
    const std::string host = name.toStdString();
    std::vector<std::string> gone;
    for (const std::shared_ptr<GuestSession>& guest : guests_) {
        if (guest->host() == host && !guest->isOurs()) {
            gone.push_back(guest->id());
        }
    }
    for (const std::string& id : gone) {
        std::erase_if(guests_, [&](const auto& guest) { return guest->id() == id; });
        Q_EMIT guestForgotten(QString::fromStdString(id));
    }
}

QCoro::Task<> Workbench::findGuests(std::shared_ptr<Host> host)
{
    const QPointer<Workbench> self(this);
    std::set<std::string> known;
    for (const std::shared_ptr<GuestSession>& guest : guests_) {
        known.insert(guest->id());
    }
    Result<std::vector<std::unique_ptr<Guest>>> found = co_await host->newGuests(std::move(known));
    // it may have left the list meanwhile; and those that we are just launching there become known by their
    // launch, which looks again at its end
    const auto holds = [&] {
        return self && hosts_.find(host->name()) == host && !launching_.contains(host->name());
    };
    if (!found || !holds()) {
        co_return;
    }
    Breath breath;
    for (std::unique_ptr<Guest>& guest : *found) {
        if (breath.isDue()) {
            co_await breath.take();
            if (!holds()) {
                co_return;
            }
        }
        // it may have become known meanwhile
        if (!this->guest(guest->id())) {
            add(GuestSession::found(std::move(guest), *host));
        }
    }
}

std::shared_ptr<GuestSession> Workbench::guest(const std::string& id) const
{
    const auto found = std::ranges::find(guests_, id, &GuestSession::id);
    return found == guests_.end() ? nullptr : *found;
}

std::shared_ptr<GuestSession> Workbench::guestOf(const fs::path& config) const
{
    for (auto guest = guests_.rbegin(); guest != guests_.rend(); ++guest) {
        const ConfigFile* file = (*guest)->config();
        if (file != nullptr && file->path == config && (*guest)->phase() != GuestSession::Phase::Ended) {
            return *guest;
        }
    }
    return nullptr;
}

void Workbench::forget(const std::string& id)
{
    std::erase_if(guests_, [&](const auto& guest) {
        return guest->id() == id && guest->phase() == GuestSession::Phase::Ended;
    });
    Q_EMIT guestForgotten(QString::fromStdString(id));
}

void Workbench::add(const std::shared_ptr<GuestSession>& guest)
{
    guests_.push_back(guest);
    connect(guest.get(), &GuestSession::changed, this, [this, weak = std::weak_ptr(guest)] {
        if (const auto changed = weak.lock()) {
            Q_EMIT guestChanged(changed);
        }
    });
    Q_EMIT guestAppeared(guest);
}

QCoro::Task<Result<void>> Workbench::build(ConfigFile file)
{
    const QString path = QString::fromStdString(file.path.native());
    become(file.path, Activity::Building);
    Q_EMIT buildStarted(path,
                        QString::fromStdString((file.folder() / file.config.build->directory).native()));
    Builder builder;
    connect(&builder, &Builder::printed, this, &Workbench::buildPrinted);
    const QPointer<Workbench> self(this);
    const Result<void> built = co_await builder.build(file, buildEnvironment());
    if (!self) {
        co_return hostError("the front end was closed");
    }
    Q_EMIT buildFinished(built.has_value(),
                         built ? QString() : QString::fromStdString(toString(built.error())));
    if (built) {
        Q_EMIT reached(path, BootMoment::Build);
    }
    become(file.path, Activity::None);
    co_return built;
}

Refusal Workbench::refuse(const fs::path& config, Refusal refusal)
{
    become(config, Activity::None);
    Q_EMIT arrived(QString::fromStdString(config.native()), nullptr);
    return refusal;
}

QCoro::Task<std::expected<std::shared_ptr<GuestSession>, Refusal>>
Workbench::click(Click click, fs::path config, std::string hostName, std::vector<Breakpoint> breakpoints)
{
    // a front end can be closed at any moment; what was launched by then goes on without it
    const QPointer<Workbench> self(this);
    const auto because = [config](const Error& error) {
        return Refusal{.config = config, .problems = {}, .error = error};
    };
    const Result<ConfigFile> file = loadConfigFile(config);
    if (!file) {
        co_return std::unexpected(refuse(config, because(file.error())));
    }
    if (file->hasErrors()) {
        co_return std::unexpected(Refusal{.config = config, .problems = file->problems, .error = {}});
    }
    if (click != Click::Build) {
        Q_EMIT clicked(QString::fromStdString(config.native()));
    }
    if (file->config.build) {
        if (const Result<void> built = co_await build(*file); !built) {
            co_return std::unexpected(self ? refuse(config, because(built.error())) : because(built.error()));
        }
    } else if (click == Click::Build) {
        const Error error{Fault::Input, "the config has no build command", "set one under Build"};
        co_return std::unexpected(refuse(config, because(error)));
    }
    if (click == Click::Build) {
        co_return nullptr;
    }
    const Result<std::shared_ptr<Host>> host = hosts_.open(hostName.empty() ? file->config.host : hostName);
    if (!host) {
        co_return std::unexpected(refuse(config, because(host.error())));
    }
    (*host)->askAgain();
    std::shared_ptr<DebugSession> warm;
    const auto guest = co_await launch(config, *host, click == Click::Debug ? &warm : nullptr);
    if (!guest || click != Click::Debug) {
        co_return guest;
    }
    const Result<void> attached = co_await (*guest)->debug(std::move(breakpoints), std::move(warm));
    if (!attached) {
        co_await (*guest)->guest().kill();
        co_return std::unexpected(self ? refuse(config, because(attached.error()))
                                       : because(attached.error()));
    }
    co_return guest;
}

QCoro::Task<std::expected<std::shared_ptr<GuestSession>, Refusal>>
Workbench::launch(fs::path config, std::shared_ptr<Host> host, std::shared_ptr<DebugSession>* warm)
{
    const QString path = QString::fromStdString(config.native());
    const QPointer<Workbench> self(this);
    auto run = std::make_unique<RunSession>(host);
    bool launches = false;
    connect(run.get(), &RunSession::stateChanged, this, [&, session = run.get()](RunSession::State state) {
        if (state == RunSession::State::Launching) {
            become(config, Activity::Launching);
            launching_.insert(host->name());
            launches = true;
            Q_EMIT reached(path, BootMoment::Plan);
            if (warm != nullptr) {
                *warm = warmUp(*session->prepared());
            }
        }
    });
    become(config, Activity::Preparing);
    auto started = co_await run->start(config, {.debug = warm != nullptr});
    if (!self) {
        co_return std::unexpected(Refusal{
            .config = config, .problems = {}, .error = Error{Fault::Host, "the front end was closed", {}}});
    }
    disconnect(run.get(), &RunSession::stateChanged, this, nullptr);
    if (launches) {
        launching_.erase(launching_.find(host->name()));
    }
    if (!started) {
        lookAt(host);
        co_return std::unexpected(refuse(config, started.error()));
    }
    const std::shared_ptr<GuestSession> guest = GuestSession::ofRun(std::move(run));
    Q_EMIT reached(path, BootMoment::Process);
    add(guest);
    Q_EMIT arrived(path, guest);
    become(config, Activity::None);
    lookAt(host);
    guest->follow();
    co_return guest;
}

} // namespace rumpus
