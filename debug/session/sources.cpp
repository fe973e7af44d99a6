// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/session/sources.h"

#include <system_error>

namespace rumpus {

namespace {

bool isFile(const std::filesystem::path& path)
{
    std::error_code failed;
    return std::filesystem::is_regular_file(path, failed);
}

} // namespace

std::string tidyPath(const std::string& path)
{
    return std::filesystem::path(path).lexically_normal().native();
}

SourceFinder::SourceFinder(std::vector<std::pair<std::string, std::string>> rules,
                           std::vector<std::filesystem::path> roots)
    : rules_(std::move(rules)), roots_(std::move(roots))
{
}

std::filesystem::path SourceFinder::find(const std::string& name, const std::string& full)
{
    const std::string& key = full.empty() ? name : full;
    if (key.empty()) {
        return {};
    }
    const auto known = known_.find(key);
    if (known != known_.end()) {
        return known->second;
    }
    return known_[key] = search(name, full);
}

std::filesystem::path
SourceFinder::byRules(const std::string& path,
                      const std::vector<std::pair<std::string, std::string>>& rules) const
{
    for (const auto& [from, to] : rules) {
        const std::string prefix = tidyPath(from);
        const bool whole = path.size() == prefix.size() || prefix.ends_with('/') ||
                           (path.size() > prefix.size() && path[prefix.size()] == '/');
        if (path.starts_with(prefix) && whole) {
            std::filesystem::path here = tidyPath(to + "/" + path.substr(prefix.size()));
            if (isFile(here)) {
                return here;
            }
        }
    }
    return {};
}

std::filesystem::path SourceFinder::search(const std::string& name, const std::string& full)
{
    const std::string wanted = tidyPath(full.empty() ? name : full);
    if (std::filesystem::path found = byRules(wanted, rules_); !found.empty()) {
        return found;
    }
    if (std::filesystem::path found = byRules(tidyPath(name), rules_); !found.empty()) {
        return found;
    }
    if (wanted.starts_with('/') && isFile(wanted)) {
        return wanted;
    }
    if (std::filesystem::path found = byRules(wanted, guessed_); !found.empty()) {
        return found;
    }
    // the longest tail of the path that exists below a root says which prefix was moved
    for (std::size_t slash = wanted.starts_with('/') ? 0 : std::string::npos;;) {
        const std::string tail = slash == std::string::npos ? wanted : wanted.substr(slash + 1);
        for (const std::filesystem::path& root : roots_) {
            const std::filesystem::path here = root / tail;
            if (isFile(here)) {
                if (slash != std::string::npos && slash > 0) {
                    guessed_.emplace_back(wanted.substr(0, slash), root.native());
                }
                return here.lexically_normal();
            }
        }
        slash = wanted.find('/', slash == std::string::npos ? 0 : slash + 1);
        if (slash == std::string::npos) {
            return {};
        }
    }
}

} // namespace rumpus
