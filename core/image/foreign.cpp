// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/foreign.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/boot.h"
#include "core/image/debug_file.h"
#include "core/image/kind_clues.h"

#include <algorithm>

namespace rumpus {

namespace {

/// A little-endian number of the file's head, 0 where that ends before it.
std::uint64_t numberAt(std::string_view bytes, std::size_t offset, std::size_t width)
{
    if (offset > bytes.size() || width > bytes.size() - offset) {
        return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;) {
        value = (value << 8U) | static_cast<std::uint8_t>(bytes[offset + i]);
    }
    return value;
}

/// Where the PE signature stands (PE format, "MS-DOS Stub"), if it is PE32+ for EFI.
std::optional<std::size_t> efiHeader(std::string_view head)
{
    static constexpr std::uint64_t pe32Plus = 0x20b;
    static constexpr std::uint64_t efiApplication = 10;
    const auto at = static_cast<std::size_t>(numberAt(head, 0x3c, 4));
    const bool isPe = head.starts_with("MZ") && numberAt(head, at, 4) == 0x4550; // "PE\0\0"
    return isPe && numberAt(head, at + 24, 2) == pe32Plus && numberAt(head, at + 24 + 68, 2) == efiApplication
               ? std::optional(at)
               : std::nullopt;
}

/// Linux/x86 boot protocol (Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header").
Image linuxImage(const InputFile& file, std::string_view head)
{
    static constexpr std::uint64_t has64BitEntry = 1; // XLF_KERNEL_64
    const std::uint64_t version = numberAt(head, 0x206, 2);
    const bool is64 = version >= 0x20c && (numberAt(head, 0x236, 2) & has64BitEntry) != 0;
    Image image;
    image.path = file.path();
    image.fileSize = file.size();
    image.evidence = {
        formatted("\"HdrS\" at 0x202: Linux boot protocol {}.{:02}", version >> 8U, version & 0xffU)};
    image.machine = is64 ? "x86-64" : "i386";
    image.elfClass = 0;
    image.elfType = "Linux bzImage";
    image.entry = numberAt(head, 0x214, 4); // code32_start
    image.boots = {{BootProtocol::LinuxBoot, image.entry, 32}};
    if (version >= 0x20a) {
        image.loadBase = numberAt(head, 0x258, 8);     // pref_address
        image.memoryNeeded = numberAt(head, 0x260, 4); // init_size
    }
    if (efiHeader(head)) {
        image.boots.push_back({BootProtocol::Efi, std::nullopt, 64});
    }
    return image;
}

std::string peMachine(std::uint64_t machine)
{
    switch (machine) {
    case 0x8664: return "x86-64";
    case 0xaa64: return "aarch64";
    default: return formatted("machine {:#x}", machine);
    }
}

Image efiImage(const InputFile& file, std::string_view head, std::size_t pe)
{
    Image image;
    image.path = file.path();
    image.fileSize = file.size();
    image.evidence = {"a PE32+ EFI application"};
    image.machine = peMachine(numberAt(head, pe + 4, 2));
    image.elfClass = 0;
    image.elfType = "EFI application";
    const std::size_t optional = pe + 24;
    image.loadBase = numberAt(head, optional + 24, 8);     // ImageBase
    image.memoryNeeded = numberAt(head, optional + 56, 4); // SizeOfImage
    image.entry = image.loadBase + numberAt(head, optional + 16, 4);
    image.boots = {{BootProtocol::Efi, image.entry, 64}};
    const std::uint64_t count = std::min<std::uint64_t>(numberAt(head, pe + 6, 2), 96); // the format's limit
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = optional + static_cast<std::size_t>(numberAt(head, pe + 20, 2)) + (i * 40);
        if (at + 40 > head.size()) {
            break;
        }
        const std::string_view raw = head.substr(at, 8);
        // Unikraft's mkefi.py writes its names as little-endian numbers
        std::string name(raw.starts_with('\0') ? std::string(raw.rbegin(), raw.rend()) : std::string(raw));
        name = printable(name.substr(0, name.find('\0')));
        image.sections.push_back({.name = name,
                                  .address = image.loadBase + numberAt(head, at + 12, 4),
                                  .size = numberAt(head, at + 8, 4),
                                  .fileSize = numberAt(head, at + 16, 4),
                                  .flags = "A"});
    }
    return image;
}

struct Known {
    std::string_view magic;
    std::size_t at;
    std::string_view what;
    std::string_view cure;
};

using namespace std::string_view_literals;
constexpr Known knownFiles[] = {
    {"\x1f\x8b"sv, 0, "it is compressed (gzip)", "unpack it with gunzip"},
    {"\xfd"
     "7zXZ"sv,
     0, "it is compressed (xz)", "unpack it with unxz"},
    {"\x28\xb5\x2f\xfd"sv, 0, "it is compressed (zstd)", "unpack it with unzstd"},
    {"BZh"sv, 0, "it is compressed (bzip2)", "unpack it with bunzip2"},
    {"PK\x03\x04"sv, 0, "it is a zip archive", "unpack it"},
    {"ustar"sv, 257, "it is a tar archive", "unpack it"},
    {"!<arch>\n"sv, 0, "it is a library of object files", "link it to an image"},
    {"QFI\xfb"sv, 0, "it is a disk image (qcow2)", "use it as a disk, and the kernel as the image"},
    {"CD001"sv, 0x8001, "it is a disk image (ISO 9660)", "name the kernel that is in it"},
    {"\x53\xef"sv, 0x438, "it is a disk image (ext2)", "use it as a disk, and the kernel as the image"},
    {"#!"sv, 0, "it is a script", "name the ELF file that your build makes"},
    {"MZ"sv, 0, "it is a DOS or Windows program", "name the ELF file that your build makes"},
};

std::unexpected<Error> notAnImage(const InputFile& file, std::string_view head)
{
    for (const Known& known : knownFiles) {
        if (file.read(known.at, known.magic.size()) == known.magic) {
            return cannotRead(file.path(), formatted("{}, not a unikernel image", known.what), known.cure);
        }
    }
    static constexpr std::string_view cure = "name the ELF file that your build makes";
    const std::string_view start = trimmed(head.substr(0, 1024));
    if (start.starts_with('{') && isUtf8(head.substr(0, head.rfind('}') + 1))) {
        return cannotRead(file.path(), "it is a JSON file, not a unikernel image",
                          "a configuration goes to rumpus run, its image is what counts here");
    }
    const auto isText = [](unsigned char c) {
        return c >= 0x20 ? c != 0x7f : std::string_view("\t\n\r\f\x1b").contains(static_cast<char>(c));
    };
    if (std::ranges::all_of(head, isText)) {
        return cannotRead(file.path(), "it is a text file, not a unikernel image", cure);
    }
    if (std::ranges::all_of(head, [](char c) { return c == '\0'; })) {
        return cannotRead(file.path(), "it begins with zeros, so it is no unikernel image", cure);
    }
    return cannotRead(file.path(), "it is neither an ELF file nor a Linux or EFI image", cure);
}

Image recognised(Image image)
{
    detectForeignKind(image);
    return image;
}

} // namespace

Result<Image> readForeignImage(const InputFile& file, std::string_view head)
{
    if (head.substr(std::min<std::size_t>(0x202, head.size())).starts_with("HdrS")) {
        return recognised(linuxImage(file, head));
    }
    if (const auto pe = efiHeader(head)) {
        Image image = recognised(efiImage(file, head, *pe));
        image.debugFile = findDebugFileBeside(file.path());
        return image;
    }
    return notAnImage(file, head);
}

} // namespace rumpus
