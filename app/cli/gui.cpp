// rumpus gui: the window, a program of its own, so that the command need not load it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/base/format.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace rumpus::cli {

namespace {

struct GuiOptions {
    std::vector<std::string> places;
};

/// Becomes the window. Comes back only with an error.
Error becomeWindow(const std::vector<std::string>& places)
{
    if (!hasDisplay()) {
        return {Fault::Host, "there is no display for the window",
                "start it on a desktop or through `ssh -X`; `rumpus run` does the same in the terminal"};
    }
    std::error_code failed;
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe", failed).replace_filename("rumpus-gui");
    std::vector<std::string> words{program.native()};
    words.insert(words.end(), places.begin(), places.end());
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
    return {Fault::Host, formatted("cannot start {}: {}", program.native(), std::strerror(errno)),
            "install the package with the window"};
}

QCoro::Task<int> runGui(GuiOptions options)
{
    co_return report(becomeWindow(options.places));
}

} // namespace

bool hasDisplay()
{
    for (const char* variable : {"WAYLAND_DISPLAY", "DISPLAY"}) {
        const char* display = std::getenv(variable);
        if (display != nullptr && *display != '\0') {
            return true;
        }
    }
    return false;
}

void defineGui(CLI::App& app, Action& chosen)
{
    defineCommand<GuiOptions>(
        app, chosen, "gui", "Open the window; so does rumpus alone on a desktop",
        [](CLI::App& command, GuiOptions& options) {
            command.add_option("PLACE", options.places,
                               "Configs, folders with configs, or images; without any, what was open last");
        },
        runGui);
}

} // namespace rumpus::cli
