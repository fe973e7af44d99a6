// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/debugging.h"

#include "app/session/resources.h"
#include "core/base/background.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/dump/xen_core.h"

#include <QCoroFuture>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace rumpus {

namespace {

/// The rules of $RUMPUS_SOURCE_MAP: "FROM=TO", a line each, or separated by colons where it is one line.
std::vector<std::pair<std::string, std::string>> commonSourceRules()
{
    std::vector<std::pair<std::string, std::string>> rules;
    const char* variable = std::getenv("RUMPUS_SOURCE_MAP");
    const std::string_view text = variable != nullptr ? variable : "";
    for (const std::string& rule : split(text, text.contains('\n') ? '\n' : ':')) {
        const std::size_t equals = rule.find('=');
        if (equals != std::string::npos && equals > 0 && equals + 1 < rule.size()) {
            std::error_code failed; // only without a current folder
            const std::filesystem::path to = std::filesystem::absolute(rule.substr(equals + 1), failed);
            rules.emplace_back(rule.substr(0, equals), to.native());
        }
    }
    return rules;
}

/// A copy of a core of Xen's that GDB opens, in a folder that is made for it; null: it is none of Xen's.
Result<std::shared_ptr<QTemporaryDir>> copiedXenCore(const std::filesystem::path& core,
                                                     const std::filesystem::path& name)
{
    namespace fs = std::filesystem;
    if (!isXenCore(core)) {
        return nullptr;
    }
    const Result<std::shared_ptr<QTemporaryDir>> folder = folderForDumps();
    if (!folder) {
        return folder;
    }
    const fs::path copy = fs::path((*folder)->path().toStdString()) / name;
    std::error_code failed;
    fs::copy_file(core, copy, failed);
    if (!failed) {
        fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write, failed);
    }
    if (failed) {
        return hostError(formatted("cannot copy {} to {}", printable(core.native()),
                                   printable(copy.parent_path().native())),
                         failed.message());
    }
    const Result<void> made = makeReadableForGdb(copy);
    return made ? folder : std::unexpected(made.error());
}

std::optional<std::uint64_t> enteredAt(const Image& image, BootProtocol boot)
{
    const auto entered = std::ranges::find(image.boots, boot, &BootEntry::protocol);
    return entered == image.boots.end() ? std::nullopt : std::optional(entered->address);
}

/// A loader that cannot be read any more leaves the target as it is: the image is found when the guest is
/// paused.
void letLoaderPlace(DebugTarget& target, const LaunchPlan& plan, const Image& image)
{
    const Result<Image> loader = readImage(plan.loader, Detail::Launch);
    const std::optional<std::uint64_t> begin = loader ? enteredAt(*loader, plan.boot) : std::nullopt;
    if (begin) {
        target.loadedBy = LoadedBy::Loader;
        target.loaderEntry = *begin;
        target.entry = image.entry;
    }
}

} // namespace

Result<GdbOptions> gdbOptions()
{
    const Result<std::filesystem::path> resources = resourcesFolder();
    if (!resources) {
        return std::unexpected(resources.error());
    }
    const char* program = std::getenv("RUMPUS_GDB");
    return GdbOptions{.program = program != nullptr ? program : "gdb",
                      .script = *resources / "gdb/rumpus.py"};
}

DebugTarget debugTarget(const LaunchPlan& plan, const Image& image, StopAt stopAt)
{
    DebugTarget target{
        .endpoint = {},
        .core = {},
        .symbols = image.debugFile ? image.debugFile->path : image.path,
        .kind = plan.kind == ImageKind() ? image.kind : plan.kind,
        .entry = {},
        .fromReset = false,
        .breakpointsAreBytes = plan.accelerator == Accelerator::Kvm,
        .loadedBy = plan.boot == BootProtocol::Efi ? LoadedBy::Firmware : LoadedBy::BootProtocol,
        .loaderEntry = 0,
        .stopAt = stopAt,
        .sourceMap = plan.debug.sourceMap,
        .sourceRoots = {},
    };
    target.entry = enteredAt(image, plan.boot);
    if (!plan.debug.symbols.empty()) {
        target.symbols = plan.debug.symbols;
    }
    if (!plan.debug.sources.empty()) {
        target.sourceRoots.push_back(plan.debug.sources);
    }
    target.sourceRoots.push_back(image.path.parent_path());
    std::ranges::move(commonSourceRules(), std::back_inserter(target.sourceMap));
    return target;
}

std::optional<std::string> warningBeforeDebugging(const Guest& guest)
{
    if (guest.isOurs()) {
        return std::nullopt;
    }
    return formatted("{} was not started by rumpus: it stands still while the debugger looks at it",
                     printable(guest.name()));
}

Result<std::filesystem::path> imageOf(const Guest& guest, const std::filesystem::path& wished)
{
    const std::filesystem::path& image = wished.empty() ? guest.plan().image : wished;
    if (image.empty()) {
        return inputError(formatted("it is not known which image {} runs", printable(guest.name())),
                          "name it: --image FILE");
    }
    return image;
}

