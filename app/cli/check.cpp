// rumpus check: everything that is wrong with a config, at once.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/image_config.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>

namespace rumpus::cli {

namespace {

struct CheckOptions {
    std::optional<std::string> file;
    bool json = false;
};

Json problemJson(const Problem& problem)
{
    return {{"pointer", problem.pointer},
            {"severity", problem.severity == Severity::Error ? "error" : "warning"},
            {"text", problem.text},
            {"line", problem.line},
            {"column", problem.column}};
}

QCoro::Task<int> runCheck(CheckOptions options)
{
    const Result<std::filesystem::path> path = findConfig(options.file);
    const Result<ConfigFile> file = path ? openConfig(*path) : std::unexpected(path.error());
    if (!file) {
        co_return report(file.error());
    }
    // the image's own needs are checked where there is an image
    const Result<Image> image = readImage(file->imagePath(), Detail::Launch);
    const std::vector<Problem> problems =
        image ? problemsWith(*file, {.memoryNeeded = image->loadBase + image->memoryNeeded}) : file->problems;
    if (options.json) {
        std::ranges::for_each(problems, [](const Problem& problem) { printJson(problemJson(problem)); });
    } else if (problems.empty()) {
        print(formatted("{}: no problems\n", printable(path->native())));
    } else {
        reportProblems(problems, *path);
    }
    const bool failed =
        std::ranges::any_of(problems, [](const Problem& p) { return p.severity == Severity::Error; });
    co_return failed ? BadInput : EndedWell;
}

} // namespace

void defineCheck(CLI::App& app, Action& chosen)
{
    defineCommand<CheckOptions>(
        app, chosen, "check", "Check a config",
        [](CLI::App& command, CheckOptions& options) {
            addFileOption(command, options.file);
            addJsonOption(command, options.json);
        },
        runCheck);
}

} // namespace rumpus::cli
