// GuestDialect: how a kind of unikernel is told its configuration, one file a dialect.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"
#include "core/image/image.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rumpus {

/// What the guest is told, however it is told it.
struct GuestWords {
    std::string commandLine; ///< what follows the kernel's own name; empty: none
    std::string module;      ///< content of a multiboot module or initrd; empty: none
    /// Path below the guest's own → value: what the dialect itself writes, without the config's extra ones.
    std::vector<std::pair<std::string, std::string>> xenstore;
    std::vector<std::string> tenderArguments; ///< Solo5: before and after "--", see solo5.cpp
    std::vector<Problem> problems;            ///< wishes that this kind cannot be told
};

struct GuestDialect {
    std::string_view name; ///< "rumprun", "unikraft", …
    GuestWords (*tell)(const UnikernelConfig& config, const Image& image);
    /// What the guest calls its n-th interface or disk where the config gives no name.
    std::string (*interfaceName)(std::size_t index);
    std::string (*diskName)(std::size_t index);
    /// The guest finds its words on a command line whatever stands before them, such as the image's path.
    bool findsItsWords = false;
};

/// The dialect that an image of this kind understands.
const GuestDialect& dialectOf(ImageKind kind);

/// The dialects, for those that need a certain one (the November 2014 interface of rumprun-xen).
extern const GuestDialect rumprunDialect;
extern const GuestDialect rumprunXenDialect;
extern const GuestDialect rumprunXen2014Dialect;
extern const GuestDialect unikraftDialect;
extern const GuestDialect solo5Dialect;
extern const GuestDialect commandLineDialect;

/// rumprun's configuration on a medium that boots elsewhere: always as a module, its disks as files of the
/// medium. On Amazon's Xen interfaces are made first.
GuestWords tellRumprunOnMedium(const UnikernelConfig& config, const Image& image, bool onXen);
/// Where a medium has the n-th disk's image, relative to its root.
std::string mediumDiskPath(const UnikernelConfig& config, std::size_t index);

/// True where the machine has this interface: one with the backend "none" is left out of it.
bool isAttached(const InterfaceConfig& interface);

/// What the guest calls an interface: the name in the config, else the dialect's name for the n-th of
/// those interfaces of the machine that have its usual driver.
std::string guestInterfaceName(const UnikernelConfig& config, const GuestDialect& dialect, std::size_t index);

/// Programs as a dialect without run modes wants them: the arguments of the only one, or a problem.
std::vector<std::string> onlyProgram(const UnikernelConfig& config, std::vector<Problem>& problems,
                                     std::string_view dialect);

/// The JSON pointer of a program's argument: a single program is written as "arguments".
std::string argumentPointer(const UnikernelConfig& config, std::size_t program, std::size_t argument);

/// An error at `pointer`: a wish that this kind of unikernel cannot be told.
Problem cannotTell(std::string pointer, std::string_view dialect, std::string_view wish,
                   std::string_view cure);

} // namespace rumpus
