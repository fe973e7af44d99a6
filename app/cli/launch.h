// What the subcommands share that boot a unikernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/ask.h"
#include "app/cli/command.h"
#include "app/session/hosts.h"
#include "app/session/run_session.h"

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rumpus::cli {

/// Boots the unikernel that `file` means, and tells its warnings. `watch` gets the session before it starts.
inline QCoro::Task<std::expected<std::unique_ptr<RunSession>, Refusal>>
launch(std::optional<std::string> file, std::string hostName, LaunchWishes wishes,
       std::function<void(RunSession&)> watch)
{
    const Result<std::filesystem::path> config = findConfig(file);
    if (!config) {
        co_return std::unexpected(Refusal{.config = {}, .problems = {}, .error = config.error()});
    }
    Result<std::unique_ptr<Host>> host = openHostFor(hostName, *config);
    if (!host) {
        co_return std::unexpected(Refusal{.config = *config, .problems = {}, .error = host.error()});
    }
    showProgress(**host);
    auto session = std::make_unique<RunSession>(std::move(*host));
    watch(*session);
    const auto started = co_await session->start(*config, wishes);
    if (!started) {
        co_return std::unexpected(started.error());
    }
    reportProblems(session->prepared()->warnings, *config);
    co_return session;
}

} // namespace rumpus::cli
