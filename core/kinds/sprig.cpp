// sprig: Rumpus's own small kernel, which its sample guests are built with (resources/sprig).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/guest_speech.h"
#include "core/dialect/rumprun_json.h"
#include "core/image/kind_clues.h"
#include "core/image/notes.h"

#include <array>

namespace rumpus {

namespace {

using enum Component;
using enum BootPhase;
using How = SpokenEnd::How;
using State = KeyVerdict::State;

Evidence isSprig(const KindClues& clues)
{
    return findNote(clues.notes, "sprig", sprigNote) != nullptr ? Evidence{"a note of owner \"sprig\""}
                                                                : Evidence{};
}

constexpr RumprunReader sprigReader{
    .dialect = "sprig", .needsProgram = false, .knowsPipes = false, .knowsIpv6 = false};

extern const GuestDialect sprigDialect;

GuestWords tellSprig(const UnikernelConfig& config, const Image& image)
{
    if (!image.canBootBy(BootProtocol::XenPv)) {
        return tellRumprunJson(config, image, sprigReader, sprigDialect);
    }
    GuestWords words;
    std::string json = rumprunJson(config, sprigReader, sprigDialect, words);
    if (!json.empty()) {
        words.xenstore.emplace_back("rumprun/cfg", std::move(json));
    }
    return words;
}

GuestWords tellSprigOnMedium(const UnikernelConfig& config, const Image& /*image*/, bool /*onXen*/)
{
    GuestWords words;
    words.module = rumprunJson(config, sprigReader, sprigDialect, words);
    return words;
}

const GuestDialect sprigDialect{
    .name = "rumprun",
    .tell = tellSprig,
    .interfaceName = vioifName,
    .diskName = ldName,
    .findsItsWords = true, // behind the first '{'
    .mountsAs = "as ext2",
    .tellOnMedium = tellSprigOnMedium,
};

constexpr EndWord sprigEnds[] = {
    {"=== main() of \"", How::Ended, "\" returned ", false},
    {"=== exit(", How::Ended, "=== exit(", false},
    {"TRAP: ", How::Crashed, "", false},
    {"sprig: halted by trap", How::Crashed, "", true},
};

constexpr BootWord sprigBoot[] = {
    {"sprig ", "(x86-64, ", Banner},
    {"clock: time stamp counter", {}, Devices},
    {": ", " gateway ", Network},
    {"=== calling \"", "\" main() ===", Main},
};

constexpr KeySign sprigSigns[] = {
    {GuestTopic::Device, State::Failed, "sprig: {s}: there is no "},
    {GuestTopic::Address, State::Failed, "sprig: {s}: no answer to DHCP"},
    {GuestTopic::Address, State::Done, "(dhcp)"},
    {GuestTopic::Address, State::Done, "(static)"},
    {GuestTopic::Mount, State::Failed, "sprig: {d} cannot be mounted"},
    {GuestTopic::Mount, State::Done, "{d}: ext2 "},
    {GuestTopic::Device, State::Done, "{s}: "},
};

constexpr ComponentRule sprigPaths[] = {
    {"/sprig/kernel/", KernelCore}, {"/sprig/platform/", Platform}, {"/sprig/net/", KernelNet},
    {"/sprig/block/", KernelVfs},   {"/sprig/libc/", Libc},
};

constexpr ComponentRule sprigSymbols[] = {{"hw_", Platform}, {"xen_", Platform}};

constexpr GuestSpeech sprigSpeech{
    .ends = sprigEnds, .boot = sprigBoot, .signs = sprigSigns, .call = "=== calling \""};
constexpr Kernel sprigKernel{.components = {.ways = {}, .paths = sprigPaths, .symbols = sprigSymbols},
                             .speech = &sprigSpeech};
constexpr std::array sprigDialects{&sprigDialect};
// it has no drivers for the console of Xen's PVH
constexpr UnfitMachine sprigUnfit[] = {{"xenpvh", ""}};
constexpr KindTraits sprig{.key = "sprig",
                           .title = "Sprig",
                           .kernel = &sprigKernel,
                           .dialects = sprigDialects,
                           .test = isSprig,
                           .unfitMachines = sprigUnfit,
                           .findsVirtioMmio = true,
                           .usesOneCpu = true};

} // namespace

extern const KindList sprigKinds{&sprig, 1};

} // namespace rumpus
