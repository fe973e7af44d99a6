// GuestDialect: how a kind of unikernel is told its configuration; and the dialects that several kinds speak.
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
    std::vector<std::string> tenderArguments; ///< of a Solo5 tender, before the image's path
    std::vector<Problem> problems;            ///< wishes that this kind cannot be told
};

struct GuestDialect {
    std::string_view name; ///< "rumprun", "unikraft", …
    GuestWords (*tell)(const UnikernelConfig& config, const Image& image) = nullptr;
    /// What the guest calls its n-th interface or disk where the config gives no name.
    std::string (*interfaceName)(std::size_t index) = nullptr;
    std::string (*diskName)(std::size_t index) = nullptr;
    /// The guest finds its words on a command line whatever stands before them, such as the image's path.
    bool findsItsWords = false;
    std::string_view mountsAs = "as the kernel finds it"; ///< what becomes of a disk with a mountpoint
    bool makesInterfaces = false; ///< the guest makes its interfaces itself, of what the machine offers

    /// The words for a guest that boots from a medium elsewhere, on Amazon's Xen or on a PC: always a module.
    /// Null: it is told as ever.
    GuestWords (*tellOnMedium)(const UnikernelConfig& config, const Image& image, bool onXen) = nullptr;
    bool findsDisksOnMedium = false; ///< files of the medium serve it as disks
};

/// The dialect that an image of this kind understands without a word about it in the config.
const GuestDialect& dialectOf(ImageKind kind);

/// Kernel parameters, then the program's arguments, in one string.
GuestWords tellByCommandLine(const UnikernelConfig& config, const Image& image);
extern const GuestDialect commandLineDialect;
/// A word that holds blanks or quotes, quoted as most guests' parsers undo it; there is no rule for all.
std::string commandLineWord(std::string_view word);

/// What the n-th disk's image is called on a medium, relative to its root.
std::string mediumDiskPath(const UnikernelConfig& config, std::size_t index);

/// "255.255.0.0" of "10.10.10.10/16".
std::string dottedNetmask(std::string_view cidr);

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

/// Errors where the config wishes for what the dialect has no word for: a hostname; a disk mounted somewhere.
void refuseHostname(const UnikernelConfig& config, std::string_view dialect, std::vector<Problem>& problems);
void refuseMountpoints(const UnikernelConfig& config, std::string_view dialect,
                       std::vector<Problem>& problems, std::string_view cure = "remove \"mountpoint\"");

} // namespace rumpus
