// rumpus build: runs the config's build command.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/building.h"
#include "core/build/builder.h"

#include <string_view>

namespace rumpus::cli {

namespace {

struct Options {
    std::optional<std::string> file;
};

QCoro::Task<int> run(Options options)
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
    defineCommand<Options>(
        app, chosen, "build", "Build a unikernel by its config's build command",
        [](CLI::App& command, Options& options) { addFileOption(command, options.file); }, run);
}

} // namespace rumpus::cli
