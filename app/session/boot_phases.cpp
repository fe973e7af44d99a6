// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/boot_phases.h"

#include "core/image/kernel.h"

#include <algorithm>
#include <array>
#include <span>

namespace rumpus {

namespace {

using enum BootMoment;

constexpr std::size_t mostBytes = std::size_t{256} << 10U;

struct Names {
    std::string_view key;
    std::string_view title;
};
constexpr std::array names{
    Names{"build", "Build"},           Names{"plan", "Plan"},
    Names{"process", "Process"},       Names{"first-instruction", "First instruction"},
    Names{"first-byte", "First byte"}, Names{"banner", "Kernel banner"},
    Names{"devices", "Devices"},       Names{"network", "Network"},
    Names{"main", "main()"},           Names{"exit", "Exit"},
};
static_assert(names.size() == bootMoments);

/// A line that has both texts; the second may be empty.
struct Word {
    std::string_view text;
    std::string_view also;
    BootMoment moment;
};

// rumprun: platform/hw/intr.c and NetBSD's copyright, both before any device; lib/librumprun_base/rumprun.c
constexpr std::array rumprunWords{
    Word{"rump kernel bare metal bootstrap", {}, Banner}, Word{"Copyright (c) 1996", {}, Banner},
    Word{"Timecounter \"bmktc\"", {}, Devices},           Word{"mounted tmpfs on", {}, Devices},
    Word{"dhcp: ", "adding IP address", Network},         Word{"=== calling \"", "\" main() ===", Main},
};

constexpr std::array sprigWords{
    Word{"sprig ", "(x86-64, ", Banner},
    Word{"clock: time stamp counter", {}, Devices},
    Word{": ", " gateway ", Network},
    Word{"=== calling \"", "\" main() ===", Main},
};

// lib/ukboot/boot.c and banner.c; lwip's netif status callback
constexpr std::array unikraftWords{
    Word{"Powered by", {}, Banner},
    Word{"Welcome to  _ __", {}, Banner},
    Word{"Set IPv4 address ", {}, Network},
    Word{"Calling main(", {}, Main},
};

// bindings/lib.c, bindings/virtio/pci.c; the application follows without a word
constexpr std::array solo5Words{
    Word{"Solo5: Bindings version", {}, Banner},
    Word{"Solo5: PCI:", "configured", Devices},
    Word{"Solo5: Application acquired '", "as network device", Network},
};

constexpr std::array linuxWords{
    Word{"Linux version ", {}, Banner},
    Word{"Run ", " as init process", Main},
};

std::span<const Word> wordsOf(ImageKind kind)
{
    switch (kernelOf(kind)) {
    case Kernel::Sprig: return sprigWords;
    case Kernel::Rumprun: return rumprunWords;
    case Kernel::Unikraft: return unikraftWords;
    case Kernel::Solo5: return solo5Words;
    case Kernel::Linux: return linuxWords;
    default: return {};
    }
}

bool says(std::string_view line, const Word& word)
{
    const std::size_t at = line.find(word.text);
    return at != std::string_view::npos && line.substr(at + word.text.size()).contains(word.also);
}

} // namespace

std::string_view key(BootMoment moment)
{
    return names.at(static_cast<std::size_t>(moment)).key;
}

std::string_view title(BootMoment moment)
{
    return names.at(static_cast<std::size_t>(moment)).title;
}

BootListener::BootListener(ImageKind kind) : kind_(kind) {}

std::vector<BootMoment> BootListener::hear(std::string_view bytes)
{
    std::vector<BootMoment> news;
    if (bytes.empty()) {
        return news;
    }
    if (heard_ == 0) {
        news.push_back(FirstByte);
    }
    const bool before = heard_ < mostBytes && isNew(Main);
    heard_ += std::min(bytes.size(), mostBytes);
    if (before) {
        lines_.add(bytes, [&](std::string_view line) { hearLine(line, news); });
    }
    return news;
}

void BootListener::hearLine(std::string_view line, std::vector<BootMoment>& news)
{
    for (const Word& word : wordsOf(kind_)) {
        if (isNew(Main) && isNew(word.moment) && says(line, word)) {
            told_.push_back(word.moment);
            news.push_back(word.moment);
        }
    }
}

bool BootListener::isNew(BootMoment moment) const
{
    return !std::ranges::contains(told_, moment);
}

} // namespace rumpus
