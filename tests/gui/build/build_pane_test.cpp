// A build's output, and the errors and warnings read out of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/build/build_pane.h"

#include <QApplication>
#include <QDir>
#include <QEventLoop>
#include <QListView>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTimer>
#include <gtest/gtest.h>

namespace rumpus::gui {
namespace {

constexpr int patience = 10'000;

struct Case {
    std::string line;
    std::vector<Diagnostic> found;
};
using Kind = Diagnostic::Kind;

TEST(Diagnostics, AreReadFromWhatToolsPrint)
{
    const std::vector<Case> cases = {
        {"app.c:12:5: error: 'x' undeclared\n", {{Kind::Error, "/src/app.c", 12, 5, "'x' undeclared"}}},
        {"app.c:12: warning: old style\r\n", {{Kind::Warning, "/src/app.c", 12, 0, "old style"}}},
        {"/a/../b/x.h:1:10: fatal error: y.h: No such file or directory\n",
         {{Kind::Error, "/b/x.h", 1, 10, "y.h: No such file or directory"}}},
        {"app.c:3:1: note: declared here\n", {{Kind::Note, "/src/app.c", 3, 1, "declared here"}}},
        {"boot.S:7: Error: no such instruction: `mvo'\n",
         {{Kind::Error, "/src/boot.S", 7, 0, "no such instruction: `mvo'"}}},
        {"app.c:9: undefined reference to `gone'\n",
         {{Kind::Error, "/src/app.c", 9, 0, "undefined reference to `gone'"}}},
        {"app.o:(.text+0x12): undefined reference to `gone'\n",
         {{Kind::Error, "", 0, 0, "app.o:(.text+0x12): undefined reference to `gone'"}}},
        {"/usr/bin/ld: cannot find -lnothing\n",
         {{Kind::Error, "", 0, 0, "/usr/bin/ld: cannot find -lnothing"}}},
        {"make: *** [Makefile:4: all] Error 1\ncollect2: error: ld returned 1 exit status\n", {}},
        {"make: *** No rule to make target 'x'.  Stop.\n",
         {{Kind::Error, "", 0, 0, "make: *** No rule to make target 'x'.  Stop."}}},
        {"make: Entering directory '/other'\nz.c:1:1: error: a\nmake: Leaving directory '/other'\nz.c:1:1: "
         "error: a\n",
         {{Kind::Error, "/other/z.c", 1, 1, "a"}, {Kind::Error, "/src/z.c", 1, 1, "a"}}},
        {"error[E0425]: cannot find value `q`\n  --> src/main.rs:4:9\n   |\n",
         {{Kind::Error, "/src/src/main.rs", 4, 9, "cannot find value `q`"}}},
        {"warning: unused variable\n --> lib.rs:2:1\n",
         {{Kind::Warning, "/src/lib.rs", 2, 1, "unused variable"}}},
        {"  CC app.c\nIn file included from app.c:1:\napp.c: In function 'main':\n12:30:45 done\nerror\n",
         {}},
        {std::string(100'000, ':') + "\n" + std::string(9000, 'x') + ":1:1: error: a\n", {}},
    };
    for (const Case& one : cases) {
        for (const std::size_t cut : {std::size_t{0}, one.line.size() / 2, one.line.size() - 1}) {
            DiagnosticReader reader("/src");
            std::vector<Diagnostic> found = reader.read(one.line.substr(0, cut));
            for (Diagnostic& more : reader.read(one.line.substr(cut))) {
                found.push_back(std::move(more));
            }
            EXPECT_EQ(found, one.found) << one.line.substr(0, 200) << "cut at " << cut;
        }
    }
    DiagnosticReader reader("/src");
    EXPECT_TRUE(reader.read("a.c:1:1: error: last line").empty());
    EXPECT_EQ(reader.finish().size(), 1U);
}

class BuildPaneTest : public testing::Test {
protected:
    BuildPaneTest()
    {
        pane.resize(1280, 300);
        pane.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&pane));
    }
    void shoot(const QString& name)
    {
        QApplication::processEvents(); // laid out
        const QDir folder(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
        folder.mkpath(QStringLiteral("."));
        EXPECT_TRUE(pane.grab().save(folder.filePath(name + QStringLiteral(".png"))));
    }
    bool shows(const QString& text)
    {
        return QTest::qWaitFor([&] { return pane.outputText().contains(text); }, patience);
    }
    BuildPane pane;
};

TEST_F(BuildPaneTest, SaysWhatWouldBeHere)
{
    shoot(QStringLiteral("build-empty"));
}

TEST_F(BuildPaneTest, LeadsFromAnErrorToItsSource)
{
    QSignalSpy wanted(&pane, &BuildPane::sourceWanted);
    pane.start(QStringLiteral("hello"), QStringLiteral("/src"));
    EXPECT_TRUE(pane.stateText().startsWith(QStringLiteral("Building hello")));
    pane.append("cc -c app.c\n\x1b[1mapp.c:12:5: \x1b[31merror: \x1b[0m'x' undec");
    pane.append("lared\napp.c:20:1: warning: unused\nmake: *** [Makefile:4: all] Error 1\n");
    pane.finish(false, QStringLiteral("make ended with status 2"));
    ASSERT_TRUE(shows(QStringLiteral("app.c:12:5: error: 'x' undeclared")));
    EXPECT_EQ(pane.stateText(), QStringLiteral("Building hello failed: 1 error, 1 warning"));
    auto* list = pane.findChild<QListView*>(QStringLiteral("buildDiagnostics"));
    ASSERT_TRUE(list->isVisible());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(1, 0)).center());
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted.at(0).at(0).toString(), QStringLiteral("/src/app.c"));
    EXPECT_EQ(wanted.at(0).at(1).toInt(), 20);
    pane.moveDiagnostic(false);
    EXPECT_EQ(wanted.at(1).at(1).toInt(), 12);
    shoot(QStringLiteral("build-failed"));
}

