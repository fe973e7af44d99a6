// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/rumprun/medium.h"

#include "app/session/rumprun/launch.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/xl_config.h"

#include <QTemporaryDir>

#include <algorithm>
#include <system_error>
#include <utility>

namespace rumpus {

namespace fs = std::filesystem;

namespace {

std::string guestConfiguration(const LaunchPlan& plan)
{
    if (!plan.module.empty()) {
        return plan.module;
    }
    const auto cfg =
        std::ranges::find(plan.xenstore, "rumprun/cfg", &std::pair<std::string, std::string>::first);
    return cfg == plan.xenstore.end() ? plan.commandLine : cfg->second;
}

} // namespace

RumprunFolder::RumprunFolder() = default;
RumprunFolder::RumprunFolder(RumprunFolder&& other) noexcept
    : own_(std::move(other.own_)), path_(std::move(other.path_)),
      removes_(std::exchange(other.removes_, false))
{
}
RumprunFolder& RumprunFolder::operator=(RumprunFolder&& other) noexcept
{
    std::swap(own_, other.own_);
    std::swap(path_, other.path_);
    std::swap(removes_, other.removes_);
    return *this;
}
RumprunFolder::~RumprunFolder()
{
    if (removes_) {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
}

Result<RumprunFolder> RumprunFolder::make(const RumprunCommand& command)
{
    RumprunFolder folder;
    if (command.folder.empty()) {
        folder.own_ = std::make_unique<QTemporaryDir>();
        folder.path_ = folder.own_->path().toStdString();
        return folder.own_->isValid()
                   ? Result<RumprunFolder>(std::move(folder))
                   : hostError("cannot make a temporary folder: " + folder.own_->errorString().toStdString());
    }
    std::error_code failed;
    if (fs::exists(command.folder, failed)) {
        return inputError(formatted("{} is there already", printable(command.folder)),
                          "-t and -T want a folder that they can make");
    }
    fs::create_directories(command.folder, failed);
    if (!failed) {
        fs::permissions(command.folder, fs::perms::owner_all, failed);
    }
    if (failed) {
        return hostError(formatted("cannot make {}: {}", printable(command.folder), failed.message()));
    }
    folder.path_ = command.folder;
    folder.removes_ = !command.keepsFolder;
    return folder;
}

std::expected<RumprunMedium, Refusal> rumprunMedium(const RumprunCommand& command)
{
    const bool iso = command.platform == RumprunPlatform::Iso;
    const ConfigFile file = rumprunConfigFile(command, fs::current_path());
    const Result<Image> image = readImage(file.imagePath(), Detail::Launch);
    if (!image) {
        return std::unexpected(Refusal{.config = file.path, .problems = {}, .error = image.error()});
    }
    MediumResult result = planMedium(file, *image, iso ? MediumFormat::Iso : MediumFormat::Ec2);
    if (!result.plan) {
        return std::unexpected(
            Refusal{.config = file.path, .problems = std::move(result.problems), .error = {}});
    }
    std::string name = command.givenName;
    if (name.empty()) {
        name = "rumprun-" + command.config.image + (iso ? ".iso" : ".ec2dir");
        std::ranges::replace(name, '/', '_');
    }
    return RumprunMedium{.plan = std::move(*result.plan), .output = std::move(name)};
}

Result<void> keepRumprunFiles(const RumprunCommand& command, const LaunchPlan& plan)
{
    if (command.folder.empty()) {
        return {};
    }
    const Result<RumprunFolder> folder = RumprunFolder::make(command);
    if (!folder) {
        return std::unexpected(folder.error());
    }
    Result<void> kept = publishFile(folder->path() / "json.cfg", guestConfiguration(plan));
    if (kept && plan.accelerator == Accelerator::Xen) {
        const Result<std::string> xl = xlConfig(plan, {}, domainName(plan.name), {});
        kept = xl ? publishFile(folder->path() / "xr.conf", *xl) : std::unexpected(xl.error());
    }
    return kept;
}

} // namespace rumpus
