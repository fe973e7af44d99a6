// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/config/document.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <format>
#include <iterator>
#include <system_error>

namespace rumpus {

namespace {

/// The name that a config has by its file: without .unikernel.json, or without .json.
std::string nameOf(const std::filesystem::path& file)
{
    const std::string name = file.filename().native();
    if (name.ends_with(configSuffix) && name.size() > configSuffix.size()) {
        return name.substr(0, name.size() - configSuffix.size());
    }
    return file.stem().native();
}

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

Result<ConfigFile> loadConfigFile(const std::filesystem::path& path)
{
    std::error_code failed;
    ConfigFile file{.path = std::filesystem::absolute(path, failed).lexically_normal()};
    if (failed) {
        return inputError(std::format("cannot find {}", printable(path.native())), failed.message());
    }
    const Result<std::string> text = readFile(file.path, JsonText::largestText);
    if (!text) {
        return std::unexpected(text.error());
    }
    ReadConfig read = readConfig(*text);
    file.config = std::move(read.config);
    file.problems = std::move(read.problems);
    file.hadComments = read.hadComments;
    if (file.config.name.empty()) {
        file.config.name = nameOf(file.path);
    }

    std::vector<Problem> more = validate(file.config, file.folder(), std::nullopt);
    locate(more, *text);
    // what could not be read has its default now, and a second complaint would only confuse
    std::erase_if(more, [&](const Problem& problem) {
        return std::ranges::any_of(file.problems, [&](const Problem& earlier) {
            return earlier.severity == Severity::Error && isAtOrBelow(problem.pointer, earlier.pointer);
        });
    });
    std::ranges::move(more, std::back_inserter(file.problems));
    std::ranges::stable_sort(file.problems, {},
                             [](const Problem& problem) { return std::pair(problem.line, problem.column); });
    return file;
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
        place += std::format(":{}:{}", problem.line, problem.column);
    }
    const std::string value = problem.pointer.empty() ? "" : printable(problem.pointer) + ": ";
    return std::format("{}: {}: {}{}", place, severity, value, problem.text);
}

} // namespace rumpus
