// What is fetched of a log on another machine: the script runs here, on files that are rotated as virtlogd
// does.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "platforms/libvirt/log_fetch.h"

#include <QProcess>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rumpus {

namespace {

using testing::IsEmpty;
using testing::SizeIs;

class LogFetch : public testing::Test {
protected:
    void add(const std::string& bytes) { std::ofstream(log_, std::ios::app) << bytes; }
    /// NAME becomes NAME.0 and so on; the one after the third goes (virtlogd.conf, max_backups).
    void rotate() const
    {
        for (const auto& [from, to] : {std::pair(".1", ".2"), {".0", ".1"}, {"", ".0"}}) {
            std::error_code none;
            std::filesystem::rename(log_.native() + from, log_.native() + to, none);
        }
    }
    /// Asks once more. What is returned is a view of `output_`.
    std::vector<LogPiece> ask()
    {
        QProcess shell;
        shell.setChildProcessModifier([this] {
            if (asksAsNobody_ && (::setgroups(0, nullptr) != 0 || ::setuid(nobody) != 0)) {
                std::abort();
            }
        });
        shell.start(QStringLiteral("sh"), {QStringLiteral("-c"), QString::fromUtf8(logFetchScript())});
        shell.write(QByteArray::fromStdString(*logFetchLine(7, known_, log_.native())));
        shell.closeWriteChannel();
        EXPECT_TRUE(shell.waitForFinished());
        output_ = shell.readAllStandardOutput().toStdString();
        EXPECT_EQ(shell.readAllStandardError().toStdString(), "");
        std::vector<LogPiece> pieces = logPieces(output_);
        for (const LogPiece& piece : pieces) {
            EXPECT_EQ(piece.number, 7U);
            known_ = piece.kind == LogPiece::Kind::Bytes ? piece.known : known_;
        }
        return pieces;
    }
    std::string fetched()
    {
        std::string all;
        for (const LogPiece& piece : ask()) {
            EXPECT_EQ(piece.kind, LogPiece::Kind::Bytes);
            all += piece.bytes;
        }
        return all;
    }

