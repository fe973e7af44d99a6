// Image: what an ELF file is, read by libelf and libdw: kind, boot protocols, notes, debug information.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/image/image_kind.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

enum class BootProtocol : std::uint8_t {
    Multiboot1, ///< Multiboot Specification 0.6.96
    Multiboot2, ///< Multiboot2 Specification 2.0
    Pvh,        ///< Xen ELF note 18 (XEN_ELFNOTE_PHYS32_ENTRY)
    XenPv,      ///< Xen notes with a 64-bit entry, or section __xen_guest
    LinuxBoot,  ///< Linux/x86 boot protocol (bzImage)
    PlainElf,   ///< only an entry point
    Tender,     ///< a Solo5 tender loads it
    Efi,        ///< PE32+ application
};
std::string_view key(BootProtocol protocol);
std::string_view title(BootProtocol protocol);

struct BootEntry {
    BootProtocol protocol = BootProtocol::PlainElf;
    std::optional<std::uint64_t> address; ///< where known without running a loader
    int bits = 64;                        ///< the CPU mode it is entered in: 32 or 64
    bool operator==(const BootEntry&) const = default;
};

/// One ELF note, from a PT_NOTE segment or from a section alone.
struct Note {
    std::string owner;
    std::uint32_t type = 0;
    std::string title;       ///< the type's name where known ("XEN_ELFNOTE_ENTRY")
    std::string description; ///< as text for people: a string, a number in hex, or hex bytes
    std::string raw;         ///< at most 64 KiB of the descriptor
    bool operator==(const Note&) const = default;
};

struct Section {
    std::string name;
    std::uint64_t address = 0;
    std::uint64_t size = 0; ///< in memory
    std::uint64_t fileSize = 0;
    std::string flags; ///< of "AWX", as readelf -S has them
    bool operator==(const Section&) const = default;
};

enum class DebugInformation : std::uint8_t {
    None,        ///< stripped: no symbols at all
    SymbolsOnly, ///< a symbol table, no DWARF
    LinesOnly,   ///< DWARF line tables without types
    Full,
};
std::string_view title(DebugInformation debug);

/// Where debug information comes from when not from the image itself.
struct DebugFile {
    std::filesystem::path path;
    std::string foundBy; ///< "sibling .dbg", "debuglink", "build id"
    bool operator==(const DebugFile&) const = default;
};

/// A device that a Solo5 image declares in its manifest and that must be attached.
struct ManifestDevice {
    std::string name;
    std::string type; ///< "net" or "block"
    bool operator==(const ManifestDevice&) const = default;
};

struct Image {
    std::filesystem::path path;
    std::uint64_t fileSize = 0;
    ImageKind kind;
    std::vector<std::string> evidence; ///< why that kind: one clause each
    std::vector<BootEntry> boots; ///< best first, of the loader where there is one; empty: cannot be booted
    std::filesystem::path loader; ///< what is booted in its place; empty: nothing
    std::string machine;          ///< "x86-64", "i386", "aarch64", …
    int elfClass = 64;            ///< 32 or 64; 0: no ELF file
    std::string elfType;          ///< "executable", "shared object", "object file"
    std::uint64_t entry = 0;
    std::uint64_t memoryNeeded = 0; ///< bytes from the lowest to the highest LOAD address
    std::uint64_t loadBase = 0;
    std::string buildId; ///< lower-case hex; empty: none
    std::vector<Note> notes;
    std::vector<Section> sections;
    std::vector<ManifestDevice> manifest;
    DebugInformation debug = DebugInformation::None;
    std::uint64_t debugBytes = 0; ///< size of the .debug_* sections, of the debug file where there is one
    std::size_t compileUnits = 0;
    std::size_t symbolCount = 0;
    std::optional<DebugFile> debugFile;

    [[nodiscard]] bool canBootBy(BootProtocol protocol) const;
    bool operator==(const Image&) const = default;
};

/// How much of a file is looked at: launching needs only the kind, `inspect` wants everything.
enum class Detail : std::uint8_t {
    Launch, ///< kind, boots, notes, memory, manifest: a few pages of the file
    Debug,  ///< also the separate debug file, where the image needs one
    Full,   ///< also what debug information there is, and symbols counted
};

/// Reads an image. Never maps or reads more than the headers, tables and notes it needs. Errors name
/// the file and what is wrong with it: not there, not a regular file, empty, no ELF, truncated, corrupt.
Result<Image> readImage(const std::filesystem::path& path, Detail detail = Detail::Full);

/// What an image is made of, for size and for colour in stacks.
enum class Component : std::uint8_t {
    Application,
    Libc,
    KernelCore, ///< rump kernel base, scheduler, traps
    KernelNet,  ///< protocols and interfaces
    KernelVfs,  ///< files and file systems
    KernelDev,  ///< drivers
    Platform,   ///< what touches the hypervisor: boot, console, clock
    Compiler,   ///< libgcc and the like
    Debug,      ///< symbol tables and DWARF
    Other,
};
std::string_view key(Component component);
std::string_view title(Component component);

/// The component of a source file or of a symbol of an image of that kind.
Component componentOf(ImageKind kind, std::string_view sourceFile, std::string_view symbol);

struct ComponentSize {
    Component component = Component::Other;
    std::uint64_t memory = 0; ///< bytes at run time
    std::uint64_t file = 0;   ///< bytes in the file
    std::size_t symbols = 0;
    bool operator==(const ComponentSize&) const = default;
};

/// Size by component, largest first. The sum of `file` is the file's size, the rest stands under Other.
Result<std::vector<ComponentSize>> measureComponents(const Image& image);

/// One symbol with its place, for search and for the treemap.
struct Symbol {
    std::string name; ///< demangled where it was mangled
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::string sourceFile; ///< normalised; empty: unknown
    Component component = Component::Other;
    bool function = false;
};
Result<std::vector<Symbol>> readSymbols(const Image& image);

} // namespace rumpus
