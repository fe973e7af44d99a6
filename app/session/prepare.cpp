// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/prepare.h"

#include "app/session/image_config.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/build/toolchains.h"
#include "core/image/kind.h"

#include <QStandardPaths>

#include <algorithm>

namespace rumpus {

Result<std::filesystem::path> findConfig(const std::optional<std::filesystem::path>& wish)
{
    std::filesystem::path place = wish.value_or(".");
    std::error_code failed;
    if (!std::filesystem::is_directory(place, failed)) {
        return place;
    }
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(place, failed)) {
        if (entry.path().filename().native().ends_with(configSuffix)) {
            found.push_back(entry.path());
        }
    }
    if (found.size() == 1) {
        return found.front().lexically_normal();
    }
    const std::string where = wish ? printable(place.native()) : std::string("this folder");
    if (found.empty()) {
        return inputError(formatted("there is no *{} in {}", configSuffix, where),
                          "name one, or make one with `rumpus new hello .`");
    }
    std::vector<std::string> names;
    for (const std::filesystem::path& path : found) {
        names.push_back(printable(path.filename().native()));
    }
    std::ranges::sort(names);
    return inputError(formatted("there are {} configs in {}", found.size(), where),
                      "name one of " + join(names, ", "));
}

namespace {

std::unexpected<Refusal> refuse(const ConfigFile& file, Error error)
{
    return std::unexpected(
        Refusal{.config = file.path, .problems = file.problems, .error = std::move(error)});
}

/// A loader of that name: beside the image, in PATH, or where tools are usually put; empty: there is none.
std::filesystem::path loaderNamed(std::string_view name, const std::filesystem::path& image)
{
    const std::filesystem::path beside = image.parent_path() / name;
    std::error_code failed;
    if (std::filesystem::exists(beside, failed)) {
        return beside;
    }
    QStringList folders;
    for (const std::filesystem::path& folder : usualToolFolders()) {
        folders << QString::fromStdString(folder.native());
    }
    const QString program = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    const QString found = QStandardPaths::findExecutable(program);
    return (found.isEmpty() ? QStandardPaths::findExecutable(program, folders) : found).toStdString();
}

/// Lets the image be booted by a loader of its kind's. Errors: there is none.
Result<Image> withLoader(Image image)
{
    for (const std::string_view name : image.kind->loaders) {
        image.loader = loaderNamed(name, image.path);
        if (!image.loader.empty()) {
            break;
        }
    }
    if (image.loader.empty()) {
        return inputError(formatted("{} is booted by a loader, {}, which is neither beside it nor in PATH",
                                    printable(image.path.native()), image.kind->loaders.front()),
                          "put it there, as the kernel's project releases it");
    }
    Result<Image> loader = readImage(image.loader, Detail::Launch);
    if (!loader) {
        return std::unexpected(loader.error());
    }
    image.boots = std::move(loader->boots);
    return image;
}

std::expected<Image, Refusal> imageFor(ConfigFile& file, const LaunchWishes& wishes)
{
    file.config.debug.stopAt = wishes.stopAt.value_or(file.config.debug.stopAt);
    if (file.hasErrors()) {
        return std::unexpected(Refusal{.config = file.path, .problems = file.problems, .error = {}});
    }
    const std::filesystem::path path = file.imagePath();
    if (!std::filesystem::exists(path) && file.config.build) {
        return refuse(file, {Fault::Input, formatted("image {} is not built yet", printable(path.native())),
                             "run `rumpus build`"});
    }
    Result<Image> image = readImage(path, Detail::Launch);
    if (image && !image->kind->loaders.empty()) {
        image = withLoader(std::move(*image));
    }
    return image ? std::expected<Image, Refusal>(std::move(*image)) : refuse(file, image.error());
}

std::expected<Prepared, Refusal> decide(ConfigFile file, Image image, const HostCapabilities& host,
                                        const LaunchWishes& wishes)
{
    PlanResult result = makePlan(file, image, host, wishes);
    if (!result.plan) {
        return std::unexpected(
            Refusal{.config = file.path, .problems = std::move(result.problems), .error = {}});
    }
    return Prepared{.file = std::move(file),
                    .image = std::move(image),
                    .capabilities = host,
                    .plan = std::move(*result.plan),
                    .warnings = std::move(result.problems)};
}

} // namespace

QCoro::Task<std::expected<Prepared, Refusal>> prepare(std::filesystem::path config, Host& host,
                                                      LaunchWishes wishes)
{
    Result<ConfigFile> file = openConfig(config);
    if (!file) {
        co_return std::unexpected(Refusal{.config = config, .problems = {}, .error = file.error()});
    }
    auto prepared = co_await prepare(std::move(*file), host, wishes);
    if (!prepared) {
        prepared.error().config = config; // as the user has it
    }
    co_return prepared;
}

QCoro::Task<std::expected<Prepared, Refusal>> prepare(ConfigFile file, Host& host, LaunchWishes wishes)
{
    // the host answers while the image is read
    QCoro::Task<Result<HostCapabilities>> asked = host.capabilities();
    std::expected<Image, Refusal> image = imageFor(file, wishes);
    if (!image) {
        co_return std::unexpected(image.error());
    }
    const Result<HostCapabilities> capabilities = co_await asked;
    if (!capabilities) {
        co_return refuse(file, capabilities.error());
    }
    co_return decide(std::move(file), std::move(*image), *capabilities, wishes);
}

std::expected<Prepared, Refusal> prepareFor(const HostCapabilities& host, ConfigFile file,
                                            const LaunchWishes& wishes)
{
    std::expected<Image, Refusal> image = imageFor(file, wishes);
    if (!image) {
        return std::unexpected(image.error());
    }
    return decide(std::move(file), std::move(*image), host, wishes);
}

} // namespace rumpus
