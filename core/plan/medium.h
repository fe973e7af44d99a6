// A bootable medium for a machine elsewhere: what stands on it, decided beforehand, as pure data.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"
#include "core/image/image.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

enum class MediumFormat : std::uint8_t {
    Iso, ///< a CD, which also boots from a stick (GRUB, BIOS)
    Raw, ///< a disk: the same bytes, in whole mebibytes
    Pxe, ///< a folder for a TFTP or HTTP server (iPXE, or pxelinux with mboot.c32)
    Ec2, ///< a folder for the root volume of Amazon's PV-GRUB, as rumprun's script makes one
};
inline constexpr std::array<std::string_view, 4> mediumFormats{"iso", "raw", "pxe", "ec2"};
std::string_view key(MediumFormat format);
/// What the name of such a file, or folder, ends with: ".iso".
std::string_view suffixOf(MediumFormat format);

/// A file on the medium: a copy of one here, or a text of its own.
struct MediumFile {
    std::string place; ///< relative to the medium's root
    std::filesystem::path source;
    std::string content;         ///< where `source` is empty
    bool loadedPartOnly = false; ///< of an image at `source`, what boot loaders read of it (loaded_part.h)
    bool operator==(const MediumFile&) const = default;
};

struct MediumPlan {
    MediumFormat format = MediumFormat::Iso;
    std::string name; ///< the unikernel's
    std::vector<MediumFile> files;
};

/// A plan, or none and what is wrong, by pointers into the config.
struct MediumResult {
    std::optional<MediumPlan> plan;
    std::vector<Problem> problems;
};

/// Decides what a medium holds: the image, what it is told, its disks' images, and what the boot loader
/// reads. Errors: the image boots by no way that loaders have (multiboot); its kind finds no disks on a
/// medium.
MediumResult planMedium(const ConfigFile& file, const Image& image, MediumFormat format);

} // namespace rumpus
