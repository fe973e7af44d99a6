// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/qemu/kvm_probe.h"
namespace rumpus {
QCoro::Task<KvmVerdict> probeKvm(std::string)
{
    co_return KvmVerdict{};
}
} // namespace rumpus
