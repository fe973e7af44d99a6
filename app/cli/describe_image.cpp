// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/describe_image.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/image/kind.h"

namespace rumpus::cli {

namespace {

std::string line(std::string_view label, std::string_view value)
{
    return formatted("{:<14} {}\n", label, value);
}

std::string bootText(const BootEntry& boot)
{
    std::string text(title(boot.protocol));
    if (boot.address) {
        text += formatted(", entered at {:#x} in {}-bit mode", *boot.address, boot.bits);
    }
    return text;
}

std::string debugText(const Image& image)
{
    std::string text(title(image.debug));
    if (image.debugBytes > 0) {
        text += formatted(" ({} in {})", roughSize(image.debugBytes),
                          counted(image.compileUnits, "compile unit"));
    }
    if (image.debugFile) {
        text +=
            formatted(", from {} ({})", printable(image.debugFile->path.native()), image.debugFile->foundBy);
    }
    return text;
}

std::string sizesText(const std::vector<ComponentSize>& sizes)
{
    std::string text = formatted("\n{:<24} {:>10} {:>10} {:>9}\n", "component", "memory", "file", "symbols");
    for (const ComponentSize& size : sizes) {
        text += formatted("{:<24} {:>10} {:>10} {:>9}\n", title(size.component), roughSize(size.memory),
                          roughSize(size.file), size.symbols);
    }
    return text;
}

} // namespace

std::string imageText(const Image& image, const std::vector<ComponentSize>& sizes)
{
    std::string text =
        line("image", formatted("{} ({})", printable(image.path.native()), roughSize(image.fileSize)));
    text += line("kind", title(image.kind));
    for (const std::string& evidence : image.evidence) {
        text += line("", "because " + printable(evidence));
    }
    const std::string bits = image.elfClass == 0 ? "" : formatted("{}-bit ", image.elfClass);
    text += line("file", formatted("{}{} {}", bits, image.machine, image.elfType));
    for (const BootEntry& boot : image.boots) {
        text += line("boots by", bootText(boot));
    }
    if (image.boots.empty()) {
        text += line("boots by", image.kind->loaders.empty()
                                     ? "nothing: it cannot be booted as it is"
                                     : formatted("a loader, {}", image.kind->loaders.front()));
    }
    text += line("memory", formatted("{} from {:#x}", roughSize(image.memoryNeeded), image.loadBase));
    for (const ManifestDevice& device : image.manifest) {
        text += line("needs", formatted("{} device \"{}\"", device.type, printable(device.name)));
    }
    text += line("build id", image.buildId.empty() ? "none" : image.buildId);
    text += line("debug", debugText(image));
    text += line("symbols", std::to_string(image.symbolCount));
    for (const Note& note : image.notes) {
        text += line("note", formatted("{} {} {}", printable(note.owner),
                                       note.title.empty() ? formatted("type {:#x}", note.type) : note.title,
                                       printable(note.description)));
    }
    return sizes.empty() ? text : text + sizesText(sizes);
}

Json imageJson(const Image& image, const std::vector<ComponentSize>& sizes)
{
    Json boots = Json::array();
    for (const BootEntry& boot : image.boots) {
        boots.push_back({{"protocol", key(boot.protocol)}, {"bits", boot.bits}});
        boots.back()["address"] = boot.address ? Json(*boot.address) : Json();
    }
    Json notes = Json::array();
    for (const Note& note : image.notes) {
        notes.push_back({{"owner", note.owner},
                         {"type", note.type},
                         {"title", note.title},
                         {"description", note.description}});
    }
    Json sections = Json::array();
    for (const Section& section : image.sections) {
        sections.push_back({{"name", section.name},
                            {"address", section.address},
                            {"size", section.size},
                            {"fileSize", section.fileSize},
                            {"flags", section.flags}});
    }
    Json manifest = Json::array();
    for (const ManifestDevice& device : image.manifest) {
        manifest.push_back({{"name", device.name}, {"type", device.type}});
    }
    Json components = Json::array();
    for (const ComponentSize& size : sizes) {
        components.push_back({{"component", key(size.component)},
                              {"memory", size.memory},
                              {"file", size.file},
                              {"symbols", size.symbols}});
    }
    Json json = {{"path", image.path.native()},
                 {"size", image.fileSize},
                 {"kind", key(image.kind)},
                 {"evidence", image.evidence},
                 {"boots", boots},
                 {"machine", image.machine},
                 {"class", image.elfClass},
                 {"type", image.elfType},
                 {"entry", image.entry},
                 {"memoryNeeded", image.memoryNeeded},
                 {"loadBase", image.loadBase},
                 {"buildId", image.buildId},
                 {"debug", title(image.debug)},
                 {"debugBytes", image.debugBytes},
                 {"compileUnits", image.compileUnits},
                 {"symbols", image.symbolCount}};
    json["debugFile"] = image.debugFile ? Json(image.debugFile->path.native()) : Json();
    json["manifest"] = std::move(manifest);
    json["notes"] = std::move(notes);
    json["sections"] = std::move(sections);
    json["components"] = std::move(components);
    return json;
}

} // namespace rumpus::cli
