// Whole files: read with a limit, replaced at once.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace rumpus {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
protected:
    Files()
    {
        std::string pattern = (fs::temp_directory_path() / "rumpus-test-XXXXXX").native();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Files() override { fs::remove_all(folder_); }

    fs::path write(std::string_view name, std::string_view content) const
    {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }

    static std::string failureOf(const Result<std::string>& result)
    {
        return result ? "it was read" : toString(result.error());
    }

    fs::path folder_;
};

TEST_F(Files, AreReadByteByByte)
{
    const std::string content("a\0\r\n\xff", 5);
    EXPECT_EQ(readFile(write("a", content)).value_or("failed"), content);
    EXPECT_EQ(readFile(write("empty", "")).value_or("failed"), "");
}

TEST_F(Files, AreReadUpToTheLimitAndNotBeyond)
{
    EXPECT_EQ(readFile(write("a", "12345"), 5).value_or("failed"), "12345");
    EXPECT_THAT(failureOf(readFile(write("b", "123456"), 5)),
                HasSubstr("b is too large: at most 5 B are read"));
    // these say that they are empty, and are not
    EXPECT_THAT(failureOf(readFile("/proc/self/status", 5)), HasSubstr("status is too large"));
    EXPECT_THAT(readFile("/proc/self/status", 1U << 20U).value_or(""), HasSubstr("Pid:"));
    EXPECT_THAT(readFile("/proc/sys/kernel/random/boot_id").value_or(""), testing::SizeIs(37))
        << "what refuses to be read in one piece of any size";
}

TEST_F(Files, ThatAreHugeAndSparseCostNothing)
{
    const fs::path file = write("sparse", "");
    fs::resize_file(file, std::uintmax_t{1} << 40U);
    EXPECT_THAT(failureOf(readFile(file)), HasSubstr("too large: at most 16.0 MiB"));
}

TEST_F(Files, ThatCannotBeReadSayWhy)
{
    EXPECT_THAT(failureOf(readFile(folder_ / "none")), HasSubstr("none: No such file or directory"));
    EXPECT_THAT(failureOf(readFile(folder_)), HasSubstr("it is a directory"));
    ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
    EXPECT_THAT(failureOf(readFile(folder_ / "fifo")), HasSubstr("it is not a regular file"));
    EXPECT_THAT(failureOf(readFile(folder_ / "odd\nname")), HasSubstr("odd\\x0aname"));
}

TEST_F(Files, AreSavedAndReplaced)
{
    const fs::path file = folder_ / "config \xc3\xbc.json";
    ASSERT_TRUE(saveFile(file, "old and longer"));
    ASSERT_TRUE(saveFile(file, std::string_view("new\0", 4)));
    EXPECT_EQ(readFile(file).value_or("failed"), std::string("new\0", 4));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "nothing is left beside it";
}

TEST_F(Files, KeepTheirPermissionsAndLinksWhenSaved)
{
    const fs::path file = write("a", "old");
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink("a", folder_ / "link");
    ASSERT_TRUE(saveFile(folder_ / "link", "new"));
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    EXPECT_EQ(readFile(file).value_or("failed"), "new");
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Files, ThatCannotBeSavedSayWhyAndStay)
{
    const Result<void> missing = saveFile(folder_ / "none/a", "new");
    ASSERT_FALSE(missing);
    EXPECT_THAT(toString(missing.error()), HasSubstr("none/a"));
    EXPECT_EQ(missing.error().fault, Fault::Host);
    EXPECT_FALSE(saveFile(folder_, "new"));
    EXPECT_TRUE(fs::is_directory(folder_));
}

TEST_F(Files, ThatArePublishedAreReplacedAndLeaveNothingBeside)
{
    const fs::path file = folder_ / "plan";
    ASSERT_TRUE(publishFile(file, "old and longer"));
    ASSERT_TRUE(publishFile(file, std::string_view("new\0", 4)));
    EXPECT_EQ(readFile(file).value_or("failed"), std::string("new\0", 4));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
    EXPECT_FALSE(publishFile(folder_ / "none/a", "new"));
}

} // namespace
} // namespace rumpus
