// A lab of its own for tests with real daemons: libvirtd and virtlogd in namespaces that end with the test,
// as the user's own daemon or as the system's.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rumpus {

class Lab {
public:
    enum class Mode : unsigned char {
        Session, ///< a user's own daemon
        System,  ///< the system's, used by root
        User,    ///< the system's, used by somebody else
        Polkit, ///< the system's, used by root, who can become one of those whom polkit decides on: a rule on
                ///< "allowed" and "denied", and on "guarded", who comes in while there is /run/lab/gate/open;
                ///< on all others the password of "ada", which is "sesame"
    };

    /// Makes this process the first of namespaces of its own, where it may; becomes another user for session
    /// mode, for root has no session daemon. Must come before any thread. Returns in the process that is to
    /// run the tests; the one that was started waits for it and ends with its status.
    static Lab& enter(Mode mode);
    static Lab& instance();

    /// Why there is no lab here; empty: there is one.
    const std::string& obstacle() const { return obstacle_; }
    Mode mode() const { return mode_; }
    std::string uri() const;
    /// A folder that this user and the guests' can read, gone with the lab.
    const std::filesystem::path& folder() const { return folder_; }
    /// The sample guests' images, NAME/NAME.elf, where the guests' user can read them.
    std::filesystem::path guests() const { return folder_ / "guests"; }
    std::filesystem::path image(const std::string& guest) const;

    /// Makes this process an ordinary user's, and the folder his.
    void becomeNobody();

    /// Both return when the daemon answers, or is gone; an ordinary user can do neither to the system's.
    void startDaemon();
    void killDaemon(int signal);

    /// Ends what is left; called once, after the tests.
    void leave();

private:
    void build(Mode mode);
    void makeSystemPlaces();
    void makePolkit();
    void makeFolders();
    void copyGuests() const;
    bool spawn(const std::vector<std::string>& command) const;

    Mode mode_ = Mode::Session;
    bool entered_ = false; ///< it has namespaces of its own
    std::string obstacle_;
    std::filesystem::path folder_;
};

} // namespace rumpus
