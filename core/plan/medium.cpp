// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/medium.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/dialect/dialect.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rumpus {

namespace {

constexpr std::string_view configPlace = "json.cfg"; // the script's name for it
/// lib/librumprun_base/config.c of rumprun: the configuration is a file of the first disk.
constexpr std::string_view configOnRoot = "_RUMPRUN_ROOTFSCFG=/json.cfg";

class MediumDraft {
public:
    MediumDraft(const ConfigFile& file, const Image& image, MediumFormat format)
        : file_(file), image_(image), format_(format), dialect_(dialectOf(image.kind))
    {
    }

    MediumResult make()
    {
        result_.problems = problemsWith(file_, {.memoryNeeded = image_.loadBase + image_.memoryNeeded});
        plan_.format = format_;
        plan_.name = file_.config.name;
        checkBoot();
        imagePlace_ = "boot/" + image_.path.filename().native();
        // pxelinux's mboot.c32 boots no file of many megabytes
        plan_.files.push_back({.place = imagePlace_,
                               .source = image_.path,
                               .content = {},
                               .loadedPartOnly = format_ == MediumFormat::Pxe});
        tell();
        placeDisks();
        addLoaderFiles();
        if (std::ranges::none_of(result_.problems,
                                 [](const Problem& p) { return p.severity == Severity::Error; })) {
            result_.plan = std::move(plan_);
        }
        return std::move(result_);
    }

private:
    void error(std::string pointer, std::string text)
    {
        result_.problems.push_back(
            {.pointer = std::move(pointer), .severity = Severity::Error, .text = std::move(text)});
    }

    /// PV-GRUB enters PV guests, the other loaders multiboot kernels.
    void checkBoot()
    {
        const bool ec2 = format_ == MediumFormat::Ec2;
        if (!image_.canBootBy(ec2 ? BootProtocol::XenPv : BootProtocol::Multiboot1)) {
            error("/image",
                  ec2 ? "Amazon's PV-GRUB boots Xen PV images, and this is none: build it for Xen"
                      : "boot loaders enter an image by multiboot, and this one has no header for that: "
                        "build it for a PC (rumprun hw, Unikraft for QEMU, Solo5 virtio)");
        }
        if (image_.path.filename().native().find_first_of("\n'\"\\ ") != std::string::npos) {
            error("/image", "a boot loader's file cannot name an image with blanks or quotes: rename it");
        }
    }

    /// Disks can only be found where the medium is one itself.
    bool onRoot() const
    {
        return dialect_.tellOnMedium != nullptr &&
               (format_ == MediumFormat::Ec2 || std::ranges::any_of(file_.config.disks, isMounted));
    }

    static bool isMounted(const DiskConfig& disk) { return !disk.mountpoint.empty(); }

    void tell()
    {
        GuestWords words = dialect_.tellOnMedium == nullptr
                               ? dialect_.tell(file_.config, image_)
                               : dialect_.tellOnMedium(file_.config, image_, format_ == MediumFormat::Ec2);
        std::ranges::move(words.problems, std::back_inserter(result_.problems));
        commandLine_ = std::move(words.commandLine);
        if (onRoot()) {
            commandLine_ = configOnRoot;
        }
        if (!words.module.empty()) {
            plan_.files.push_back(
                {.place = std::string(configPlace), .source = {}, .content = std::move(words.module)});
            if (!onRoot()) {
                modules_.emplace_back(configPlace);
            }
        }
        // GRUB puts backslashes before them, iPXE and pxelinux do not
        if (commandLine_.find_first_of("\"'\\\n") != std::string::npos) {
            error("/arguments", "a boot loader does not hand quotes and backslashes on as they are: leave "
                                "them out");
        }
    }

    void placeDisks()
    {
        const std::vector<DiskConfig>& disks = file_.config.disks;
        for (std::size_t i = 0; i < disks.size(); ++i) {
            const std::filesystem::path source = (file_.folder() / disks[i].file).lexically_normal();
            const std::string pointer = formatted("/disks/{}", i);
            if (disks[i].format != DiskFormat::Raw) {
                error(pointer + "/format", "a medium holds raw images only: convert it (`qemu-img convert -O "
                                           "raw`)");
            }
            if (dialect_.findsDisksOnMedium && format_ == MediumFormat::Pxe) {
                error(pointer,
                      "a guest that is booted over the network finds no disk's image: bake the files "
                      "into the program, or make an iso");
            } else if (dialect_.findsDisksOnMedium) {
                plan_.files.push_back(
                    {.place = mediumDiskPath(file_.config, i), .source = source, .content = {}});
            } else if (disks[i].fileSystem == "extract") {
                const std::string place = formatted("boot/initrd{}", i);
                plan_.files.push_back({.place = place, .source = source, .content = {}});
                modules_.push_back(place);
            } else {
                error(pointer, formatted("{} finds no disk's image on a medium: attach the disk there, and "
                                         "remove it here",
                                         title(image_.kind)));
            }
        }
    }

    void add(std::string place, std::string content)
    {
        plan_.files.push_back({.place = std::move(place), .source = {}, .content = std::move(content)});
    }

    void addLoaderFiles()
    {
        const std::string words = commandLine_.empty() ? "" : " " + commandLine_;
        switch (format_) {
        case MediumFormat::Iso:
        case MediumFormat::Raw: {
            std::string grub = formatted("set timeout=0\nmenuentry '{}' {{\n\tmultiboot /{}{}\n", plainName(),
                                         imagePlace_, words);
            for (const std::string& module : modules_) {
                grub += formatted("\tmodule /{}\n", module);
            }
            add("boot/grub/grub.cfg", grub + "}\n");
            break;
        }
        case MediumFormat::Pxe: addNetworkFiles(words); break;
        case MediumFormat::Ec2:
            add("boot/grub/menu.lst",
                formatted("default 0\ntimeout 1\ntitle {}\n  root (hd0)\n  kernel /{}{}\n", plainName(),
                          imagePlace_, words));
            break;
        }
    }

    void addNetworkFiles(const std::string& words)
    {
        std::string ipxe = formatted("#!ipxe\nkernel {}{}\n", imagePlace_, words);
        std::string pxelinux = formatted(
            "DEFAULT unikernel\nLABEL unikernel\n  KERNEL mboot.c32\n  APPEND {}{}", imagePlace_, words);
        for (const std::string& module : modules_) {
            ipxe += formatted("module {}\n", module);
            pxelinux += " --- " + module;
        }
        add("boot.ipxe", ipxe + "boot\n");
        add("pxelinux.cfg/default", pxelinux + "\n");
    }

    /// The unikernel's name where a loader's menu ends it with a quote or a line's end.
    std::string plainName() const
    {
        std::string name = file_.config.name;
        std::ranges::replace_if(name, [](char c) { return c == '\'' || c == '\n'; }, '_');
        return name;
    }

    const ConfigFile& file_;
    const Image& image_;
    MediumFormat format_;
    const GuestDialect& dialect_;
    MediumResult result_;
    MediumPlan plan_;
    std::string imagePlace_;
    std::string commandLine_;
    std::vector<std::string> modules_;
};

} // namespace

std::string_view key(MediumFormat format)
{
    return mediumFormats.at(std::to_underlying(format));
}

std::string_view suffixOf(MediumFormat format)
{
    static constexpr std::array<std::string_view, mediumFormats.size()> suffixes{".iso", ".img", ".pxe",
                                                                                 ".ec2"};
    return suffixes.at(std::to_underlying(format));
}

MediumResult planMedium(const ConfigFile& file, const Image& image, MediumFormat format)
{
    return MediumDraft(file, image, format).make();
}

} // namespace rumpus
