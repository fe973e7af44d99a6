// BreakpointList: the breakpoints a user wants, kept in a file beside the config, and what GDB made of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "debug/session/model.h"

#include <filesystem>
#include <string>
#include <vector>

namespace rumpus {

class BreakpointList {
public:
    const std::vector<PlacedBreakpoint>& all() const { return all_; }
    PlacedBreakpoint* find(int id);
    /// By GDB's number, or by that of one of its locations ("3.1").
    PlacedBreakpoint* findNumber(std::string_view number);
    /// GDB has counted: so many hits, so many more to pass over.
    void count(PlacedBreakpoint& breakpoint, unsigned hits, unsigned ignored);
    /// Those that were counted since the last call, and the one of that number.
    std::vector<PlacedBreakpoint> takeHits(std::string_view number);
    PlacedBreakpoint& add(Breakpoint wish);
    void remove(int id);
    /// GDB is gone: none is placed any more.
    void forgetPlaces();

private:
    std::vector<PlacedBreakpoint> all_;
    int nextId_ = 1;
};

/// What a user writes for a place: "file.c:12", "function", "*0x1000" (an expression that is an address).
Breakpoint breakpointAt(std::string_view text);
/// The same back: "file.c:12", "main", "*0x1000", "write of x".
std::string describe(const Breakpoint& breakpoint);

/// The MI command that places it. `file` is the source file's name as GDB will know it.
std::string insertCommand(const Breakpoint& breakpoint, const std::string& file);

/// The file beside a config that keeps its breakpoints: hello.unikernel.json → hello.breakpoints.json.
std::filesystem::path breakpointFile(const std::filesystem::path& config);
/// A file that is not there is an empty list. Errors: it cannot be read or understood; it is not changed.
Result<std::vector<Breakpoint>> loadBreakpoints(const std::filesystem::path& file);
/// Paths below the file's folder are saved relative to it.
Result<void> saveBreakpoints(const std::filesystem::path& file, const std::vector<Breakpoint>& breakpoints);

/// The line that a breakpoint stands for now: its old one, or where its text has moved to in the changed
/// source. The nearest of several; unchanged where the text is gone.
int lineNow(const Breakpoint& breakpoint, std::string_view source);

} // namespace rumpus
