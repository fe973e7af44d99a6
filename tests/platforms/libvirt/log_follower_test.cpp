// A log that is rotated: from which byte on it is heard, and that none is lost.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/log_follower.h"

#include <QCoreApplication>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

namespace rumpus {

namespace {

class Rotated : public testing::Test {
protected:
    void SetUp() override
    {
        std::string folder = (std::filesystem::temp_directory_path() / "rumpus-log-XXXXXX").native();
        ASSERT_NE(::mkdtemp(folder.data()), nullptr);
        log_ = std::filesystem::path(folder) / "console.log";
    }
    void TearDown() override { std::filesystem::remove_all(log_.parent_path()); }

    void add(const std::string& text) const { std::ofstream(log_, std::ios::app) << text; }
    /// As virtlogd does it (virrotatingfile.c), which keeps two here.
    void rotate() const
    {
        const std::string name = log_.native();
        std::error_code none;
        std::filesystem::rename(name + ".0", name + ".1", none);
        std::filesystem::rename(name, name + ".0");
        add("");
    }
    std::string heard(const std::optional<LogPosition>& origin = {}, std::uint64_t most = UINT64_MAX) const
    {
        LogFollower follower;
        std::string text;
        QObject::connect(&follower, &LogFollower::grown,
                         [&](const QByteArray& bytes) { text += bytes.toStdString(); });
        EXPECT_TRUE(follower.open(log_, origin, most));
        follower.read();
        EXPECT_TRUE(follower.atEnd());
        return text;
    }

    int argc_ = 1;
    std::string program_ = "log_follower_test";
    std::array<char*, 2> argv_{program_.data(), nullptr};
    QCoreApplication application_{argc_, argv_.data()};
    std::filesystem::path log_;
};

TEST_F(Rotated, IsHeardFromItsOldestByte)
{
    add("one ");
    rotate();
    add("two ");
    rotate();
    add("three");
    EXPECT_EQ(heard(), "one two three");
    EXPECT_EQ(heard({}, 7), "o three");
}

TEST_F(Rotated, IsHeardFromAnOriginWhereverItIsByNow)
{
    add("one ");
    const LogPosition origin = LogPosition::endOf(log_);
    EXPECT_EQ(heard(origin), "");
    add("two ");
    rotate();
    add("three");
    EXPECT_EQ(heard(origin), "two three");
    EXPECT_EQ(heard(origin, 3), "ree");
    rotate();
    rotate();
    add("four");
    EXPECT_EQ(heard(origin), "") << "its file is gone: nothing tells what is of which boot";
}

TEST_F(Rotated, LosesNoByteThatWasAddedJustBefore)
{
    LogFollower follower;
    std::string text;
    QObject::connect(&follower, &LogFollower::grown,
                     [&](const QByteArray& bytes) { text += bytes.toStdString(); });
    add("one ");
    ASSERT_TRUE(follower.open(log_));
    EXPECT_FALSE(follower.atEnd());
    follower.read();
    EXPECT_TRUE(follower.atEnd());
    add("two ");
    rotate();
    EXPECT_FALSE(follower.atEnd()) << "there is a newer file";
    add("three");
    follower.read();
    EXPECT_EQ(text, "one two three");
    EXPECT_TRUE(follower.atEnd());
}

} // namespace

} // namespace rumpus
