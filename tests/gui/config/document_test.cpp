// A config while it is edited: its history, its file, and what a crash leaves.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/config_document.h"
#include "core/base/files.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <gmock/gmock.h>

#include "config_helpers.h"

namespace rumpus::gui {
namespace {

class Document : public testing::Test {
protected:
    std::filesystem::path write(const std::string& text)
    {
        const std::filesystem::path path = folder() / "a.unikernel.json";
        EXPECT_TRUE(saveFile(path, text));
        return path;
    }
    std::filesystem::path folder() const { return folder_.path().toStdString(); }

    QTemporaryDir folder_;
    ConfigDocument document_;
};

constexpr const char* plain = "{\n  // mine\n  \"name\": \"a\",\n  \"image\": \"a.elf\"\n}\n";

TEST_F(Document, HasOneHistoryOfEditsThatTypingDoesNotFlood)
{
    ASSERT_TRUE(document_.load(write(plain)));
    EXPECT_FALSE(document_.isModified());
    const QSignalSpy modified(&document_, &ConfigDocument::modifiedChanged);
    for (const char* text : {"w", "we", "web"}) {
        document_.setValue("/hostname", Json(text), {.label = {}, .source = QStringLiteral("/hostname")});
    }
    document_.endTyping();
    document_.setValue("/hostname", Json("web2"), {.label = {}, .source = QStringLiteral("/hostname")});
    EXPECT_THAT(document_.text(), testing::HasSubstr("\"hostname\": \"web2\""));
    EXPECT_THAT(document_.text(), testing::HasSubstr("// mine"));
    EXPECT_EQ(document_.history()->count(), 2);
    document_.history()->undo();
    EXPECT_EQ(valueOf(document_, "/hostname"), Json("web"));
    document_.history()->undo();
    EXPECT_EQ(document_.text(), plain);
    EXPECT_FALSE(document_.isModified());
    EXPECT_EQ(modified.count(), 2);
    document_.history()->redo();
    EXPECT_EQ(valueOf(document_, "/hostname"), Json("web"));
}

TEST_F(Document, TypingBackToWhatItWasLeavesNoStep)
{
    ASSERT_TRUE(document_.load(write(plain)));
    document_.setValue("/name", Json("ab"), {.label = {}, .source = QStringLiteral("/name")});
    document_.setValue("/name", Json("a"), {.label = {}, .source = QStringLiteral("/name")});
    EXPECT_EQ(document_.history()->count(), 0);
    EXPECT_FALSE(document_.isModified());
}

TEST_F(Document, IsCheckedWithItsImageAfterEveryEdit)
{
    std::filesystem::copy_file(RUMPUS_BINARY_DIR "/guests/hello/hello.elf", folder() / "a.elf");
    ASSERT_TRUE(document_.load(write(plain)));
    ASSERT_TRUE(checkedIn(document_));
    EXPECT_TRUE(document_.check().file.problems.empty());
    ASSERT_TRUE(document_.check().image.has_value());
    document_.setValue("/memory", Json("1 KiB"), {});
    EXPECT_FALSE(document_.isChecked());
    ASSERT_TRUE(checkedIn(document_));
    const std::vector<Problem>& problems = document_.check().file.problems;
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].pointer, "/memory");
    EXPECT_GT(problems[0].line, 1U);
}

TEST_F(Document, SavesItsTextAndNothingElse)
{
    const std::filesystem::path path = write(plain);
    ASSERT_TRUE(document_.load(path));
    document_.setValue("/unknown", Json("kept"), {});
    EXPECT_EQ(document_.save(), ConfigDocument::Saved::Yes);
    EXPECT_FALSE(document_.isModified());
    EXPECT_EQ(readFile(path).value(), document_.text());
}

TEST_F(Document, NeverOverwritesWhatAnotherProgramWrote)
{
    const std::filesystem::path path = write(plain);
    ASSERT_TRUE(document_.load(path));
    document_.setValue("/name", Json("mine"), {});
    QSignalSpy changed(&document_, &ConfigDocument::changedOnDisk);
    write("{ \"name\": \"theirs\" }");
    // at once, before the watcher has said a word
    EXPECT_EQ(document_.save(), ConfigDocument::Saved::OtherOnDisk);
    EXPECT_EQ(readFile(path).value(), "{ \"name\": \"theirs\" }");
    EXPECT_EQ(changed.count(), 1);
    EXPECT_EQ(document_.save(ConfigDocument::IfOther::Overwrite), ConfigDocument::Saved::Yes);
    EXPECT_EQ(readFile(path).value(), document_.text());
    EXPECT_FALSE(document_.otherOnDisk());
}

