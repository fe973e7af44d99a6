// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/libvirt_error.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <array>
#include <libvirt/virterror.h>

namespace rumpus {

namespace {

struct Known {
    std::string_view words; ///< a part of libvirt's or ssh's message
    std::string_view cure;
};

// libvirt passes on what the socket, its helper behind ssh and QEMU said, without a code of its own; the
// first that fits counts
constexpr std::array known{
    Known{"Connection refused", "the host is there but nothing listens: start libvirtd on it"},
    Known{"virt-ssh-helper: not found", "install libvirt's daemon on the host"},
    Known{"command not found", "install libvirt's daemon and netcat on the host"},
    Known{"': Permission denied",
          "add yourself to group libvirt (`sudo usermod -aG libvirt $USER`) and log in again; a file must be "
          "readable for the host's QEMU, and so must the folders above it"},
    Known{"': No such file or directory", "start the daemon: `sudo systemctl start libvirtd.socket` (or "
                                          "virtqemud.socket); a file must be there "
                                          "on the host"},
    Known{"Cannot recv data", "the daemon or the way to it broke off: try again, or look at its log"},
    Known{"End of file while reading data", "the daemon or the way to it broke off: look at its log"},
    Known{"Unable to parse URI",
          "check the URI: qemu:///session, qemu:///system, xen:///system, qemu+ssh://USER@HOST/system, "
          "xen+ssh://USER@HOST/system"},
    Known{"Could not access KVM kernel module", "let the host's QEMU open /dev/kvm, or use TCG"},
};

std::string_view cureFor(const LibvirtFailure& failure)
{
    for (const Known& entry : known) {
        if (failure.message.contains(entry.words)) {
            return entry.cure;
        }
    }
    switch (failure.code) {
    case VIR_ERR_NO_DOMAIN: return "it is gone; start it again";
    case VIR_ERR_OPERATION_TIMEOUT: return "another command holds the guest: try again";
    case VIR_ERR_AUTH_CANCELLED: return "try again, and answer the host's question";
    case VIR_ERR_AUTH_FAILED:
    case VIR_ERR_AUTH_UNAVAILABLE: return "check user and password, and who may log in on the host";
    case VIR_ERR_NO_CONNECT:
    case VIR_ERR_INVALID_CONN:
        return "check the URI: qemu:///session, qemu:///system, xen:///system, qemu+ssh://USER@HOST/system, "
               "xen+ssh://USER@HOST/system";
    default: return {};
    }
}

} // namespace

LibvirtFailure lastLibvirtFailure()
{
    const virError* last = ::virGetLastError();
    if (last == nullptr) {
        return {
            .code = VIR_ERR_INTERNAL_ERROR, .domain = VIR_FROM_NONE, .message = "libvirt does not say why"};
    }
    return {
        .code = last->code, .domain = last->domain, .message = last->message != nullptr ? last->message : ""};
}

Error libvirtError(std::string_view what, const LibvirtFailure& failure)
{
    static constexpr std::size_t longest = 1000;
    std::string message(trimmed(std::string_view(failure.message).substr(0, longest)));
    // ssh's words come on lines of their own
    for (char& c : message) {
        c = c == '\n' || c == '\r' ? ' ' : c;
    }
    return {.fault = Fault::Host,
            .what = formatted("{}: {}", what, printable(message)),
            .cure = std::string(cureFor(failure))};
}

std::unexpected<Error> libvirtFailed(std::string_view what)
{
    return std::unexpected(libvirtError(what, lastLibvirtFailure()));
}

} // namespace rumpus
