// Where a source file is on this machine: the paths in an image, mapped by rules and by a guess.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

class SourceFinder {
public:
    SourceFinder() = default;
    /// `rules` are prefixes in the image → prefixes here, tried in this order; `roots` are folders in which a
    /// file that no rule finds is looked for by its tail (the config's folder, the image's).
    SourceFinder(std::vector<std::pair<std::string, std::string>> rules,
                 std::vector<std::filesystem::path> roots);

    /// The file on this machine, or empty. `name` is as the compiler wrote it, `full` as GDB resolved it.
    std::filesystem::path find(const std::string& name, const std::string& full);
    /// The rule that the guesses found, for the user to keep; empty: none was needed.
    const std::vector<std::pair<std::string, std::string>>& guessedRules() const { return guessed_; }

private:
    std::filesystem::path search(const std::string& name, const std::string& full);
    std::filesystem::path byRules(const std::string& path,
                                  const std::vector<std::pair<std::string, std::string>>& rules) const;

    std::vector<std::pair<std::string, std::string>> rules_;
    std::vector<std::pair<std::string, std::string>> guessed_;
    std::vector<std::filesystem::path> roots_;
    std::map<std::string, std::filesystem::path> known_;
};

/// `.` and `..` and doubled slashes taken out, without a look at the disk.
std::string tidyPath(const std::string& path);

} // namespace rumpus
