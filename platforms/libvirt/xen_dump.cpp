// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_dump.h"

#include "core/base/background.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/dump/xen_core.h"

#include <QCoroFuture>

#include <utility>

namespace rumpus {

QCoro::Task<Result<void>> receiveXenDump(std::shared_ptr<HostReach> reach, HostReach::Write write,
                                         std::filesystem::path file)
{
    const Result<void> received = co_await reach->receive(std::move(write), file);
    if (!received) {
        co_return received;
    }
    const Result<void> readable = co_await inBackground([file] { return makeReadableForGdb(file); });
    if (!readable) {
        co_return hostError(formatted("{} is dumped, but GDB cannot open it: {}", printable(file.native()),
                                      readable.error().what),
                            readable.error().cure);
    }
    co_return {};
}

} // namespace rumpus
