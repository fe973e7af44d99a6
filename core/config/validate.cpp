// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/checks.h"
#include "core/config/document.h"
#include "core/config/fields.h"
#include "core/config/json_text.h"

#include <algorithm>

namespace rumpus {

namespace {

bool isAlphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void checkName(const UnikernelConfig& config, ProblemList& problems)
{
    // the name is one of a file, of a libvirt domain and of a line in lists
    static constexpr std::size_t longest = 128;
    const std::string& name = config.name;
    if (name.contains('/') || name == "." || name == ".." || name.size() > longest ||
        printable(name) != name) {
        problems.error("/name",
                       formatted("{} is no name: write up to {} bytes without / and control characters",
                                 inQuotes(name), longest));
    }
}

/// RFC 1123 2.1: labels of letters, digits and hyphens inside, up to 63 each; RFC 1035 2.3.4 leaves 253. The
/// underscore that many use is let through.
bool isHostname(const std::string& hostname)
{
    static constexpr std::size_t longestName = 253;
    static constexpr std::size_t longestLabel = 63;
    return hostname.size() <= longestName &&
           std::ranges::all_of(split(hostname, '.'), [](const std::string& label) {
               return !label.empty() && label.size() <= longestLabel && label.front() != '-' &&
                      label.back() != '-' && std::ranges::all_of(label, [](char c) {
                          return isAlphanumeric(c) || c == '-' || c == '_';
                      });
           });
}

void checkMachine(const UnikernelConfig& config, const std::optional<ImageFacts>& image,
                  ProblemList& problems)
{
    static constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
    if (image && config.memory < image->memoryNeeded) {
        const std::uint64_t enough = (image->memoryNeeded + mebibyte - 1) / mebibyte * mebibyte;
        problems.error("/memory",
                       formatted("{} is too little, the image alone takes {}: give it at least \"{}\"",
                                 exactSize(config.memory), roughSize(image->memoryNeeded),
                                 exactSize(enough)));
    } else if (config.memory == 0) {
        problems.error("/memory", "the guest has no memory: write a size such as \"64 MiB\"");
    }
    if (config.vcpus < vcpuRange.least || config.vcpus > vcpuRange.most) {
        problems.error("/vcpus", formatted("{} vCPUs are out of range: write a number from {} to {}",
                                           config.vcpus, vcpuRange.least, vcpuRange.most));
    }
    if (!config.hostname.empty() && !isHostname(config.hostname)) {
        problems.error("/hostname",
                       formatted("{} is no host name: use letters, digits, hyphens inside and dots "
                                 "between, at most 63 in a part",
                                 inQuotes(config.hostname)));
    } else if (config.hostname.contains('_')) {
        problems.warning("/hostname",
                         formatted("{} has an underscore, which other machines may not take in a "
                                   "host name: use a hyphen",
                                   inQuotes(config.hostname)));
    }
}

void checkPrograms(const UnikernelConfig& config, ProblemList& problems)
{
    for (std::size_t i = 0; i < config.programs.size(); ++i) {
        const Program& program = config.programs[i];
        if (program.arguments.empty()) {
            problems.error(formatted("/programs/{}/arguments", i),
                           "the program has no arguments: the first is its name, such as [\"hello\"]");
        }
        if (program.mode == RunMode::Piped && i + 1 == config.programs.size()) {
            problems.warning(formatted("/programs/{}/mode", i),
                             "no program follows that could read its output: write \"foreground\"");
        }
    }
}

void checkEnvironment(const std::vector<std::pair<std::string, std::string>>& environment,
                      const std::string& pointer, ProblemList& problems)
{
    UsedValues names;
    for (const auto& [name, value] : environment) {
        const std::string place = pointerBelow(pointer, name);
        if (name.empty()) {
            problems.error(place, "a variable has no name: give it one");
        } else if (name.contains('=')) {
            problems.error(
                place, formatted("{} is no name of a variable: write what is before the = as the key, and "
                                 "what is after it as its value",
                                 inQuotes(name)));
        }
        if (names.note(name, place)) {
            problems.error(place, formatted("the variable {} is there twice: remove one", inQuotes(name)));
        }
    }
}

void checkFileNames(const std::vector<std::string>& files, const std::string& pointer, ProblemList& problems)
{
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i].empty()) {
            problems.error(formatted("{}/{}", pointer, i), "the file has no name: write one, or remove it");
        }
    }
}