QCoro::Task<Result<GuestTarget>> openTarget(Guest* guest, const ConfigFile* config,
                                            std::filesystem::path imageFile)
{
    const Result<std::filesystem::path> path = imageOf(*guest, imageFile);
    LaunchPlan plan = guest->plan();
    if (!imageFile.empty() && imageFile != plan.image) {
        plan.debug.symbols.clear(); // who names another image means its symbols
    }
    Result<Image> image = path ? readImage(*path, Detail::Debug) : std::unexpected(path.error());
    if (!image) {
        co_return std::unexpected(image.error());
    }
    const Result<GdbEndpoint> endpoint = co_await guest->openGdb();
    if (!endpoint) {
        co_return std::unexpected(endpoint.error());
    }
    DebugTarget target =
        debugTarget(plan, *image, config == nullptr ? StopAt::None : config->config.debug.stopAt);
    if (!plan.loader.empty()) {
        letLoaderPlace(target, plan, *image);
    }
    target.endpoint = *endpoint;
    target.fromReset = guest->state() == GuestState::Paused && config != nullptr;
    co_return GuestTarget{.image = std::move(*image), .target = std::move(target)};
}

std::shared_ptr<DebugSession> warmUp(const Prepared& prepared)
{
    const Result<GdbOptions> options = gdbOptions();
    const Result<Image> image =
        options ? readImage(prepared.image.path, Detail::Debug) : std::unexpected(options.error());
    if (!image) {
        return nullptr;
    }
    auto session = DebugSession::create(*options);
    session->warmUp(debugTarget(prepared.plan, *image).symbols);
    return session;
}

QCoro::Task<Result<std::shared_ptr<DebugSession>>> attachTo(Guest* guest, const ConfigFile* config,
                                                            std::vector<Breakpoint> breakpoints,
                                                            std::shared_ptr<DebugSession> session,
                                                            std::filesystem::path image)
{
    const Result<GdbOptions> options = gdbOptions();
    if (!options) {
        co_return std::unexpected(options.error());
    }
    if (!session) {
        session = DebugSession::create(*options);
    }
    Result<GuestTarget> opened = co_await openTarget(guest, config, std::move(image));
    if (!opened) {
        co_return std::unexpected(opened.error());
    }
    for (Breakpoint& breakpoint : breakpoints) {
        // nothing is placed before the session is open, so nothing can fail
        co_await session->addBreakpoint(std::move(breakpoint));
    }
    const Result<void> connected = co_await session->open(std::move(opened->target));
    if (!connected) {
        co_return std::unexpected(connected.error());
    }
    co_return session;
}

QCoro::Task<Result<void>> restart(Guest* guest, std::shared_ptr<DebugSession> session)
{
    if (session->state() == DebugSession::State::Running) {
        const std::uint64_t before = session->generation();
        const Result<void> asked = co_await session->interrupt();
        const Result<Stop> stopped =
            asked ? co_await session->untilStopped(before) : std::unexpected(asked.error());
        if (!stopped) {
            co_return std::unexpected(stopped.error());
        }
    }
    if (const Result<void> reset = co_await guest->reset(AfterReset::StandsStill); !reset) {
        co_return reset;
    }
    co_return co_await session->openAgain();
}

Result<std::shared_ptr<QTemporaryDir>> folderForDumps()
{
    // /tmp may be memory
    const char* wish = std::getenv("TMPDIR");
    const std::filesystem::path base = wish != nullptr ? wish : "/var/tmp";
    auto folder = std::make_shared<QTemporaryDir>(QString::fromStdString((base / "rumpus-XXXXXX").native()));
    if (!folder->isValid()) {
        return hostError(formatted("cannot make a folder in {}", printable(base.native())),
                         folder->errorString().toStdString());
    }
    return folder;
}

QCoro::Task<Result<ReadableDump>> readableDump(std::filesystem::path file)
{
    const std::filesystem::path name = file.filename();
    Result<std::shared_ptr<QTemporaryDir>> copied =
        co_await inBackground([file, name] { return copiedXenCore(file, name); });
    if (!copied) {
        co_return std::unexpected(copied.error());
    }
    if (*copied) {
        file = std::filesystem::path((*copied)->path().toStdString()) / name;
    }
    co_return ReadableDump{.file = std::move(file), .keep = std::move(*copied)};
}

QCoro::Task<Result<std::shared_ptr<DebugSession>>> openCore(std::filesystem::path core,
                                                            std::filesystem::path image)
{
    const Result<GdbOptions> options = gdbOptions();
    const Result<Image> read = options ? readImage(image, Detail::Debug) : std::unexpected(options.error());
    if (!read) {
        co_return std::unexpected(read.error());
    }
    const Result<ReadableDump> dump = co_await readableDump(std::move(core));
    if (!dump) {
        co_return std::unexpected(dump.error());
    }
    LaunchPlan plan;
    plan.kind = read->kind;
    DebugTarget target = debugTarget(plan, *read);
    target.core = dump->file;
    auto session = DebugSession::create(*options);
    // the connection goes with the session, and what it holds with it
    QObject::connect(session.get(), &QObject::destroyed, [keep = dump->keep] {});
    const Result<void> opened = co_await session->open(std::move(target));
    if (!opened) {
        co_return std::unexpected(opened.error());
    }
    co_return session;
}

} // namespace rumpus
