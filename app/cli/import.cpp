// rumpus import: a domain of libvirt's, or a rumprun command line, as a config.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/domains.h"
#include "app/session/rumprun/command.h"
#include "core/base/files.h"
#include "core/base/text.h"

namespace rumpus::cli {

namespace {

struct ImportOptions {
    std::vector<std::string> words; ///< a file, or a rumprun command
    std::string domain;
    std::string host;
    std::string output;
};

Result<DomainImport> importCommand(std::vector<std::string> words)
{
    Result<RumprunConfig> read = configFromRumprun(std::move(words));
    if (!read) {
        return std::unexpected(read.error());
    }
    DomainImport imported{.config = std::move(read->config), .problems = {}};
    for (std::string& note : read->notes) {
        imported.problems.push_back({.severity = Severity::Warning, .text = std::move(note)});
    }
    return imported;
}

QCoro::Task<Result<DomainImport>> import(ImportOptions options)
{
    if (options.words.empty() == options.domain.empty()) {
        co_return inputError(
            "a file, a domain or a command is needed",
            "such as `rumpus import domain.xml`, `rumpus import --domain NAME --host URI` or "
            "`rumpus import -- rumprun qemu hello.bin`");
    }
    if (options.words.size() > 1) {
        co_return importCommand(std::move(options.words));
    }
    if (!options.words.empty()) {
        co_return importDomainFile(options.words.front());
    }
    co_return co_await importDomain(options.host, options.domain);
}

QCoro::Task<int> runImport(ImportOptions options)
{
    const Result<DomainImport> imported = co_await import(options);
    if (!imported) {
        co_return report(imported.error());
    }
    reportProblems(imported->problems, options.words.empty() ? options.domain : options.words.front());
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
        app, chosen, "import",
        "Print a domain of libvirt's or a rumprun command as a config, and what it could not take over",
        [](CLI::App& command, ImportOptions& options) {
            command.add_option(
                "FILE", options.words,
                "The domain's XML, as `virsh dumpxml` prints it; or, behind a --, a command of "
                "rumprun's: `rumpus import -- rumprun qemu -i hello.bin`");
            command.add_option("--domain", options.domain, "A domain of the host's, by its name or UUID");
            addHostOption(command, options.host);
            command.add_option("-o,--output", options.output, "Write the config to this file");
        },
        runImport);
}

} // namespace rumpus::cli