TEST_F(BuildPaneTest, StartsAfreshAndTellsHowLongItTook)
{
    pane.start(QStringLiteral("one"), {});
    pane.append("a.c:1:1: error: x\n");
    pane.finish(false);
    pane.start(QStringLiteral("two"), {});
    EXPECT_EQ(pane.outputText(), QString());
    EXPECT_EQ(pane.diagnostics().rowCount(), 0);
    pane.append("fine\n");
    ASSERT_TRUE(shows(QStringLiteral("fine")));
    pane.finish(true);
    EXPECT_TRUE(pane.stateText().startsWith(QStringLiteral("Built two in 0")));
    pane.start(QStringLiteral("three"), {});
    pane.finish(false, QStringLiteral("cannot start nothing"));
    EXPECT_EQ(pane.stateText(), QStringLiteral("Building three failed: cannot start nothing"));
}

TEST_F(BuildPaneTest, BoundsWhatItShows)
{
    pane.start(QStringLiteral("chatter"), {});
    const QByteArray line = QByteArray(99, 'x') + '\n';
    pane.append(line.repeated(120'000));
    pane.append(QByteArray(100'000, 'y') + "\nthe end\n");
    const auto* document = pane.findChild<QPlainTextEdit*>()->document();
    // an event loop: QTest::qWaitFor sleeps between its turns, of which this takes a thousand
    QEventLoop loop;
    QTimer poll;
    const auto isShown = [&] { return document->lastBlock().previous().text() == u"the end"; };
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (isShown()) {
            loop.quit();
        }
    });
    QTimer::singleShot(4 * patience, &loop, &QEventLoop::quit);
    poll.start(20);
    loop.exec();
    ASSERT_TRUE(isShown());
    EXPECT_LE(pane.outputText().size(), BuildPane::mostBytes);
    EXPECT_FALSE(pane.outputText().contains(QString(4100, u'y')));
}

} // namespace
} // namespace rumpus::gui
