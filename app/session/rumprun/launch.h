// What a rumprun command starts: its host, its plan, and what errors in it are called.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/prepare.h"
#include "app/session/rumprun/command.h"

#include <QCoroTask>

#include <filesystem>
#include <string>
#include <string_view>

namespace rumpus {

/// The host that a command runs its guest on: this machine's QEMU, or its Xen. Errors: no such host; a
/// platform that is not of this machine.
Result<std::unique_ptr<Host>> openRumprunHost(const RumprunCommand& command, const std::string& wish);

/// The command as a config that is in no file: its paths are relative to `folder`, and the guest is named as
/// the script names it, rumprun-APP.
ConfigFile rumprunConfigFile(const RumprunCommand& command, const std::filesystem::path& folder);

/// Decides all for a launch; for -D also where the host cannot do it, or is not there. The problems name the
/// command's options.
QCoro::Task<std::expected<Prepared, Refusal>> prepareRumprun(const RumprunCommand& command, Host& host);

/// The option of the command that a config's value comes from: "-M" for "/memory".
std::string_view rumprunOptionOf(std::string_view pointer);

/// By what the scripts knew a guest: "qemu:4711", "xen:3"; of 2014's the number alone.
std::string guestCookie(const RumprunCommand& command, std::uint32_t number);

/// A cookie read: on which host the guest is, and by which number it is known there.
struct GuestCookie {
    bool xen = false;
    std::uint32_t number = 0;
};
/// Errors: it is none.
Result<GuestCookie> readGuestCookie(std::string_view text);

} // namespace rumpus
