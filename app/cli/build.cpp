// rumpus build: runs the config's build command.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/building.h"
#include "core/build/builder.h"

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
    QObject::connect(&builder, &Builder::printed, [](const QByteArray& bytes) {
        print({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    });
    const Result<void> built = co_await builder.build(*file, buildEnvironment());
    co_return built ? EndedWell : report(built.error());
}

} // namespace

void defineBuild(CLI::App& app, Action& chosen)
{
    defineCommand<BuildOptions>(
        app, chosen, "build", "Build a unikernel by its config's build command",
        [](CLI::App& command, BuildOptions& options) { addFileOption(command, options.file); }, runBuild);
}

} // namespace rumpus::cli
