// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/process/run_directory.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/runtime_directory.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace rumpus {

namespace {

/// N of "NAME-N", or 0.
unsigned serialOf(std::string_view folder, std::string_view name)
{
    unsigned serial = 0;
    if (folder.starts_with(name) && folder.size() > name.size() && folder[name.size()] == '-') {
        const std::string_view digits = folder.substr(name.size() + 1);
        const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), serial);
        if (status != std::errc{} || end != digits.data() + digits.size()) {
            return 0;
        }
    }
    return serial;
}

} // namespace

std::string safeFileName(std::string_view unikernel)
{
    static constexpr std::size_t longest = 32;
    std::string name;
    for (const char c : unikernel.substr(0, longest)) {
        const bool safe = (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_' || c == '.';
        name += safe ? c : '-';
    }
    return name.empty() || name[0] == '.' || name[0] == '-' ? "guest" + name : name;
}

Result<std::filesystem::path> RunDirectory::base()
{
    Result<std::filesystem::path> guests = runtimeDirectory("guests");
    if (!guests) {
        return guests;
    }
    // unix(7): a socket's path has 107 characters at most
    static constexpr std::size_t room =
        sizeof(sockaddr_un::sun_path) - sizeof("/12345678901234567890123456789012-999/qmp.sock");
    if (guests->native().size() > room) {
        return hostError(formatted("{} is too long for sockets in it", printable(guests->native())),
                         "set XDG_RUNTIME_DIR to a shorter path");
    }
    return guests;
}

Result<RunDirectory> RunDirectory::create(std::string_view unikernel)
{
    const Result<std::filesystem::path> parent = base();
    if (!parent) {
        return std::unexpected(parent.error());
    }
    const std::string name = safeFileName(unikernel);
    unsigned serial = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(*parent, ignored)) {
        serial = std::max(serial, serialOf(entry.path().filename().native(), name));
    }
    static constexpr unsigned attempts = 1000;
    for (unsigned attempt = 1; attempt <= attempts; ++attempt) {
        std::filesystem::path path = *parent / formatted("{}-{}", name, serial + attempt);
        if (::mkdir(path.c_str(), 0700) == 0) {
            return RunDirectory(std::move(path));
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return hostError(formatted("cannot make a run directory in {}", printable(parent->native())),
                     std::strerror(errno));
}

std::vector<RunDirectory> RunDirectory::all()
{
    std::vector<RunDirectory> found;
    const Result<std::filesystem::path> parent = base();
    if (!parent) {
        return found;
    }
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(*parent, ignored)) {
        if (std::filesystem::exists(entry.path() / "plan.json", ignored)) {
            found.emplace_back(entry.path());
        }
    }
    std::ranges::sort(found, {},
                      [](const RunDirectory& run) { return std::pair(run.createdAt(), run.id()); });
    return found;
}

void RunDirectory::removeOld(std::string_view unikernel)
{
    static constexpr std::size_t kept = 10;
    const std::string name = safeFileName(unikernel);
    std::vector<RunDirectory> finished;
    for (RunDirectory& run : all()) {
        if (serialOf(run.id(), name) != 0 && !run.isAlive()) {
            finished.push_back(std::move(run));
        }
    }
    for (std::size_t i = 0; i + kept < finished.size(); ++i) {
        finished[i].remove();
    }
}

Result<void> RunDirectory::savePlan(const LaunchPlan& plan) const
{
    return publishFile(path_ / "plan.json",
                       toJson(plan).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<LaunchPlan> RunDirectory::loadPlan() const
{
    const Result<std::string> text = readFile(path_ / "plan.json");
    if (!text) {
        return std::unexpected(text.error());
    }
    return planFromJson(Json::parse(*text, nullptr, false));
}

Result<void> RunDirectory::saveProcess(const ProcessIdentity& process) const
{
    return publishFile(path_ / "pid", formatted("{} {}\n", process.pid, process.startTicks));
}

std::optional<ProcessIdentity> RunDirectory::loadProcess() const
{
    std::ifstream file(path_ / "pid");
    ProcessIdentity process;
    if (!(file >> process.pid >> process.startTicks) || process.pid <= 0) {
        return std::nullopt;
    }
    return process;
}

bool RunDirectory::isAlive() const
{
    const std::optional<ProcessIdentity> process = loadProcess();
    return process && identityOf(process->pid) == process;
}

std::chrono::system_clock::time_point RunDirectory::createdAt() const
{
    return guestMadeAt(path_);
}

void RunDirectory::remove() const
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace rumpus
