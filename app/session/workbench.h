// Workbench: what a front end works on: unikernels, the hosts' guests, and the clicks of Build, Run and
// Debug.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/boot_phases.h"
#include "app/session/guest_session.h"
#include "app/session/host_list.h"
#include "core/build/builder.h"

#include <QCoroTask>
#include <QObject>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace rumpus {

/// What a click wants.
enum class Click : std::uint8_t { Build, Run, Debug };

class Workbench : public QObject {
    Q_OBJECT
public:
    /// What is being done for a unikernel on the way to a guest.
    enum class Activity : std::uint8_t { None, Building, Preparing, Launching };
    Q_ENUM(Activity)

    explicit Workbench(QObject* parent = nullptr);

    // --- unikernels: config files by their absolute paths

    const std::vector<std::filesystem::path>& unikernels() const { return unikernels_; }
    /// A config file, or a folder with all that lie in it and one level below. Errors: nothing there.
    Result<std::vector<std::filesystem::path>> open(const std::filesystem::path& place);
    void close(const std::filesystem::path& config);
    Activity activity(const std::filesystem::path& config) const;

    // --- hosts and guests

    HostList& hosts() { return hosts_; }
    /// Reads the user's list of hosts, and looks for guests of every host, now and from now on. Errors: the
    /// list cannot be read; this machine is watched all the same.
    Result<void> watchHosts();
    /// Looks again for guests of a host, and so tries to reach one that could not be reached.
    void lookAt(const std::shared_ptr<Host>& host);
    const std::vector<std::shared_ptr<GuestSession>>& guests() const { return guests_; }
    std::shared_ptr<GuestSession> guest(const std::string& id) const;
    /// The newest guest of a config that is not over; null: none.
    std::shared_ptr<GuestSession> guestOf(const std::filesystem::path& config) const;
    /// A guest that is over is no longer kept.
    void forget(const std::string& id);

    // --- clicks

    /// Builds where the config has a build command, then launches, then attaches the debugger with the
    /// breakpoints: as far as the click goes. Errors are told in full by the refusal.
    QCoro::Task<std::expected<std::shared_ptr<GuestSession>, Refusal>>
    click(Click click, std::filesystem::path config, std::string host, std::vector<Breakpoint> breakpoints);

Q_SIGNALS:
    void unikernelsChanged();
    void activityChanged(const QString& config);
    /// A guest is here: launched by us, or found.
    void guestAppeared(const std::shared_ptr<rumpus::GuestSession>& guest);
    void guestChanged(const std::shared_ptr<rumpus::GuestSession>& guest);
    void guestForgotten(const QString& id);
    /// A file is on its way to a host, in bytes.
    void sending(const QString& host, const QString& file, qint64 done, qint64 total);

    void buildStarted(const QString& config, const QString& folder);
    void buildPrinted(const QByteArray& bytes);
    void buildFinished(bool good, const QString& words);
    /// A click that leads to a guest has begun, and what it has reached on its way there.
    void clicked(const QString& config);
    void reached(const QString& config, rumpus::BootMoment moment);
    /// The click has led to this guest; none: it was refused.
    void arrived(const QString& config, const std::shared_ptr<rumpus::GuestSession>& guest);

private:
    void become(const std::filesystem::path& config, Activity activity);
    /// Nothing goes on for the config any more, and the click led to no guest; gives back the refusal.
    Refusal refuse(const std::filesystem::path& config, Refusal refusal);
    /// `warm`: the launch is for a debugger, which is started meanwhile.
    QCoro::Task<std::expected<std::shared_ptr<GuestSession>, Refusal>>
    launch(std::filesystem::path config, std::shared_ptr<Host> host, std::shared_ptr<DebugSession>* warm);
    void add(const std::shared_ptr<GuestSession>& guest);
    void watch(const QString& name);
    void forgetHost(const QString& name);
    QCoro::Task<> findGuests(std::shared_ptr<Host> host);
    QCoro::Task<Result<void>> build(ConfigFile file);

    std::vector<std::filesystem::path> unikernels_;
    std::map<std::filesystem::path, Activity> activities_;
    HostList hosts_;
    bool watching_ = false;
    std::multiset<std::string> launching_; ///< names of the hosts that a click is launching on
    std::vector<std::shared_ptr<GuestSession>> guests_;
};

} // namespace rumpus
