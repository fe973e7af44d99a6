// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/domain_directory.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/runtime_directory.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rumpus {

Result<void> makePrivateFile(const std::filesystem::path& file)
{
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (made < 0) {
        return hostError(formatted("cannot write {}", printable(file.native())), std::strerror(errno));
    }
    ::close(made);
    return {};
}

Result<DomainDirectory> DomainDirectory::create(const std::string& uuid)
{
    const Result<std::filesystem::path> base = runtimeDirectory("domains");
    if (!base) {
        return std::unexpected(base.error());
    }
    std::filesystem::path path = *base / uuid;
    if (::mkdir(path.c_str(), 0700) != 0) {
        return hostError(formatted("cannot make {}", printable(path.native())), std::strerror(errno));
    }
    return DomainDirectory(std::move(path));
}

std::optional<DomainDirectory> DomainDirectory::find(const std::string& uuid)
{
    const Result<std::filesystem::path> base = runtimeDirectory("domains");
    std::error_code failed;
    if (!base || !std::filesystem::exists(*base / uuid / "plan.json", failed)) {
        return std::nullopt;
    }
    return DomainDirectory(*base / uuid);
}

std::vector<DomainDirectory> DomainDirectory::all()
{
    std::vector<DomainDirectory> found;
    const Result<std::filesystem::path> base = runtimeDirectory("domains");
    std::error_code failed;
    if (!base) {
        return found;
    }
    for (const auto& entry : std::filesystem::directory_iterator(*base, failed)) {
        if (std::filesystem::exists(entry.path() / "plan.json", failed)) {
            found.emplace_back(entry.path());
        }
    }
    std::ranges::sort(found, {}, [](const DomainDirectory& directory) {
        return std::pair(directory.createdAt(), directory.uuid());
    });
    return found;
}

std::vector<std::pair<DomainDirectory, LaunchPlan>>
DomainDirectory::left(std::string_view uri, const std::set<std::string>& existing)
{
    std::vector<std::pair<DomainDirectory, LaunchPlan>> found;
    for (const DomainDirectory& directory : all()) {
        Result<LaunchPlan> plan = directory.loadPlan();
        if (plan && directory.uri() == uri && !existing.contains(directory.uuid())) {
            found.emplace_back(directory, std::move(*plan));
        }
    }
    return found;
}

void DomainDirectory::removeOld(std::string_view unikernel, std::string_view uri,
                                const std::function<bool(const std::string& uuid)>& isGone)
{
    static constexpr std::size_t kept = 10;
    std::vector<DomainDirectory> candidates;
    for (DomainDirectory& directory : all()) {
        const Result<LaunchPlan> plan = directory.loadPlan();
        if (plan && plan->name == unikernel && directory.uri() == uri) {
            candidates.push_back(std::move(directory));
        }
    }
    // the host is asked only where there are too many
    if (candidates.size() <= kept) {
        return;
    }
    std::erase_if(candidates, [&](const DomainDirectory& directory) { return !isGone(directory.uuid()); });
    for (std::size_t i = 0; i + kept < candidates.size(); ++i) {
        candidates[i].remove();
    }
}

Result<void> DomainDirectory::save(const LaunchPlan& plan, const std::string& uri) const
{
    const Result<void> saved = publishFile(path_ / "uri", uri);
    return saved ? publishFile(path_ / "plan.json",
                               toJson(plan).dump(2, ' ', false, Json::error_handler_t::replace) + "\n")
                 : saved;
}

Result<LaunchPlan> DomainDirectory::loadPlan() const
{
    const Result<std::string> text = readFile(path_ / "plan.json");
    if (!text) {
        return std::unexpected(text.error());
    }
    return planFromJson(Json::parse(*text, nullptr, false));
}

std::string DomainDirectory::uri() const
{
    return readFile(path_ / "uri").value_or("");
}

std::chrono::system_clock::time_point DomainDirectory::createdAt() const
{
    return guestMadeAt(path_);
}

void DomainDirectory::markStopped() const
{
    std::ofstream(path_ / "stopped") << "stopped\n";
}

bool DomainDirectory::isStopped() const
{
    std::error_code failed;
    return std::filesystem::exists(path_ / "stopped", failed);
}

void DomainDirectory::markStreamed() const
{
    std::ofstream(path_ / "streamed") << "streamed\n";
}

bool DomainDirectory::isStreamed() const
{
    std::error_code failed;
    return std::filesystem::exists(path_ / "streamed", failed);
}

void DomainDirectory::saveBootOrigin(const LogPosition& origin) const
{
    std::ofstream(path_ / "boot-origin")
        << origin.device << ' ' << origin.inode << ' ' << origin.offset << '\n';
}

std::optional<LogPosition> DomainDirectory::bootOrigin() const
{
    LogPosition origin;
    std::ifstream file(path_ / "boot-origin");
    return file >> origin.device >> origin.inode >> origin.offset ? std::optional(origin) : std::nullopt;
}

void DomainDirectory::beginAgain(const LogPosition& origin) const
{
    std::error_code ignored;
    std::filesystem::remove(path_ / "stopped", ignored);
    std::filesystem::remove(path_ / "events.log", ignored);
    std::filesystem::remove(path_ / "boot-origin", ignored);
    if (origin.inode != 0) {
        saveBootOrigin(origin);
    }
}

void DomainDirectory::addEvent(const QByteArray& message) const
{
    // a guest that resets itself for ever must not fill the disk
    static constexpr qsizetype most = qsizetype{1} << 20;
    const int file = ::open((path_ / "events.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) {
        return;
    }
    ::flock(file, LOCK_EX);
    const QByteArray before = events();
    // its time stamp makes it the only one of its kind
    if (before.size() < most && !before.contains(message)) {
        [[maybe_unused]] const ssize_t written =
            ::write(file, message.constData(), static_cast<std::size_t>(message.size()));
    }
    ::close(file);
}

QByteArray DomainDirectory::events() const
{
    return QByteArray::fromStdString(readFile(path_ / "events.log").value_or(""));
}

void DomainDirectory::remove() const
{
    std::error_code failed;
    std::filesystem::remove_all(path_, failed);
}

} // namespace rumpus
