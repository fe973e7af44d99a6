// rumpus schema: the JSON Schema of configs, for editors.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/resources.h"
#include "core/base/files.h"

namespace rumpus::cli {

namespace {

struct SchemaOptions {};

QCoro::Task<int> runSchema(SchemaOptions /*options*/)
{
    const Result<std::filesystem::path> resources = resourcesFolder();
    const Result<std::string> schema =
        resources ? readFile(*resources / "unikernel.schema.json") : std::unexpected(resources.error());
    if (!schema) {
        co_return report(schema.error());
    }
    print(*schema);
    co_return EndedWell;
}

} // namespace

void defineSchema(CLI::App& app, Action& chosen)
{
    defineCommand<SchemaOptions>(
        app, chosen, "schema", "Print the JSON Schema of configs", [](CLI::App&, SchemaOptions&) {},
        runSchema);
}

} // namespace rumpus::cli
