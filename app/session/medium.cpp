// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/medium.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/loaded_part.h"
#include "platforms/program_run.h"

#include <QStandardPaths>
#include <QTemporaryDir>

#include <array>
#include <system_error>

namespace rumpus {

namespace fs = std::filesystem;

namespace {

/// Where GRUB's images for a PC's BIOS are; without them grub-mkrescue makes something that no BIOS boots,
/// and says nothing.
constexpr const char* grubForBios = "/usr/lib/grub/i386-pc";

bool isFolder(MediumFormat format)
{
    return format == MediumFormat::Pxe || format == MediumFormat::Ec2;
}

std::vector<std::string> grubCommand(const fs::path& folder, const fs::path& output)
{
    return {"grub-mkrescue", "-d", grubForBios, "-o", output.native(), folder.native()};
}

std::unexpected<Error> cannotWrite(const fs::path& file, const std::error_code& reason)
{
    return hostError(formatted("cannot write {}: {}", printable(file.native()), reason.message()));
}

Result<void> lay(const MediumFile& file, const fs::path& folder)
{
    const fs::path place = folder / file.place;
    std::error_code failed;
    fs::create_directories(place.parent_path(), failed);
    if (failed) {
        return cannotWrite(place.parent_path(), failed);
    }
    if (file.source.empty()) {
        return publishFile(place, file.content);
    }
    if (file.loadedPartOnly) {
        const Result<std::string> part = loadedPart(file.source);
        return part ? publishFile(place, *part) : std::unexpected(part.error());
    }
    fs::copy_file(file.source, place, failed);
    if (failed) {
        return hostError(formatted("cannot copy {} to {}: {}", printable(file.source.native()),
                                   printable(place.native()), failed.message()));
    }
    return {};
}

/// A disk ends with a whole mebibyte; firmware and clouds refuse others.
Result<void> fillUp(const fs::path& image)
{
    static constexpr std::uintmax_t mebibyte = std::uintmax_t{1} << 20U;
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(image, failed);
    if (!failed) {
        fs::resize_file(image, (size + mebibyte - 1) / mebibyte * mebibyte, failed);
    }
    return failed ? Result<void>(cannotWrite(image, failed)) : Result<void>();
}

} // namespace

Result<void> canMakeMedia()
{
    static constexpr std::array<const char*, 2> programs{"grub-mkrescue", "xorriso"};
    for (const char* program : programs) {
        if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty()) {
            return hostError(formatted("making a bootable image needs {}", program),
                             "install it (Debian: apt install grub-common grub-pc-bin xorriso)");
        }
    }
    std::error_code failed;
    if (!fs::exists(fs::path(grubForBios) / "boot.img", failed)) {
        return hostError("making a bootable image needs GRUB for the BIOS",
                         "install it (Debian: apt install grub-pc-bin)");
    }
    return {};
}

QCoro::Task<Result<void>> makeMedium(MediumPlan plan, fs::path folder, fs::path output)
{
    std::error_code failed;
    if (fs::exists(output, failed)) {
        co_return inputError(formatted("{} is there already", printable(output.native())),
                             "name another one, or remove it");
    }
    const bool asFolder = isFolder(plan.format);
    if (const Result<void> tools = asFolder ? Result<void>() : canMakeMedia(); !tools) {
        co_return tools;
    }
    const fs::path root = asFolder ? output : folder;
    for (const MediumFile& file : plan.files) {
        if (const Result<void> laid = lay(file, root); !laid) {
            co_return laid;
        }
    }
    if (asFolder) {
        co_return Result<void>();
    }
    const Result<ProgramOutput> made =
        co_await runProgram({.words = grubCommand(folder, output), .input = {}, .feed = {}, .take = {}});
    if (!made) {
        co_return std::unexpected(made.error());
    }
    if (made->status != 0) {
        fs::remove(output, failed);
        static constexpr std::size_t most = 1000;
        const std::string_view said = trimmed(made->errors);
        co_return hostError(formatted("grub-mkrescue failed: {}",
                                      printable(said.substr(said.size() - std::min(said.size(), most)))));
    }
    co_return plan.format == MediumFormat::Raw ? fillUp(output) : Result<void>();
}

std::vector<std::vector<std::string>> commandsFor(const MediumPlan& plan, const fs::path& folder,
                                                  const fs::path& output)
{
    const bool asFolder = isFolder(plan.format);
    const fs::path root = asFolder ? output : folder;
    std::vector<std::vector<std::string>> commands;
    for (const MediumFile& file : plan.files) {
        const std::string place = (root / file.place).native();
        if (file.source.empty()) {
            commands.push_back({"sh", "-c", R"sh(mkdir -p "$(dirname "$2")"; printf %s "$1" >"$2")sh", "sh",
                                file.content, place});
        } else {
            commands.push_back({"install", "-D", "-m", "644", file.source.native(), place});
        }
    }
    if (!asFolder) {
        commands.push_back(grubCommand(folder, output));
    }
    if (plan.format == MediumFormat::Raw) {
        commands.push_back({"truncate", "--size=%1M", output.native()});
    }
    return commands;
}

QCoro::Task<std::expected<std::vector<Problem>, Refusal>> makeMediumOf(ConfigFile file, MediumFormat format,
                                                                       std::filesystem::path output)
{
    const auto refused = [&file](std::vector<Problem> problems, std::optional<Error> error) {
        return std::unexpected(
            Refusal{.config = file.path, .problems = std::move(problems), .error = std::move(error)});
    };
    if (file.hasErrors()) {
        co_return refused(file.problems, {});
    }
    const Result<Image> image = readImage(file.imagePath(), Detail::Launch);
    if (!image) {
        co_return refused({}, image.error());
    }
    MediumResult result = planMedium(file, *image, format);
    if (!result.plan) {
        co_return refused(std::move(result.problems), {});
    }
    const QTemporaryDir folder;
    const Result<void> made =
        co_await makeMedium(std::move(*result.plan), folder.path().toStdString(), std::move(output));
    if (!made) {
        co_return refused(std::move(result.problems), made.error());
    }
    co_return std::move(result.problems);
}

} // namespace rumpus
