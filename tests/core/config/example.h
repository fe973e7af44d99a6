// What the tests of configs share: the example that has every key, and a folder for files.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/config/document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>

namespace rumpus {

inline constexpr Severity error = Severity::Error;
inline constexpr Severity warning = Severity::Warning;

/// How GoogleTest shows a problem.
inline void PrintTo(const Problem& problem, std::ostream* out)
{
    *out << toString(problem, "config");
}

/// Gives the name of a row in a table of cases.
struct CaseName {
    template <typename Case>
    std::string operator()(const testing::TestParamInfo<Case>& row) const
    {
        return std::string(row.param.name);
    }
};
inline constexpr CaseName caseName;

inline std::string fullExample()
{
    const Result<std::string> text = readFile(RUMPUS_SOURCE_DIR "/tests/core/config/full.unikernel.json");
    EXPECT_TRUE(text) << toString(text.error());
    return text.value_or("");
}

/// An empty folder that goes away with the test.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "rumpus-test-XXXXXX").native();
        path_ = std::filesystem::canonical(::mkdtemp(pattern.data()));
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(std::string_view name, std::string_view content) const
    {
        const std::filesystem::path file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }

private:
    std::filesystem::path path_;
};

} // namespace rumpus