TEST_F(Document, NoticesAChangeOnDiskByItself)
{
    ASSERT_TRUE(document_.load(write(plain)));
    document_.setValue("/name", Json("mine"), {});
    QSignalSpy changed(&document_, &ConfigDocument::changedOnDisk);
    write("{ \"name\": \"theirs\" }");
    ASSERT_TRUE(QTest::qWaitFor([&] { return changed.count() == 1; }, 5000));
    ASSERT_TRUE(document_.reload());
    EXPECT_EQ(document_.text(), "{ \"name\": \"theirs\" }");
    EXPECT_FALSE(document_.isModified());
    // what was replaced is a step away
    document_.history()->undo();
    EXPECT_EQ(valueOf(document_, "/name"), Json("mine"));
    EXPECT_TRUE(document_.isModified());
}

TEST_F(Document, FollowsTheDiskWhereThereIsNothingToLose)
{
    ASSERT_TRUE(document_.load(write(plain)));
    QSignalSpy reloaded(&document_, &ConfigDocument::reloaded);
    for (int round = 1; round <= 2; ++round) {
        write("{ \"name\": \"theirs" + std::to_string(round) + "\" }");
        ASSERT_TRUE(QTest::qWaitFor([&] { return reloaded.count() == round; }, 5000)) << round;
    }
    EXPECT_EQ(valueOf(document_, "/name"), Json("theirs2"));
    EXPECT_FALSE(document_.isModified());
}

TEST_F(Document, SaysThatItsFileIsGoneAndSavesItAgain)
{
    const std::filesystem::path path = write(plain);
    ASSERT_TRUE(document_.load(path));
    QSignalSpy changed(&document_, &ConfigDocument::changedOnDisk);
    std::filesystem::remove(path);
    ASSERT_TRUE(QTest::qWaitFor([&] { return changed.count() == 1; }, 5000));
    EXPECT_FALSE(document_.otherOnDisk()->text);
    EXPECT_EQ(document_.save(), ConfigDocument::Saved::Yes);
    EXPECT_EQ(readFile(path).value(), plain);
}

TEST_F(Document, NoticesThatTheImageWasBuilt)
{
    ASSERT_TRUE(document_.load(write(plain)));
    ASSERT_TRUE(checkedIn(document_));
    EXPECT_TRUE(document_.check().file.hasErrors());
    std::filesystem::copy_file(RUMPUS_BINARY_DIR "/guests/hello/hello.elf", folder() / "a.elf");
    EXPECT_TRUE(QTest::qWaitFor([&] { return document_.check().image.has_value(); }, 5000));
}

TEST_F(Document, RecoversEditsThatWereNeverSaved)
{
    const std::filesystem::path path = write(plain);
    {
        ConfigDocument crashed;
        ASSERT_TRUE(crashed.load(path));
        crashed.setValue("/name", Json("unsaved"), {});
        ConfigDocument other;
        ASSERT_TRUE(other.load(path));
        ASSERT_TRUE(QTest::qWaitFor(
            [&] {
                return std::filesystem::exists(unsavedFolder()) &&
                       !std::filesystem::is_empty(unsavedFolder());
            },
            2000));
        // while somebody holds them they are not to be recovered
        EXPECT_TRUE(unsavedEdits(path).empty());
    }
    ASSERT_EQ(unsavedEdits(path).size(), 1U);
    ASSERT_TRUE(document_.load(path));
    ASSERT_EQ(document_.recoverable().size(), 1U);
    EXPECT_EQ(document_.text(), plain);
    document_.recover();
    EXPECT_EQ(valueOf(document_, "/name"), Json("unsaved"));
    EXPECT_TRUE(document_.isModified());
    EXPECT_EQ(document_.save(), ConfigDocument::Saved::Yes);
    EXPECT_TRUE(std::filesystem::is_empty(unsavedFolder()));
}

TEST_F(Document, KeepsNoCopyOfWhatWasSavedUndoneOrDropped)
{
    ASSERT_TRUE(document_.load(write(plain)));
    const auto waitForCopy = [] {
        return QTest::qWaitFor([] { return !std::filesystem::is_empty(unsavedFolder()); }, 2000);
    };
    std::filesystem::create_directories(unsavedFolder());
    document_.setValue("/name", Json("b"), {});
    ASSERT_TRUE(waitForCopy());
    document_.history()->undo();
    EXPECT_TRUE(std::filesystem::is_empty(unsavedFolder()));
    document_.setValue("/name", Json("c"), {});
    ASSERT_TRUE(waitForCopy());
    document_.close();
    EXPECT_TRUE(std::filesystem::is_empty(unsavedFolder()));
}

TEST_F(Document, LeavesFilesAloneThatAreNoText)
{
    const Result<void> loaded = document_.load(write("{ \"name\": \"\xff\" }"));
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().what, testing::HasSubstr("UTF-8"));
    EXPECT_FALSE(document_.load(folder() / "none"));
}

} // namespace
} // namespace rumpus::gui
