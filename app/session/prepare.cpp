// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/prepare.h"

#include "core/base/format.h"
#include "core/base/text.h"

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

QCoro::Task<std::expected<Prepared, Refusal>> prepare(std::filesystem::path config, Host& host,
                                                      LaunchWishes wishes)
{
    Refusal refusal{.config = config, .problems = {}, .error = {}};
    const auto refuse = [&](Error error) {
        refusal.error = std::move(error);
        return std::unexpected(refusal);
    };
    Result<ConfigFile> file = loadConfigFile(config);
    if (!file) {
        co_return refuse(file.error());
    }
    file->config.debug.stopAt = wishes.stopAt.value_or(file->config.debug.stopAt);
    refusal.problems = file->problems;
    if (file->hasErrors()) {
        co_return std::unexpected(refusal);
    }
    const std::filesystem::path imagePath = file->imagePath();
    if (!std::filesystem::exists(imagePath) && file->config.build) {
        co_return refuse({Fault::Input, formatted("image {} is not built yet", printable(imagePath.native())),
                          "run `rumpus build`"});
    }
    // the host answers while the image is read
    QCoro::Task<Result<HostCapabilities>> asked = host.capabilities();
    const Result<Image> image = readImage(imagePath, Detail::Launch);
    if (!image) {
        co_return refuse(image.error());
    }
    const Result<HostCapabilities> capabilities = co_await asked;
    if (!capabilities) {
        co_return refuse(capabilities.error());
    }
    PlanResult result = makePlan(*file, *image, *capabilities, wishes);
    refusal.problems = std::move(result.problems);
    if (!result.plan) {
        co_return std::unexpected(refusal);
    }
    co_return Prepared{.file = *file,
                       .image = *image,
                       .capabilities = *capabilities,
                       .plan = std::move(*result.plan),
                       .warnings = std::move(refusal.problems)};
}

} // namespace rumpus
