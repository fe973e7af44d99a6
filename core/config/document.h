// A config file read, checked and saved: text → UnikernelConfig and its problems, and back.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

enum class Severity : std::uint8_t { Error, Warning };

/// Something to mend in a config. `pointer` is a JSON pointer (RFC 6901) to the value, or to where a
/// missing one belongs; `text` says what is wrong and the cure, as one sentence without a full stop.
struct Problem {
    std::string pointer;
    Severity severity = Severity::Error;
    std::string text;
    std::size_t line = 0;   ///< from 1; 0 where the place is not in a text
    std::size_t column = 0; ///< from 1, in bytes

    bool operator==(const Problem&) const = default;
};

/// A text as a config. Where the text is no JSON at all, `problems` holds one error and `config` the
/// defaults; else `config` has everything that could be read, defaults for the rest.
struct ReadConfig {
    UnikernelConfig config;
    std::vector<Problem> problems;
    bool hadComments = false; ///< saving the config would lose them
};

/// Reads a config's text: JSON with comments and trailing commas allowed. Finds unknown keys, wrong
/// types, unknown units and words; does not look at other files.
ReadConfig readConfig(std::string_view text);

/// Says where in a config's text the problems are that validate found without seeing it: lines, columns,
/// and "/programs/0/…" instead of "/arguments/…" where the text has the one and not the other.
void locate(std::vector<Problem>& problems, std::string_view text);

/// A config as JSON in the schema's order of keys, defaults left out but for the version, unknown keys
/// kept at the end.
Json toJson(const UnikernelConfig& config);

/// The text that is saved: toJson, two spaces a level, a newline at the end.
std::string toText(const UnikernelConfig& config);

/// What validation needs to know of the image; made from core/image by those that know both.
struct ImageFacts {
    std::uint64_t memoryNeeded = 0; ///< bytes its LOAD segments take
};

/// Everything that is wrong with the values of a config, by pointer: names, addresses, ports,
/// duplicates, files that are not there (relative ones are looked for in `folder`), memory too small.
std::vector<Problem> validate(const UnikernelConfig& config, const std::filesystem::path& folder,
                              const std::optional<ImageFacts>& image);

/// A config file: where it is, what it holds, and all that is wrong with it.
struct ConfigFile {
    std::filesystem::path path; ///< absolute
    UnikernelConfig config;     ///< with its name filled in
    std::vector<Problem> problems;
    bool hadComments = false; ///< saving it would lose them

    std::filesystem::path folder() const { return path.parent_path(); }
    std::filesystem::path imagePath() const { return folder() / config.image; }
    bool hasErrors() const;
};

/// Reads and validates a file (without the image's facts). Errors: the file cannot be read.
Result<ConfigFile> loadConfigFile(const std::filesystem::path& path);

/// The file's problems, and those that only show where the image is known.
std::vector<Problem> problemsWith(const ConfigFile& file, const ImageFacts& image);

/// "hello.unikernel.json:12:5: error: /memory: …", as compilers do.
std::string toString(const Problem& problem, const std::filesystem::path& file);

/// What a config's file name ends in.
inline constexpr std::string_view configSuffix = ".unikernel.json";

} // namespace rumpus
