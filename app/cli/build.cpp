// rumpus build: runs the config's build command.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/building.h"
#include "core/build/builder.h"
#include "core/build/explain.h"
#include "core/dialect/console_lines.h"

#include <set>
#include <string_view>

namespace rumpus::cli {

namespace {

struct BuildOptions {
    std::optional<std::string> file;
};

QCoro::Task<int> runBuild(BuildOptions options)
{
    const Result<std::filesystem::path> path = findConfig(options.file);
    const Result<ConfigFile> file = path ? loadConfigFile(*path) : std::unexpected(path.error());
    if (!file) {
        co_return report(file.error());
    }
    if (file->hasErrors()) {
        co_return report(Refusal{.config = *path, .problems = file->problems, .error = {}});
    }
    Builder builder;
    ConsoleLines lines;
    std::set<std::string> cures;
    QObject::connect(&builder, &Builder::printed, [&](const QByteArray& bytes) {
        const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        print(text);
        lines.add(text, [&](std::string_view line) {
            if (std::optional<std::string> cure = explainBuildLine(line)) {
                cures.insert(std::move(*cure));
            }
        });
    });
    const Result<void> built = co_await builder.build(*file, buildEnvironment());
    if (built) {
        co_return EndedWell;
    }
    for (const std::string& cure : cures) {
        say(cure);
    }
    co_return report(built.error());
}

} // namespace

void defineBuild(CLI::App& app, Action& chosen)
{
    defineCommand<BuildOptions>(
        app, chosen, "build", "Build a unikernel by its config's build command",
        [](CLI::App& command, BuildOptions& options) { addFileOption(command, options.file); }, runBuild);
}

} // namespace rumpus::cli
