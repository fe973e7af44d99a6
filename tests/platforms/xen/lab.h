// XenstoreLab: a xenstored of a test's own, in a folder of its own, on a machine without Xen.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/xen/xenstore_place.h"

#include <QProcess>
#include <QTemporaryDir>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace rumpus {

class XenstoreLab {
public:
    /// Errors: what is missing here to run one, in words for a skipped test.
    static Result<std::unique_ptr<XenstoreLab>> start();
    ~XenstoreLab();

    std::filesystem::path socket() const { return folder() / "socket"; }
    XenstorePlace place() const { return {.socket = socket()}; }
    /// Where an introduced guest's own connection is: unprivileged, and one at a time.
    std::filesystem::path guestSocket(std::uint32_t domain) const;
    std::filesystem::path folder() const { return folder_.path().toStdString(); }

    /// Ends it at once, as a crash does; its nodes are gone.
    void kill();
    Result<void> startAgain();
    /// Lets it stand still, and go on.
    void pause();
    void resume();

private:
    QTemporaryDir folder_;
    std::unique_ptr<QProcess> process_;
};

} // namespace rumpus
