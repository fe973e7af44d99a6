// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_console_log.h"

#include "core/base/text.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/libvirt_error.h"
#include "platforms/libvirt/xml_tree.h"
#include "platforms/libvirt/xml_writer.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace rumpus {

namespace {

/// $1: the guest's name, $2: how many tenths of a second its log may take to come. Prints "INODE SIZE PATH".
/// xenconsoled(8) says by its own words what it keeps, and where.
constexpr std::string_view findLog = R"sh(
for p in /proc/[0-9]*; do
    { read -r c <"$p/comm"; } 2>/dev/null && [ "$c" = xenconsoled ] && break
    c=
done
[ "$c" = xenconsoled ] || exit 1
d=$(tr '\0' '\n' <"$p/cmdline" | {
    kept=; d=/var/log/xen/console
    while read -r w; do
        case $w in --log | --log-dir | --timestamp | -t) read -r v; w=$w=$v ;; esac
        case $w in
        --log=guest | --log=all) kept=1 ;;
        --log-dir=*) d=${w#*=} ;;
        --replace-escape | --timestamp=guest | --timestamp=all | -t*guest | -t*all) exit 1 ;;
        esac
    done
    [ "$kept" ] && printf '%s\n' "$d"
}) || exit 1
f=$d/guest-$1.log; n=$2
[ -x "$d" ] || exit 1
until [ -e "$f" ] || [ "$n" -le 0 ]; do n=$((n - 1)); sleep 0.1; done
[ -r "$f" ] && printf '%s %s\n' "$(stat -L -c '%i %s' "$f")" "$f"
)sh";

constexpr std::string_view noteNamespace = "urn:rumpus:log:1";

std::uint64_t numberFrom(std::string_view text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

QCoro::Task<std::optional<HostLog>> findXenLog(std::shared_ptr<HostReach> reach, std::string guest,
                                               LogAge age)
{
    const char* patience = age == LogAge::JustMade ? "20" : "0";
    const std::vector<std::string> find{"sh", "-c", std::string(findLog), "sh", std::move(guest), patience};
    const Result<std::string> said = co_await reach->run(find);
    if (!said) {
        co_return std::nullopt;
    }
    const std::string_view line = trimmed(*said);
    const std::size_t size = std::min(line.find(' '), line.size());
    const std::size_t path = std::min(line.find(' ', size + 1), line.size());
    if (!line.substr(path).starts_with(" /")) {
        co_return std::nullopt;
    }
    co_return HostLog{
        .file = line.substr(path + 1),
        .begin = {.inode = numberFrom(line), .offset = numberFrom(line.substr(size + 1, path - size - 1))}};
}

Result<void> noteXenLog(virConnectPtr handle, const std::string& uuid, const HostLog& log)
{
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    XmlWriter xml;
    xml.open("log");
    xml.attribute("domain", std::to_string(::virDomainGetID(domain->get())));
    xml.attribute("inode", std::to_string(log.begin.inode));
    xml.attribute("offset", std::to_string(log.begin.offset));
    xml.text(log.file.native());
    xml.close();
    const Result<std::string> note = std::move(xml).finish();
    if (!note) {
        return std::unexpected(note.error());
    }
    return ::virDomainSetMetadata(domain->get(), VIR_DOMAIN_METADATA_ELEMENT, note->c_str(), "rumpuslog",
                                  noteNamespace.data(), VIR_DOMAIN_AFFECT_LIVE) < 0
               ? libvirtFailed("the domain does not take a note")
               : Result<void>();
}

std::optional<HostLog> notedXenLog(std::string_view xml, unsigned number)
{
    const Result<XmlElement> domain = readXml(xml);
    if (!domain) {
        return std::nullopt;
    }
    for (const XmlElement& note : domain->child("metadata").children) {
        if (note.name == "rumpuslog:log" && note.attribute("domain") == std::to_string(number) &&
            note.text.starts_with('/')) {
            return HostLog{.file = note.text,
                           .begin = {.inode = numberFrom(note.attribute("inode")),
                                     .offset = numberFrom(note.attribute("offset"))}};
        }
    }
    return std::nullopt;
}

} // namespace rumpus
