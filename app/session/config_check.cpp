// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/config_check.h"

#include "core/config/json_text.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rumpus {

namespace {

bool isAtOrBelow(std::string_view pointer, std::string_view parent)
{
    return pointer.starts_with(parent) && (pointer.size() == parent.size() || pointer[parent.size()] == '/');
}

std::string nameOf(const std::filesystem::path& file)
{
    const std::string name = file.filename().native();
    return name.ends_with(configSuffix) && name.size() > configSuffix.size()
               ? name.substr(0, name.size() - configSuffix.size())
               : file.stem().native();
}

/// Adds what is new, without complaints about values whose reading failed and that have defaults now.
void addProblems(ConfigFile& file, std::vector<Problem> more, std::string_view text)
{
    locate(more, text);
    std::erase_if(more, [&](const Problem& problem) {
        return std::ranges::any_of(file.problems, [&](const Problem& earlier) {
            return (earlier.severity == Severity::Error && isAtOrBelow(problem.pointer, earlier.pointer)) ||
                   (earlier.pointer == problem.pointer && earlier.text == problem.text);
        });
    });
    std::ranges::move(more, std::back_inserter(file.problems));
}

void lookAtImage(ConfigCheck& check, std::string_view text)
{
    ConfigFile& file = check.file;
    std::error_code failed;
    if (file.config.image.empty() || !std::filesystem::exists(file.imagePath(), failed)) {
        return;
    }
    Result<Image> image = readImage(file.imagePath(), Detail::Launch);
    if (image) {
        addProblems(file,
                    validate(file.config, file.folder(), ImageFacts{.memoryNeeded = image->memoryNeeded}),
                    text);
        check.image = std::move(*image);
    } else {
        addProblems(file,
                    {{.pointer = "/image", .severity = Severity::Error, .text = toString(image.error())}},
                    text);
    }
}

} // namespace

ConfigCheck checkConfig(const std::filesystem::path& path, std::string_view text)
{
    ConfigCheck check;
    ConfigFile& file = check.file;
    file.path = path;
    ReadConfig read = readConfig(text);
    file.config = std::move(read.config);
    file.problems = std::move(read.problems);
    file.hadComments = read.hadComments;
    check.isJson = JsonText::parse(text).isJson;
    if (file.config.name.empty()) {
        file.config.name = nameOf(path);
    }
    if (!check.isJson) {
        return check;
    }
    addProblems(file, validate(file.config, file.folder(), std::nullopt), text);
    lookAtImage(check, text);
    std::ranges::stable_sort(file.problems, {},
                             [](const Problem& problem) { return std::pair(problem.line, problem.column); });
    return check;
}

} // namespace rumpus
