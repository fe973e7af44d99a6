// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/config_file.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace rumpus {

namespace {

/// A single program's pointer in both ways to write it.
std::string_view asOneProgram(std::string_view pointer)
{
    static constexpr std::string_view program = "/programs/0";
    return pointer.starts_with("/programs/0/arguments") ? pointer.substr(program.size()) : pointer;
}

bool isAtOrBelow(std::string_view pointer, std::string_view parent)
{
    return pointer.starts_with(parent) && (pointer.size() == parent.size() || pointer[parent.size()] == '/');
}

} // namespace

void locate(std::vector<Problem>& problems, std::string_view text)
{
    static constexpr std::string_view arguments = "/arguments";
    const JsonText json = JsonText::parse(text);
    const bool asPrograms = json.value.contains("programs") && !json.value.contains("arguments");
    for (Problem& problem : problems) {
        if (asPrograms && isAtOrBelow(problem.pointer, arguments)) {
            problem.pointer.insert(0, "/programs/0");
        }
        const TextPosition place = json.valuePosition(problem.pointer);
        problem.line = place.line;
        problem.column = place.column;
    }
}

bool ConfigFile::hasErrors() const
{
    return std::ranges::contains(problems, Severity::Error, &Problem::severity);
}

std::string unikernelName(const std::filesystem::path& config)
{
    const std::string name = config.filename().native();
    if (name.ends_with(configSuffix) && name.size() > configSuffix.size()) {
        return name.substr(0, name.size() - configSuffix.size());
    }
    return config.stem().native();
}

ConfigFile checkedConfig(std::filesystem::path path, std::string_view text)
{
    ReadConfig read = readConfig(text);
    ConfigFile file{.path = std::move(path),
                    .config = std::move(read.config),
                    .problems = std::move(read.problems),
                    .hadComments = read.hadComments};
    if (file.config.name.empty()) {
        file.config.name = unikernelName(file.path);
    }
    addProblems(file, validate(file.config, file.folder(), std::nullopt), text);
    return file;
}

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
    std::ranges::stable_sort(file.problems, {},
                             [](const Problem& problem) { return std::pair(problem.line, problem.column); });
}

Result<ConfigFile> loadConfigFile(const std::filesystem::path& path)
{
    std::error_code failed;
    std::filesystem::path file = std::filesystem::absolute(path, failed).lexically_normal();
    if (failed) {
        return inputError(formatted("cannot find {}", printable(path.native())), failed.message());
    }
    const Result<std::string> text = readFile(file, JsonText::largestText);
    if (!text) {
        return std::unexpected(text.error());
    }
    return checkedConfig(std::move(file), *text);
}

std::vector<Problem> problemsWith(const ConfigFile& file, const ImageFacts& image)
{
    std::vector<Problem> problems = file.problems;
    const std::vector<Problem> found = validate(file.config, file.folder(), image);
    // validation of the file alone has said some of it already, with line and column
    std::ranges::copy_if(found, std::back_inserter(problems), [&](const Problem& problem) {
        return std::ranges::none_of(file.problems, [&](const Problem& said) {
            return said.text == problem.text && asOneProgram(said.pointer) == asOneProgram(problem.pointer);
        });
    });
    return problems;
}

std::string toString(const Problem& problem, const std::filesystem::path& file)
{
    const std::string_view severity = problem.severity == Severity::Error ? "error" : "warning";
    std::string place = printable(file.native());
    if (problem.line > 0) {
        place += formatted(":{}:{}", problem.line, problem.column);
    }
    const std::string value = problem.pointer.empty() ? "" : printable(problem.pointer) + ": ";
    return formatted("{}: {}: {}{}", place, severity, value, problem.text);
}

} // namespace rumpus
