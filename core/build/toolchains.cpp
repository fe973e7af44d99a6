// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/build/toolchains.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroProcess>
#include <QProcess>
#include <QStandardPaths>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

namespace rumpus {

namespace fs = std::filesystem;

namespace {

/// One kind's tools by name; a name may begin with a star.
struct Kit {
    std::string_view name;
    std::string_view purpose;
    std::vector<std::string_view> needed;
    std::vector<std::string_view> more;
    std::string_view cure;
    /// Source trees that builds are made from; one is as good as what is needed. Null: there are none.
    std::vector<FoundTool> (*trees)() = nullptr;
};

/// "0.17.0 Calypso" of the version.mk at a Unikraft tree's top.
std::string unikraftVersion(std::string_view text)
{
    std::map<std::string, std::string, std::less<>> values;
    for (const std::string& line : split(text, '\n')) {
        if (const std::size_t equals = line.find('='); equals != std::string::npos) {
            values[std::string(trimmed(std::string_view(line).substr(0, equals)))] =
                printable(trimmed(std::string_view(line).substr(equals + 1)));
        }
    }
    return values.contains("UK_VERSION")
               ? formatted("{}.{}.{} {}", values["UK_VERSION"], values["UK_SUBVERSION"],
                           values["UK_EXTRAVERSION"], values["UK_CODENAME"])
               : std::string();
}

/// Where UK_ROOT says, where people clone it, and where an application keeps its own.
std::vector<FoundTool> unikraftTrees()
{
    const char* root = std::getenv("UK_ROOT");
    const char* home = std::getenv("HOME");
    const fs::path user = home == nullptr ? "/nonexistent" : home;
    std::error_code failed;
    const fs::path here = fs::current_path(failed);
    std::vector<FoundTool> found;
    for (const fs::path& tree : {fs::path(root == nullptr ? "" : root), here / ".unikraft/unikraft",
                                 here / "workdir/unikraft", here.parent_path() / "unikraft",
                                 user / "unikraft", user / "src/unikraft", fs::path("/opt/unikraft")}) {
        const Result<std::string> text = readFile(tree / "version.mk");
        const std::string version = text ? unikraftVersion(*text) : std::string();
        if (!version.empty()) {
            found.push_back({.name = "unikraft", .path = tree / "version.mk", .version = version});
        }
    }
    return found;
}

const std::vector<Kit>& kits()
{
    static const std::vector<Kit> all{
        {.name = "rumprun",
         .purpose = "C and C++ for rump kernels, on QEMU and Xen",
         .needed = {"*-rumprun-netbsd-gcc", "rumprun-bake"},
         .more = {"*-rumprun-netbsd-g++"},
         .cure = "build it: git clone https://github.com/rumpkernel/rumprun, `./build-rr.sh hw`, and put its "
                 "rumprun/bin into PATH"},
        {.name = "unikraft",
         .purpose = "Unikraft applications",
         .needed = {"kraft"},
         .more = {},
         .cure = "install kraft (https://unikraft.org/docs/cli/install), or git clone "
                 "https://github.com/unikraft/unikraft and say UK_ROOT=THERE to an application's make",
         .trees = unikraftTrees},
        {.name = "solo5",
         .purpose = "applications on Solo5, and its tenders",
         .needed = {"solo5-elftool"},
         .more = {"*-solo5-none-static-cc", "solo5-hvt", "solo5-hvt-debug", "solo5-spt", "solo5-virtio-run"},
         .cure = "build it: git clone https://github.com/Solo5/solo5, `./configure.sh && make`, and `make "
                 "install`"},
        {.name = "gcc",
         .purpose = "C, and the sample unikernels",
         .needed = {"gcc", "make"},
         .more = {"g++", "ld"},
         .cure = "install it (Debian: apt install build-essential)"},
        {.name = "clang",
         .purpose = "C and C++",
         .needed = {"clang"},
         .more = {"clang++", "ld.lld"},
         .cure = "install it (Debian: apt install clang lld)"},
        {.name = "cmake",
         .purpose = "projects with CMakeLists.txt",
         .needed = {"cmake"},
         .more = {"ninja"},
         .cure = "install it (Debian: apt install cmake ninja-build)"},
        {.name = "rust",
         .purpose = "Rust, for Hermit and Unikraft",
         .needed = {"cargo"},
         .more = {"rustc"},
         .cure = "install it (Debian: apt install cargo, or https://rustup.rs)"},
    };
    return all;
}

std::vector<fs::path> searchPath()
{
    std::vector<fs::path> search;
    const char* path = std::getenv("PATH");
    for (const std::string& folder : split(path == nullptr ? "" : path, ':')) {
        search.emplace_back(folder);
    }
    std::ranges::move(usualToolFolders(), std::back_inserter(search));
    std::erase_if(search, [](const fs::path& folder) { return !folder.is_absolute(); });
    return search;
}

bool isProgram(const fs::path& path)
{
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    return !failed && fs::is_regular_file(status) &&
           (status.permissions() &
            (fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec)) != fs::perms::none;
}

/// All programs of that name, each once, in the order of the folders.
std::vector<fs::path> programs(std::string_view name, const std::vector<fs::path>& search)
{
    std::vector<fs::path> found;
    std::set<std::string> names;
    for (const fs::path& folder : search) {
        std::error_code failed;
        if (!name.starts_with('*')) {
            if (isProgram(folder / name)) {
                return {folder / name};
            }
            continue;
        }
        for (const auto& entry : fs::directory_iterator(folder, failed)) {
            const std::string file = entry.path().filename();
            if (file.ends_with(name.substr(1)) && isProgram(entry.path()) && names.insert(file).second) {
                found.push_back(entry.path());
            }
        }
    }
    std::ranges::sort(found);
    return found;
}

struct Said {
    std::string output; ///< on either of its outputs
    bool well = false;  ///< with status 0
};

/// What a program prints within a few seconds.
QCoro::Task<Said> outputOf(fs::path program, QStringList arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(QString::fromStdString(program.native()), arguments);
    if (process.state() != QProcess::NotRunning) {
        // one that cannot be started ends by the time, too
        co_await qCoro(process).waitForFinished(std::chrono::seconds(10));
    }
    if (process.state() != QProcess::NotRunning) {
        process.kill();
        co_return Said();
    }
    co_return Said{.output = process.readAll().toStdString(),
                   .well = process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0 &&
                           process.error() != QProcess::FailedToStart};
}

/// The first line that has a digit: banners stand before it.
std::string versionIn(std::string_view output)
{
    static constexpr std::size_t longest = 100;
    for (const std::string& line : split(output, '\n')) {
        if (line.find_first_of("0123456789") != std::string::npos && !line.contains("usage")) {
            return printable(trimmed(line).substr(0, longest));
        }
    }
    return {};
}

QCoro::Task<FoundTool> look(fs::path path)
{
    const std::string name = path.filename();
    // solo5-hvt and its like know "--version", rumprun-bake tells it with its usage
    const QStringList ask = name == "rumprun-bake" ? QStringList()
                            : name == "kraft"      ? QStringList{QStringLiteral("version")}
                                                   : QStringList{QStringLiteral("--version")};
    const Said said = co_await outputOf(path, ask);
    co_return FoundTool{.name = name,
                        .path = path,
                        .version = versionIn(said.output),
                        .works = said.well || name == "rumprun-bake"};
}

QCoro::Task<Toolchain> assemble(Kit kit, std::vector<fs::path> search)
{
    Toolchain chain{.name = std::string(kit.name),
                    .purpose = std::string(kit.purpose),
                    .tools = {},
                    .missing = {},
                    .cure = {},
                    .bakeConfigs = {}};
    for (const auto* names : {&kit.needed, &kit.more}) {
        for (const std::string_view name : *names) {
            const std::vector<fs::path> found = programs(name, search);
            if (found.empty() && names == &kit.needed) {
                chain.missing.emplace_back(name);
            }
            for (const fs::path& path : found) {
                chain.tools.push_back(co_await look(path));
            }
        }
    }
    if (kit.trees != nullptr) {
        std::vector<FoundTool> trees = kit.trees();
        if (!trees.empty()) {
            chain.missing.clear();
        }
        std::ranges::move(trees, std::back_inserter(chain.tools));
    }
    if (!chain.missing.empty()) {
        chain.cure = kit.cure;
    }
    const auto bake = std::ranges::find(chain.tools, "rumprun-bake", &FoundTool::name);
    if (bake != chain.tools.end()) {
        chain.bakeConfigs = bakeConfigsIn((co_await outputOf(bake->path, {QStringLiteral("list")})).output);
    }
    co_return chain;
}

/// What rumprun-bake answers.
QCoro::Task<Result<std::string>> askBake(QStringList words)
{
    const std::vector<fs::path> found = programs("rumprun-bake", searchPath());
    if (found.empty()) {
        co_return hostError("there is no rumprun-bake", "`rumpus doctor` says where it is looked for");
    }
    Said said = co_await outputOf(found.front(), words);
    if (!said.well) {
        co_return inputError(formatted("rumprun-bake {} fails: {}",
                                       words.join(QLatin1Char(' ')).toStdString(),
                                       printable(trimmed(said.output))),
                             "`rumpus bake` lists the configs that there are");
    }
    co_return std::move(said.output);
}

} // namespace

QCoro::Task<Result<std::vector<std::pair<std::string, std::string>>>> bakeConfigs()
{
    const Result<std::string> list = co_await askBake({QStringLiteral("list")});
    if (!list) {
        co_return std::unexpected(list.error());
    }
    co_return bakeConfigsIn(*list);
}

QCoro::Task<Result<std::string>> describeBakeConfig(std::string config)
{
    return askBake({QStringLiteral("describe"), QString::fromStdString(config)});
}

std::vector<fs::path> usualToolFolders()
{
    const char* home = std::getenv("HOME");
    const fs::path user = home == nullptr ? "/nonexistent" : home;
    std::vector<fs::path> folders{user / "rumprun/rumprun/bin", user / "src/rumprun/rumprun/bin",
                                  "/opt/rumprun/bin",           "/usr/local/bin",
                                  user / ".kraftkit/bin",       user / ".local/bin",
                                  user / ".cargo/bin",          "/opt/solo5/bin"};
    std::erase_if(folders, [](const fs::path& folder) {
        std::error_code failed;
        return !fs::is_directory(folder, failed);
    });
    return folders;
}

std::vector<std::pair<std::string, std::string>> bakeConfigsIn(std::string_view list)
{
    std::vector<std::pair<std::string, std::string>> configs;
    for (const std::string& line : split(list, '\n')) {
        const std::size_t colon = line.find(" : ");
        const std::string name(trimmed(std::string_view(line).substr(0, colon)));
        if (colon != std::string::npos && !name.empty() && !name.contains(' ')) {
            configs.emplace_back(printable(name),
                                 printable(trimmed(std::string_view(line).substr(colon + 3))));
        }
    }
    return configs;
}

QCoro::Task<std::vector<Toolchain>> findToolchains()
{
    const std::vector<fs::path> folders = searchPath();
    std::vector<Toolchain> found;
    for (const Kit& kit : kits()) {
        found.push_back(co_await assemble(kit, folders));
    }
    co_return found;
}

} // namespace rumpus
