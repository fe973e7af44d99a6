// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/templates.h"

#include "app/session/resources.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/document.h"

#include <algorithm>

namespace rumpus {

namespace {

Result<void> copyTree(const std::filesystem::path& from, const std::filesystem::path& to)
{
    std::error_code failed;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(from, failed)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path().lexically_relative(from));
        }
    }
    for (const std::filesystem::path& file : files) {
        if (std::filesystem::exists(to / file)) {
            return inputError(formatted("{} is there already", printable((to / file).native())),
                              "name an empty or a new folder");
        }
    }
    for (const std::filesystem::path& file : files) {
        std::filesystem::create_directories((to / file).parent_path(), failed);
        if (!std::filesystem::copy_file(from / file, to / file, failed)) {
            return hostError(formatted("cannot write {}", printable((to / file).native())), failed.message());
        }
        // a template that is installed read-only must not give files that cannot be edited
        std::filesystem::permissions(to / file, std::filesystem::perms::owner_write,
                                     std::filesystem::perm_options::add, failed);
    }
    return {};
}

} // namespace

std::vector<std::string> templateNames()
{
    std::vector<std::string> names;
    if (const Result<std::filesystem::path> resources = resourcesFolder()) {
        std::error_code failed;
        for (const auto& entry : std::filesystem::directory_iterator(*resources / "templates", failed)) {
            names.push_back(entry.path().filename());
        }
    }
    std::ranges::sort(names);
    return names;
}

std::string templateSummary(const std::string& name)
{
    const Result<std::filesystem::path> resources = resourcesFolder();
    const Result<std::string> source =
        resources ? readFile(*resources / "templates" / name / (name + ".c")) : inputError("no resources");
    if (!source) {
        return {};
    }
    // the first line is the licence's
    static constexpr std::string_view open = "\n/* ";
    const std::size_t begin = source->find(open);
    const std::size_t end = begin == std::string::npos ? begin : source->find(" */", begin);
    if (end == std::string::npos) {
        return {};
    }
    const std::size_t text = begin + open.size();
    return source->substr(text, end - text);
}

Result<std::filesystem::path> newFromTemplate(const std::string& name, const std::filesystem::path& folder)
{
    const Result<std::filesystem::path> resources = resourcesFolder();
    if (!resources) {
        return std::unexpected(resources.error());
    }
    const std::vector<std::string> names = templateNames();
    if (!std::ranges::contains(names, name)) {
        const std::vector<std::string_view> known(names.begin(), names.end());
        const std::optional<std::string> nearest = nearestWord(name, known);
        return inputError(formatted("there is no template \"{}\"", printable(name)),
                          nearest ? formatted("did you mean \"{}\"?", *nearest)
                                  : "there are " + join(names, ", "));
    }
    if (const Result<void> copied = copyTree(*resources / "templates" / name, folder); !copied) {
        return std::unexpected(copied.error());
    }
    return folder / (name + std::string(configSuffix));
}

} // namespace rumpus
