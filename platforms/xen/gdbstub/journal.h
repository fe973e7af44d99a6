// Journal: what the stub has changed of a guest, in a file of dom0's that outlives it, so that the next one
// can put it right: bytes of its memory, and a pause. Written through a mapping: what is there when a process
// is killed stays; what is there when dom0 goes down is of no use to anybody.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/guest_memory.h"
#include "platforms/xen/gdbstub/target.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace rumpus::gdbstub {

class Journal {
public:
    /// The journal of a domain, /run/rumpus/xen-gdbstub/UUID, for this process alone. Errors: another stub
    /// has it; the folder is not root's alone.
    static Outcome<std::unique_ptr<Journal>> open(const std::string& folder, const std::string& uuid);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    static constexpr std::size_t mostBytes = 2000;

    /// How the memory is had that its places are of. Only while there are none.
    void setWay(MemoryWay way);
    MemoryWay way() const;

    /// Before it is changed. False: no more can be kept.
    bool add(Place place, char before);
    /// After everything was put right.
    void clear();
    std::size_t size() const;
    Place place(std::size_t which) const;
    char before(std::size_t which) const;

    /// A pause of ours is held. `setPaused` comes before the pause, and after it was taken back.
    bool isPaused() const;
    void setPaused(bool paused);

    /// Xen tells us of it (GuestMonitor). Written before that begins, and after it has ended.
    bool isMonitored() const;
    void setMonitored(bool monitored);

    /// Its processors watch memory for us: what the guest had of its entry for that exception. It is written
    /// before they do, and taken away when they do no longer.
    std::optional<std::uint32_t> watching() const;
    void setWatching(std::optional<std::uint32_t> entryFlags);

    /// Nothing is left to put right: the file goes.
    void remove();

private:
    struct Content;
    Journal(std::string path, int file, Content* content)
        : path_(std::move(path)), file_(file), content_(content)
    {
    }

    std::string path_;
    int file_;
    Content* content_;
};

} // namespace rumpus::gdbstub
