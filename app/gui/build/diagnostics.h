// Diagnostics: errors and warnings read out of what a build prints, with their places.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::gui {

struct Diagnostic {
    enum class Kind : std::uint8_t { Error, Warning, Note };
    Kind kind = Kind::Error;
    std::string file; ///< as far as known an absolute path; empty: of no file
    int line = 0;     ///< 1-based; 0: not known
    int column = 0;
    std::string text;
    bool operator==(const Diagnostic&) const = default;
};

/// Reads a build's output as it comes. Knows gcc, clang, ld, make, rustc and rumprun-bake. What does not
/// explain itself is followed by a note with the cure.
class DiagnosticReader {
public:
    /// Relative paths are relative to this folder, until make says that it enters another.
    explicit DiagnosticReader(std::string folder = {}) : folders_{std::move(folder)} {}

    /// The diagnostics that are complete now. Lines may be cut anywhere between two calls; escape sequences
    /// must be gone already.
    std::vector<Diagnostic> read(std::string_view text);
    /// The last line has no end: read it too.
    std::vector<Diagnostic> finish();

private:
    void take(Diagnostic one, std::vector<Diagnostic>& found);
    std::optional<Diagnostic> readLine(std::string_view line);
    std::string absolute(std::string_view file) const;

    std::string line_;
    std::vector<std::string> folders_;   ///< as make entered them
    std::optional<Diagnostic> headless_; ///< rustc tells the place on the next line
    std::set<std::string> explained_;    ///< each explanation is given once
};

} // namespace rumpus::gui
