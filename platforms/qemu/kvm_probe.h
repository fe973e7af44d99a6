// Whether KVM really runs a guest here: a tiny image is booted under it, once, and the verdict kept.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroTask>

#include <string>

namespace rumpus {

struct KvmVerdict {
    bool works = false;
    std::string note; ///< why not, with the cure; empty where it works
};

/// Asks the machine, in under a second, or the kept verdict. It is asked again after a reboot, with another
/// QEMU, or when /dev/kvm or one's right to it changes. An emulator that is not there gives "does not work".
QCoro::Task<KvmVerdict> probeKvm(std::string emulator);

} // namespace rumpus
