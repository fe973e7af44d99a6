// From a config file to a launch plan: read, look at the image, ask the host, decide.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"
#include "core/image/image.h"
#include "core/plan/plan.h"
#include "platforms/host.h"

#include <QCoroTask>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

/// The config that a user means: a file; a folder or nothing (the current folder), where exactly one config
/// lies in it. Errors: none, or several.
Result<std::filesystem::path> findConfig(const std::optional<std::filesystem::path>& wish);

/// The host of that name: "local" runs $RUMPUS_QEMU, or the QEMU in PATH; the user's own names (host_book.h);
/// a URI of libvirt's or a short form of one (host_uri.h). Connects to nothing yet. Errors: an unknown one.
Result<std::unique_ptr<Host>> openHost(const std::string& name);
/// Opens a host by its name: as openHost does, or from a list that keeps them.
using HostOpener = std::function<Result<std::shared_ptr<Host>>(const std::string& name)>;

/// Why there is no plan: problems of the config, or an error.
struct Refusal {
    std::filesystem::path config;
    std::vector<Problem> problems; ///< warnings too
    std::optional<Error> error;
};

/// A plan and what it was made from.
struct Prepared {
    ConfigFile file;
    Image image;
    HostCapabilities capabilities;
    LaunchPlan plan;
    std::vector<Problem> warnings;
};

QCoro::Task<std::expected<Prepared, Refusal>> prepare(std::filesystem::path config, Host& host,
                                                      LaunchWishes wishes);
/// The same of a config that is read already, or was never in a file.
QCoro::Task<std::expected<Prepared, Refusal>> prepare(ConfigFile file, Host& host, LaunchWishes wishes);
/// The same for a host that need not be there.
std::expected<Prepared, Refusal> prepareFor(const HostCapabilities& host, ConfigFile file,
                                            const LaunchWishes& wishes);

} // namespace rumpus
