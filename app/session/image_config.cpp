// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/image_config.h"

#include "core/config/document.h"
#include "core/image/image.h"
#include "core/image/kind.h"

#include <array>
#include <fstream>
#include <optional>
#include <utility>

namespace rumpus {

namespace {

/// A power of two, so that it reads well, and at least twice what the image alone takes.
std::uint64_t memoryFor(const Image& image)
{
    static constexpr std::uint64_t most = std::uint64_t{1} << 40U;
    std::uint64_t memory = UnikernelConfig::defaultMemory;
    while (memory / 2 < image.memoryNeeded && memory < most) {
        memory *= 2;
    }
    return memory;
}

} // namespace

bool isImage(const std::filesystem::path& path)
{
    if (path.native().ends_with(configSuffix)) {
        return false;
    }
    std::ifstream file(path, std::ios::binary);
    std::array<char, 64> start{};
    file.read(start.data(), start.size());
    const std::string_view head(start.data(), static_cast<std::size_t>(file.gcount()));
    return head.starts_with("\x7f"
                            "ELF") ||
           head.starts_with("MZ") || head.contains('\0');
}

Result<UnikernelConfig> configForImage(const std::filesystem::path& image)
{
    const Result<Image> found = readImage(image, Detail::Launch);
    if (!found) {
        return std::unexpected(found.error());
    }
    UnikernelConfig config;
    config.name = image.stem().native();
    config.image = image.filename().native();
    config.memory = memoryFor(*found);
    config.programs = {Program{.arguments = {config.name}}};
    if (!found->kind->tender.empty()) {
        config.host = "solo5";
    }
    for (const ManifestDevice& device : found->manifest) {
        if (device.type == "net") {
            InterfaceConfig interface;
            interface.name = device.name;
            config.interfaces.push_back(std::move(interface));
        } else {
            // without a file, which only the user knows: validation asks for it
            config.disks.emplace_back();
        }
    }
    return config;
}

std::filesystem::path configPathFor(const std::filesystem::path& image)
{
    return image.parent_path() / (image.stem().native() + std::string(configSuffix));
}

Result<ConfigFile> openConfig(const std::filesystem::path& configOrImage)
{
    if (!isImage(configOrImage)) {
        return loadConfigFile(configOrImage);
    }
    const std::filesystem::path image = std::filesystem::absolute(configOrImage).lexically_normal();
    const std::filesystem::path beside = configPathFor(image);
    if (std::filesystem::exists(beside)) {
        Result<ConfigFile> file = loadConfigFile(beside);
        std::error_code failed;
        if (!file || std::filesystem::equivalent(file->imagePath(), image, failed)) {
            return file;
        }
    }
    Result<UnikernelConfig> made = configForImage(image);
    if (!made) {
        return std::unexpected(made.error());
    }
    ConfigFile file{.path = beside, .config = std::move(*made), .problems = {}};
    file.problems = validate(file.config, file.folder(), std::nullopt);
    return file;
}

} // namespace rumpus
