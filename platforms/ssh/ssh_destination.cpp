// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/ssh/ssh_destination.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <array>
#include <charconv>
#include <cstdlib>

namespace rumpus {

namespace {

struct Known {
    std::string_view words; ///< a part of what ssh writes
    std::string_view what;  ///< {} is the destination
    std::string_view cure;  ///< {} is what a person types to get there
};

// the first that fits counts: ssh writes the reason before its "Permission denied" or "verification failed"
constexpr std::array known{
    Known{"REMOTE HOST IDENTIFICATION HAS CHANGED", "{} shows another host key than the one that is known",
          "somebody may be in between; if the machine was set up anew, remove the old key with `ssh-keygen "
          "-R`, "
          "then log in once with `{}`"},
    Known{"Host key verification failed", "the host key of {} is not known here",
          "log in once with `{}`, and compare the key that it shows"},
    Known{"UNPROTECTED PRIVATE KEY FILE", "ssh does not use a key that others can read",
          "let only you read it: `chmod 600` the file"},
    Known{"Too many authentication failures", "{} refused all of the agent's keys",
          "name the right one: keyfile= in the URI, or IdentityFile in ~/.ssh/config; then try `{}`"},
    Known{
        "Permission denied", "{} takes none of your keys",
        "copy one there with `ssh-copy-id`, or add the right one to the agent with `ssh-add`; then try `{}`"},
    Known{"Could not resolve hostname", "the name of {} leads to no machine",
          "check its spelling, or name it in ~/.ssh/config; then try `{}`"},
    Known{"Connection refused", "{} has no ssh server on that port",
          "start sshd there (Debian: apt install openssh-server), or correct the port; then try `{}`"},
    Known{"timed out", "{} does not answer",
          "check that it is up and that its ssh port is open; then try `{}`"},
    Known{"No route to host", "{} cannot be reached",
          "check that it is up and on this network; then try `{}`"},
    Known{"Network is unreachable", "{} cannot be reached", "check this machine's network; then try `{}`"},
    Known{"kex_exchange_identification", "what answers at {} is no ssh server, or it is full",
          "check the port; then try `{}`"},
    Known{"Bad configuration option", "ssh does not understand its configuration",
          "correct ~/.ssh/config; then try `{}`"},
};

std::string filledIn(std::string_view text, const std::string& value)
{
    std::string filled(text);
    if (const std::size_t gap = filled.find("{}"); gap != std::string::npos) {
        filled.replace(gap, 2, value);
    }
    return filled;
}

/// What a person types to see it work, or to see all that ssh says.
std::string commandForPeople(const SshDestination& destination)
{
    std::vector<std::string> words{"ssh"};
    if (destination.port != 0) {
        words.insert(words.end(), {"-p", std::to_string(destination.port)});
    }
    if (!destination.keyFile.empty()) {
        words.insert(words.end(), {"-i", destination.keyFile});
    }
    words.push_back(destination.user.empty() ? destination.host : destination.user + "@" + destination.host);
    return shellCommand(words);
}

/// The last line that says something, for what is not known above.
std::string_view lastLine(std::string_view words)
{
    words = trimmed(words);
    const std::size_t end = words.rfind('\n');
    return trimmed(end == std::string_view::npos ? words : words.substr(end + 1));
}

} // namespace

std::string toString(const SshDestination& destination)
{
    return formatted("{}{}{}{}", destination.user, destination.user.empty() ? "" : "@", destination.host,
                     destination.port == 0 ? std::string() : formatted(":{}", destination.port));
}

std::chrono::seconds patienceWithSsh()
{
    static constexpr int usual = 4;
    static constexpr int most = 600;
    const char* wish = std::getenv("RUMPUS_SSH_TIMEOUT");
    const std::string_view text = wish == nullptr ? "" : wish;
    int seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool isWhole = failed == std::errc() && end == text.data() + text.size();
    return std::chrono::seconds(isWhole && seconds >= 1 && seconds <= most ? seconds : usual);
}

std::vector<std::string> sshOptions(const SshDestination& destination)
{
    std::vector<std::string> options{"-T", "-e", "none"};
    const auto set = [&options](std::string option) {
        options.insert(options.end(), {"-o", std::move(option)});
    };
    set("BatchMode=yes");
    set(formatted("ConnectTimeout={}", patienceWithSsh().count()));
    set("ServerAliveInterval=5");
    set("ServerAliveCountMax=3");
    set("ForwardAgent=no");
    set("ForwardX11=no");
    set("RemoteCommand=none");
    if (!destination.user.empty()) {
        options.insert(options.end(), {"-l", destination.user});
    }
    if (destination.port != 0) {
        options.insert(options.end(), {"-p", std::to_string(destination.port)});
    }
    if (!destination.keyFile.empty()) {
        options.insert(options.end(), {"-i", destination.keyFile});
        set("IdentitiesOnly=yes");
    }
    if (!destination.knownHosts.empty()) {
        set("UserKnownHostsFile=" + destination.knownHosts);
    }
    if (destination.anyHostKey) {
        set("StrictHostKeyChecking=no");
    }
    return options;
}

Error sshError(const SshDestination& destination, std::string_view words)
{
    static constexpr std::size_t longest = 16384;
    words = words.substr(0, longest);
    const std::string command = commandForPeople(destination);
    for (const Known& entry : known) {
        if (words.contains(entry.words)) {
            return {.fault = Fault::Host,
                    .what = filledIn(entry.what, printable(toString(destination))),
                    .cure = filledIn(entry.cure, command)};
        }
    }
    const std::string_view line = lastLine(words);
    return {.fault = Fault::Host,
            .what = formatted("ssh does not reach {}{}{}", printable(toString(destination)),
                              line.empty() ? "" : ": ", printable(line)),
            .cure = formatted("try `{}`", command)};
}

} // namespace rumpus
