// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/debug_file.h"

#include "core/image/debug_info.h"
#include "core/image/notes.h"
#include "core/image/symbol_table.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace rumpus {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view systemDebug = "/usr/lib/debug";
constexpr std::uint64_t mostChecksummed = 1U << 30U;

/// The CRC-32 of ISO 3309, as GDB's manual gives it for .gnu_debuglink ("Debugging Information in
/// Separate Files").
std::uint32_t checksum(const InputFile& file)
{
    static constexpr auto table = [] {
        std::array<std::uint32_t, 256> entries{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
            }
            entries[i] = value;
        }
        return entries;
    }();
    std::uint32_t crc = 0xffffffffU;
    std::uint64_t at = 0;
    for (std::string piece = file.read(0, 1U << 20U); !piece.empty(); piece = file.read(at, 1U << 20U)) {
        for (const char c : piece) {
            crc = table[(crc ^ static_cast<std::uint8_t>(c)) & 0xffU] ^ (crc >> 8U);
        }
        at += piece.size();
    }
    return ~crc;
}

struct DebugLink {
    std::string name;
    std::uint32_t checksum = 0;
};

std::optional<DebugLink> debugLink(const ElfFile& elf)
{
    const ElfSection* section = elf.section(".gnu_debuglink");
    if (section == nullptr || !section->occupiesFile()) {
        return std::nullopt;
    }
    // a name, its NUL, padding to 4, the checksum
    const std::string bytes =
        elf.file().read(section->header.sh_offset,
                        static_cast<std::size_t>(std::min<std::uint64_t>(section->header.sh_size, 512)));
    const std::string name(stringAt(bytes, 0, 255));
    const std::size_t at = (name.size() + 4) & ~std::size_t{3};
    if (name.empty() || name.contains('/') || name == "." || name == ".." || at + 4 > bytes.size()) {
        return std::nullopt;
    }
    return DebugLink{name, static_cast<std::uint32_t>(elf.number(std::string_view(bytes).substr(at), 4))};
}

struct Candidate {
    fs::path path;
    std::string_view foundBy;
    std::optional<std::uint32_t> checksum;
};

std::vector<Candidate> siblings(const fs::path& image)
{
    return {{fs::path(image).concat(".dbg"), "sibling .dbg", {}},
            {fs::path(image).concat(".debug"), "sibling .debug", {}}};
}

std::vector<Candidate> candidates(const ElfFile& elf, const Image& image)
{
    const fs::path& path = elf.file().path();
    const fs::path folder = path.parent_path();
    std::error_code ignored;
    const fs::path absolute = fs::absolute(folder.empty() ? "." : folder, ignored).lexically_normal();
    std::vector<Candidate> list;
    if (image.buildId.size() > 2) {
        const std::string name =
            ".build-id/" + image.buildId.substr(0, 2) + "/" + image.buildId.substr(2) + ".debug";
        list.push_back({folder / name, "build id", {}});
        list.push_back({fs::path(systemDebug) / name, "build id", {}});
    }
    if (const auto link = debugLink(elf)) {
        for (const fs::path& place :
             {folder, folder / ".debug", fs::path(systemDebug) / absolute.relative_path()}) {
            list.push_back({place / link->name, "debuglink", link->checksum});
        }
    }
    std::ranges::move(siblings(path), std::back_inserter(list));
    return list;
}

/// The ELF file at a path that has something for a debugger.
std::optional<ElfFile> openDebugFile(InputFile file)
{
    if (!file.read(0, SELFMAG).starts_with(ELFMAG)) {
        return std::nullopt;
    }
    Result<ElfFile> debug = ElfFile::open(std::move(file));
    return debug && (hasDwarf(*debug) || hasSymbolTable(*debug)) ? std::optional(std::move(*debug))
                                                                 : std::nullopt;
}

bool sameMachine(const ElfFile& a, const ElfFile& b)
{
    // Unikraft wraps an x86-64 kernel in a 32-bit ELF file, which its multiboot loaders ask for
    const auto family = [](std::uint16_t machine) { return machine == EM_386 ? EM_X86_64 : int{machine}; };
    return family(a.header().e_machine) == family(b.header().e_machine);
}

bool belongs(const ElfFile& elf, const Image& image, const Candidate& candidate)
{
    std::error_code failed;
    if (fs::equivalent(elf.file().path(), candidate.path, failed)) {
        return false;
    }
    auto file = InputFile::open(candidate.path);
    if (!file) {
        return false;
    }
    if (candidate.checksum && (file->size() > mostChecksummed || checksum(*file) != *candidate.checksum)) {
        return false;
    }
    const std::optional<ElfFile> debug = openDebugFile(std::move(*file));
    if (!debug || !sameMachine(elf, *debug)) {
        return false;
    }
    const std::string buildId = buildIdOf(readNotes(*debug));
    return buildId.empty() || image.buildId.empty() || buildId == image.buildId;
}

} // namespace

std::optional<DebugFile> findDebugFile(const ElfFile& elf, const Image& image)
{
    for (const Candidate& candidate : candidates(elf, image)) {
        if (belongs(elf, image, candidate)) {
            return DebugFile{candidate.path, std::string(candidate.foundBy)};
        }
    }
    return std::nullopt;
}

std::optional<DebugFile> findDebugFileBeside(const fs::path& image)
{
    for (const Candidate& candidate : siblings(image)) {
        Result<InputFile> file = InputFile::open(candidate.path);
        if (file && openDebugFile(std::move(*file))) {
            return DebugFile{candidate.path, std::string(candidate.foundBy)};
        }
    }
    return std::nullopt;
}

} // namespace rumpus
