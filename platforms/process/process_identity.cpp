// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/process/process_identity.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <charconv>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace rumpus {

namespace {

/// The fields of /proc/PID/stat by their numbers in proc(5), from 1 on; too few: there is no such process, or
/// it has ended.
class Stat {
public:
    explicit Stat(pid_t pid)
    {
        std::ifstream file(formatted("/proc/{}/stat", pid));
        std::string line;
        std::getline(file, line);
        // the second field may hold blanks and brackets; after its last ')' come the third and the others
        const std::size_t bracket = line.rfind(')');
        if (bracket != std::string::npos) {
            fields_ = split(std::string_view(line).substr(bracket + 1), ' ');
        }
    }
    /// A process that nobody has waited for yet has ended all the same.
    bool isAlive() const
    {
        static constexpr std::size_t residentSet = 24;
        return fields_.size() > residentSet - firstField && word(3) != "Z" && word(3) != "X";
    }
    Standing standing() const
    {
        if (!isAlive()) {
            return Standing::No;
        }
        return word(3) == "T" ? Standing::BySignal : word(3) == "t" ? Standing::ByTracer : Standing::No;
    }
    std::uint64_t number(std::size_t field) const
    {
        std::uint64_t value = 0;
        const std::string& text = word(field);
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }

private:
    static constexpr std::size_t firstField = 2; ///< the blank before field 3 makes an empty one
    const std::string& word(std::size_t field) const { return fields_[field - firstField]; }

    std::vector<std::string> fields_;
};

} // namespace

std::optional<ProcessIdentity> identityOf(pid_t pid)
{
    const Stat stat(pid);
    return stat.isAlive() ? std::optional(ProcessIdentity{.pid = pid, .startTicks = stat.number(22)})
                          : std::nullopt;
}

Standing standingOf(const ProcessIdentity& process)
{
    const Stat stat(process.pid);
    return stat.isAlive() && stat.number(22) == process.startTicks ? stat.standing() : Standing::No;
}

std::optional<ProcessUsage> usageOf(const ProcessIdentity& process)
{
    const Stat stat(process.pid);
    if (!stat.isAlive() || stat.number(22) != process.startTicks) {
        return std::nullopt;
    }
    const auto ticksPerSecond = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    const std::uint64_t ticks = stat.number(14) + stat.number(15);
    return ProcessUsage{.cpu = std::chrono::nanoseconds(ticks * (1'000'000'000 / ticksPerSecond)),
                        .memory = stat.number(24) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
}

} // namespace rumpus