    QTemporaryDir folder_;
    std::filesystem::path log_ = std::filesystem::path(folder_.path().toStdString()) / "a guest.log";
    LogProgress known_;
    std::string output_;
    static constexpr uid_t nobody = 65534;
    bool asksAsNobody_ = false;
};

TEST_F(LogFetch, BringsEachByteOnce)
{
    EXPECT_THAT(ask(), IsEmpty()) << "there is no such file yet";
    add("");
    EXPECT_THAT(ask(), IsEmpty());
    add("one\ntwo");
    EXPECT_EQ(fetched(), "one\ntwo");
    EXPECT_THAT(ask(), IsEmpty());
    add("\n0 bytes 1 1 1 0\n");
    EXPECT_EQ(fetched(), "\n0 bytes 1 1 1 0\n");
}

TEST_F(LogFetch, FollowsRotations)
{
    add("one ");
    EXPECT_EQ(fetched(), "one ");
    add("two ");
    rotate();
    EXPECT_EQ(fetched(), "") << "the next file is not there yet";
    add("three ");
    rotate();
    add("four ");
    rotate();
    add("five");
    EXPECT_EQ(fetched(), "two three four five");
    EXPECT_THAT(ask(), IsEmpty());
}

TEST_F(LogFetch, FollowsLogrotateWhichCountsFromOne)
{
    const std::string name = log_.native();
    add("one ");
    EXPECT_EQ(fetched(), "one ");
    std::filesystem::rename(name, name + ".1");
    std::ofstream(name + ".1", std::ios::app) << "two "; // who writes it is told later
    EXPECT_EQ(fetched(), "");
    add("three ");
    EXPECT_EQ(fetched(), "two three ");
    std::filesystem::rename(name + ".1", name + ".2");
    std::filesystem::rename(name, name + ".1");
    add("four");
    EXPECT_EQ(fetched(), "four");
    known_ = {};
    EXPECT_EQ(fetched(), "one two three four");
}

TEST_F(LogFetch, BeginsWithTheOldestFileThatIsKept)
{
    for (const char* bytes : {"one ", "two ", "three "}) {
        add(bytes);
        rotate();
    }
    add("four");
    EXPECT_EQ(fetched(), "one two three four");
}

TEST_F(LogFetch, TellsWhatWasDropped)
{
    add("one ");
    EXPECT_EQ(fetched(), "one ");
    // so that its inode is no other file's
    std::filesystem::create_hard_link(log_, log_.parent_path() / "first");
    for (const char* bytes : {"two ", "three ", "four ", "five "}) {
        rotate();
        add(bytes);
    }
    const std::vector<LogPiece> pieces = ask();
    ASSERT_THAT(pieces, SizeIs(5));
    EXPECT_EQ(pieces[0].kind, LogPiece::Kind::Skipped);
    EXPECT_EQ(pieces[1].bytes, "two ");
    EXPECT_EQ(pieces[4].bytes, "five ");
}

TEST_F(LogFetch, BeginsAnewWithALogThatDoes)
{
    add("one two");
    EXPECT_EQ(fetched(), "one two");
    std::ofstream(log_, std::ios::trunc) << "anew";
    EXPECT_EQ(fetched(), "anew");
}

TEST_F(LogFetch, TellsWhereTheBytesAreThatAreForOthersOnly)
{
    if (::geteuid() == 0) {
        asksAsNobody_ = true; // root can read all
        ASSERT_EQ(::chmod(log_.parent_path().c_str(), 0755), 0);
    }
    add("one ");
    rotate();
    add("two ");
    ASSERT_EQ(::chmod(log_.c_str(), 0), 0);
    rotate();
    add("");
    ASSERT_EQ(::chmod(log_.c_str(), 0), 0);
    const std::vector<LogPiece> pieces = ask();
    ASSERT_THAT(pieces, SizeIs(2));
    EXPECT_EQ(pieces[0].bytes, "one ");
    EXPECT_EQ(pieces[1].kind, LogPiece::Kind::Unreadable);
    EXPECT_EQ(pieces[1].age, 1U);
    EXPECT_EQ(pieces[1].count, 4U);
    EXPECT_EQ(pieces[1].known.offset, 0U);
    known_ = {.inode = pieces[1].known.inode, .offset = 3};
    const std::vector<LogPiece> rest = ask();
    ASSERT_THAT(rest, SizeIs(1));
    EXPECT_EQ(rest[0].count, 1U);
    EXPECT_EQ(rest[0].known, known_);
    known_.offset = 4;
    EXPECT_THAT(ask(), IsEmpty()) << "the next file is empty";
}

TEST_F(LogFetch, BringsMuchInPieces)
{
    add(std::string(700000, 'x'));
    rotate();
    add("end");
    const std::vector<LogPiece> first = ask();
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_TRUE(first[0].more);
    EXPECT_EQ(fetched(), std::string(700000 - first[0].bytes.size(), 'x') + "end");
}

TEST(LogPieces, EndWithWhatIsNone)
{
    for (const char* output :
         {"", "garbage\n", "0 bytes 1 2 99 0\nshort", "0 bytes 1 2 3", "0 other 1 2 3 0\nabc",
          "0 bytes 1 2 -3 0\nabc", "-1 bytes 1 2 3 0\nabc", "0 bytes x 2 3 0\nabc"}) {
        EXPECT_THAT(logPieces(output), IsEmpty()) << output;
    }
    EXPECT_THAT(logPieces("0 bytes 1 3 3 0\nabcgarbage\n1 bytes 1 3 3 0\nabc"), SizeIs(1));
}

TEST(LogPaths, ThatCannotStandInALineAreRefused)
{
    EXPECT_TRUE(logFetchLine(0, {}, "/a b.log"));
    EXPECT_FALSE(logFetchLine(0, {}, "relative.log"));
    EXPECT_FALSE(logFetchLine(0, {}, "/two\nlines"));
}

} // namespace
} // namespace rumpus
