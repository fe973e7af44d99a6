// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/building.h"

#include "app/session/resources.h"
#include "core/build/toolchains.h"

#include <QStandardPaths>

#include <cstdlib>
#include <system_error>

namespace rumpus {

std::map<std::string, std::string> buildEnvironment()
{
    std::map<std::string, std::string> environment;
    if (const Result<std::filesystem::path> resources = resourcesFolder()) {
        environment["SPRIG"] = *resources / "sprig";
    }
    // a toolchain that was built and never put into PATH is found all the same
    const char* path = std::getenv("PATH");
    std::string folders = path == nullptr ? std::string("/usr/bin:/bin") : std::string(path);
    for (const std::filesystem::path& folder : usualToolFolders()) {
        folders += ":" + folder.native();
    }
    environment["PATH"] = std::move(folders);
    return environment;
}

std::filesystem::path rumprunToolchainFile()
{
    const QStringList folders =
        QString::fromStdString(buildEnvironment()["PATH"]).split(QLatin1Char(':'), Qt::SkipEmptyParts);
    const QString bake = QStandardPaths::findExecutable(QStringLiteral("rumprun-bake"), folders);
    // where build-rr.sh puts it (app-tools/Makefile of rumprun)
    const std::filesystem::path file = std::filesystem::path(bake.toStdString()).parent_path() /
                                       "../rumprun-x86_64/share/x86_64-rumprun-netbsd-toolchain.cmake";
    std::error_code failed;
    return std::filesystem::exists(file, failed) ? file.lexically_normal() : std::filesystem::path();
}

} // namespace rumpus
