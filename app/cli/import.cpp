// rumpus import: a domain of libvirt's as a config.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/domains.h"
#include "core/base/files.h"
#include "core/base/text.h"

namespace rumpus::cli {

namespace {

struct ImportOptions {
    std::string file;
    std::string domain;
    std::string host;
    std::string output;
};

QCoro::Task<Result<DomainImport>> import(ImportOptions options)
{
    if (options.file.empty() == options.domain.empty()) {
        co_return inputError(
            "a file or a domain is needed",
            "such as `rumpus import domain.xml` or `rumpus import --domain NAME --host URI`");
    }
    if (!options.file.empty()) {
        co_return importDomainFile(options.file);
    }
    co_return co_await importDomain(options.host, options.domain);
}

QCoro::Task<int> runImport(ImportOptions options)
{
    const Result<DomainImport> imported = co_await import(options);
    if (!imported) {
        co_return report(imported.error());
    }
    reportProblems(imported->problems, options.file.empty() ? options.domain : options.file);
    const std::string text = toText(imported->config);
    if (options.output.empty()) {
        print(text);
        co_return EndedWell;
    }
    if (std::filesystem::exists(options.output)) {
        co_return report(
            Error{Fault::Input, printable(options.output) + " is there already", "name another file"});
    }
    const Result<void> saved = saveFile(options.output, text);
    co_return saved ? EndedWell : report(saved.error());
}

} // namespace

void defineImport(CLI::App& app, Action& chosen)
{
    defineCommand<ImportOptions>(
        app, chosen, "import", "Print a domain of libvirt's as a config, and what it could not take over",
        [](CLI::App& command, ImportOptions& options) {
            command.add_option("FILE", options.file, "The domain's XML, as `virsh dumpxml` prints it");
            command.add_option("--domain", options.domain, "A domain of the host's, by its name or UUID");
            addHostOption(command, options.host);
            command.add_option("-o,--output", options.output, "Write the config to this file");
        },
        runImport);
}

} // namespace rumpus::cli
