// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/image_config.h"

#include "core/config/document.h"
#include "core/image/image.h"

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

} // namespace rumpus