void checkBuild(const BuildConfig& build, ProblemList& problems)
{
    if (build.command.empty() || build.command.front().empty()) {
        problems.error(
            "/build/command",
            "there is no command to build with: write one such as [\"make\"], or remove \"build\"");
    }
    checkFileNames(build.inputs, "/build/inputs", problems);
    checkFileNames(build.outputs, "/build/outputs", problems);
    for (std::size_t i = 0; i < build.steps.size(); ++i) {
        const BuildStep& step = build.steps[i];
        const std::string place = formatted("/build/steps/{}", i);
        if (step.command.empty() || step.command.front().empty()) {
            problems.error(place + "/command", "the step has no command: write one, or remove the step");
        }
        checkFileNames(step.inputs, place + "/inputs", problems);
        checkFileNames(step.outputs, place + "/outputs", problems);
    }
    checkEnvironment(build.environment, "/build/environment", problems);
}

void checkSourceMap(const DebugConfig& debug, ProblemList& problems)
{
    UsedValues prefixes;
    for (const auto& [from, to] : debug.sourceMap) {
        const std::string place = pointerBelow("/debug/sourceMap", from);
        if (from.empty()) {
            problems.error(
                place, "an empty path stands for every file: write the folder that the image was built in");
        }
        if (prefixes.note(from, place)) {
            problems.error(place, formatted("the folder {} is there twice: remove one", inQuotes(from)));
        }
    }
}

/// A NUL ends every argument, path and variable that C has a hand in, so nothing can carry one.
void checkNul(const Json& json, Json::json_pointer& place, ProblemList& problems)
{
    const auto check = [&](const std::string& text) {
        if (text.contains('\0') && problems.hasRoom(Severity::Error)) {
            problems.error(place.to_string(),
                           "there is a NUL character (\\u0000), which nothing can pass on: remove it");
        }
    };
    if (json.is_string()) {
        check(json.get_ref<const std::string&>());
    } else if (json.is_structured()) {
        for (const auto& [key, value] : json.items()) {
            place.push_back(key);
            if (json.is_object()) {
                check(key);
            }
            checkNul(value, place, problems);
            place.pop_back();
        }
    }
}

} // namespace

void checkXenstore(const UnikernelConfig& config, ProblemList& problems)
{
    // docs/misc/xenstore.txt and xen/include/public/io/xs_wire.h of Xen
    static constexpr std::string_view longestParent = "/local/domain/65535/";
    static constexpr std::size_t longestPath = 3072 - longestParent.size();
    static constexpr std::size_t largestPayload = 4096;
    const auto isAllowed = [](char c) { return isAlphanumeric(c) || std::string_view("-/_@").contains(c); };
    UsedValues paths;
    for (const auto& [path, value] : config.xenstore) {
        const std::string place = pointerBelow("/xenstore", path);
        if (path.empty()) {
            problems.error(place, "the path is empty: write one such as \"data/key\"");
        } else if (path.starts_with('/')) {
            problems.error(place,
                           formatted("{} begins with a /: paths are below the guest's own, write one such as "
                                     "\"data/key\"",
                                     inQuotes(path)));
        } else if (path.ends_with('/') || path.contains("//")) {
            problems.error(place,
                           formatted("{} has an empty part: remove the superfluous /", inQuotes(path)));
        } else if (!std::ranges::all_of(path, isAllowed)) {
            problems.error(
                place, formatted("{} has a character that Xenstore does not take: use letters, digits and "
                                 "- _ @ with / between",
                                 inQuotes(path)));
        } else if (path.size() > longestPath) {
            problems.error(place, formatted("the path has {} bytes, Xenstore takes {}: shorten it",
                                            path.size(), longestPath));
        } else if (longestParent.size() + path.size() + 1 + value.size() > largestPayload) {
            problems.error(place,
                           formatted("path and value are {} bytes too long for one message of Xenstore: "
                                     "shorten the value",
                                     longestParent.size() + path.size() + 1 + value.size() - largestPayload));
        }
        if (paths.note(path, place)) {
            problems.error(place, formatted("the path {} is there twice: remove one", inQuotes(path)));
        }
    }
}

std::vector<Problem> validate(const UnikernelConfig& config, const std::filesystem::path& folder,
                              const std::optional<ImageFacts>& image)
{
    ProblemList problems;
    checkName(config, problems);
    checkFiles(config, folder, problems);
    if (config.build) {
        checkBuild(*config.build, problems);
    }
    checkMachine(config, image, problems);
    checkPrograms(config, problems);
    checkEnvironment(config.environment, "/environment", problems);
    checkNetwork(config, folder, problems);
    checkXenstore(config, problems);
    checkSourceMap(config.debug, problems);
    Json::json_pointer root;
    checkNul(toJson(config), root, problems);
    return problems.take();
}

} // namespace rumpus
