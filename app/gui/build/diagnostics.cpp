// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/build/diagnostics.h"

#include "core/build/explain.h"

#include <array>
#include <charconv>
#include <filesystem>
#include <utility>

namespace rumpus::gui {

namespace {

// a longer one is no diagnostic
constexpr std::size_t longestLine = 4096;
// make's own nesting ends far below
constexpr std::size_t mostFolders = 64;

using Kind = Diagnostic::Kind;
constexpr std::array<std::pair<std::string_view, Kind>, 6> words = {{{"fatal error", Kind::Error},
                                                                     {"error", Kind::Error},
                                                                     {"warning", Kind::Warning},
                                                                     {"note", Kind::Note},
                                                                     {"Error", Kind::Error},
                                                                     {"Warning", Kind::Warning}}};

std::string_view trim(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Takes "12:" from the front.
std::optional<int> takeNumber(std::string_view& text)
{
    int value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end == text.data() + text.size() || *end != ':' || value < 0) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return value;
}

/// Takes "error: " or the like from the front.
std::optional<Kind> takeKind(std::string_view& text)
{
    const std::string_view start = trim(text);
    for (const auto& [word, kind] : words) {
        if (start.starts_with(word) && start.substr(word.size()).starts_with(':')) {
            text = trim(start.substr(word.size() + 1));
            return kind;
        }
    }
    return std::nullopt;
}

/// "file:12:3: error: words", also without column (gcc, clang, gas).
std::optional<Diagnostic> readCompiler(std::string_view line)
{
    for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
         colon = line.find(':', colon + 1)) {
        std::string_view rest = line.substr(colon + 1);
        const std::optional<int> number = takeNumber(rest);
        if (!number) {
            continue;
        }
        const std::optional<int> column = takeNumber(rest);
        if (const std::optional<Kind> kind = takeKind(rest)) {
            return Diagnostic{.kind = *kind,
                              .file = std::string(line.substr(0, colon)),
                              .line = *number,
                              .column = column.value_or(0),
                              .text = std::string(rest)};
        }
        // ld with debug information: "file.c:12: undefined reference to `x'"
        if (!column && rest.starts_with(" undefined reference")) {
            return Diagnostic{
                .file = std::string(line.substr(0, colon)), .line = *number, .text = std::string(trim(rest))};
        }
    }
    return std::nullopt;
}

/// What names no line: "make: *** No rule to make target", "ld: cannot find -lx", "cc1: error: words".
std::optional<Diagnostic> readTool(std::string_view line)
{
    // what only repeats that a tool failed, which has said why
    if (line.contains("] Error ") || line.contains("ld returned 1 exit status")) {
        return std::nullopt;
    }
    if (line.starts_with("make") && line.contains(": *** ")) {
        return Diagnostic{.text = std::string(line)};
    }
    static constexpr std::string_view bakes = ">> ERROR: "; // rumprun-bake
    if (line.starts_with(bakes)) {
        return Diagnostic{.text = "rumprun-bake: " + std::string(line.substr(bakes.size()))};
    }
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view tool = line.substr(0, colon);
    std::string_view rest = line.substr(colon + 1);
    if (tool.contains(' ')) {
        return std::nullopt;
    }
    if (const std::optional<Kind> kind = takeKind(rest)) {
        return Diagnostic{.kind = *kind, .text = std::string(tool) + ": " + std::string(rest)};
    }
    const bool linker = tool == "ld" || tool.ends_with("/ld") || tool.ends_with("-ld");
    const bool lacks = rest.starts_with(" cannot find") || rest.contains("undefined reference");
    if ((linker && lacks) || (tool.contains("(.") && rest.contains("undefined reference"))) {
        return Diagnostic{.text = std::string(trim(line))};
    }
    return std::nullopt;
}

/// rustc's first line: "error[E0425]: words" or "warning: words".
std::optional<Diagnostic> readRustHead(std::string_view line)
{
    for (const auto& [word, kind] : words) {
        if (!line.starts_with(word)) {
            continue;
        }
        std::string_view rest = line.substr(word.size());
        if (rest.starts_with('[') && rest.contains(']')) {
            rest.remove_prefix(rest.find(']') + 1);
        }
        if (rest.starts_with(": ")) {
            return Diagnostic{.kind = kind, .text = std::string(trim(rest.substr(2)))};
        }
    }
    return std::nullopt;
}

} // namespace

void DiagnosticReader::take(Diagnostic one, std::vector<Diagnostic>& found)
{
    std::optional<std::string> cure = explainBuildLine(one.text);
    Diagnostic note{.kind = Kind::Note, .file = one.file, .line = one.line, .text = {}};
    found.push_back(std::move(one));
    if (cure && explained_.insert(*cure).second) {
        note.text = std::move(*cure);
        found.push_back(std::move(note));
    }
}

std::vector<Diagnostic> DiagnosticReader::read(std::string_view text)
{
    std::vector<Diagnostic> found;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view piece = text.substr(0, end);
        if (line_.size() <= longestLine) {
            line_.append(piece.substr(0, longestLine + 1 - line_.size()));
        }
        if (end == std::string_view::npos) {
            break;
        }
        if (std::optional<Diagnostic> one = readLine(line_)) {
            take(std::move(*one), found);
        }
        line_.clear();
        text.remove_prefix(end + 1);
    }
    return found;
}

std::vector<Diagnostic> DiagnosticReader::finish()
{
    return read("\n");
}

std::optional<Diagnostic> DiagnosticReader::readLine(std::string_view line)
{
    line = trim(line);
    if (line.empty() || line.size() > longestLine) {
        return std::nullopt;
    }
    if (line.starts_with("--> ") && headless_) {
        Diagnostic whole = std::move(*headless_);
        headless_.reset();
        const std::string_view place = line.substr(4);
        const std::size_t colon = place.find(':');
        whole.file = absolute(place.substr(0, colon));
        if (colon != std::string_view::npos) {
            const std::string numbers = std::string(place.substr(colon + 1)) + ":";
            std::string_view rest = numbers;
            whole.line = takeNumber(rest).value_or(0);
            whole.column = takeNumber(rest).value_or(0);
        }
        return whole;
    }
    headless_.reset();
    if (const std::size_t entered = line.find(": Entering directory '"); entered != std::string_view::npos) {
        std::string_view folder = line.substr(line.find('\'') + 1);
        folder = folder.substr(0, folder.find('\''));
        if (folders_.size() < mostFolders) {
            folders_.emplace_back(folder);
        }
        return std::nullopt;
    }
    if (line.contains(": Leaving directory '")) {
        if (folders_.size() > 1) {
            folders_.pop_back();
        }
        return std::nullopt;
    }
    if (std::optional<Diagnostic> found = readCompiler(line)) {
        found->file = absolute(found->file);
        return found;
    }
    headless_ = readRustHead(line);
    return headless_ ? std::nullopt : readTool(line);
}

std::string DiagnosticReader::absolute(std::string_view file) const
{
    return (std::filesystem::path(folders_.back()) / file).lexically_normal().native();
}

} // namespace rumpus::gui
