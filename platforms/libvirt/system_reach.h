// SystemReach: this machine's system daemon, whose QEMU runs as another user: images are where it can read
// them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/host_logs.h"
#include "platforms/libvirt/host_reach.h"

namespace rumpus {

/// A file as every user of this machine can read it: where it is, if its folders let them in, else a copy
/// under the SHA-256 of its content in /var/tmp/rumpus-UID/images, of which the newest are kept. Errors: it
/// cannot be read, there is no room, somebody else has that folder.
Result<std::filesystem::path> readableByAll(const std::filesystem::path& file);

class SystemReach : public HostReach {
public:
    SystemReach();
    HostLogs* logs() override { return &logs_; }
    QCoro::Task<Result<std::filesystem::path>> place(std::filesystem::path file) override;
    /// What a guest writes goes into the file itself: a copy would keep it.
    QCoro::Task<Result<std::filesystem::path>> placeDisk(std::filesystem::path file) override
    {
        co_return file;
    }

private:
    HostLogs logs_;
};

} // namespace rumpus
