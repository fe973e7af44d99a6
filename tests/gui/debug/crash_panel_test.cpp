// The report of a real crash.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/crash_panel.h"

#include <QApplication>
#include <QDir>
#include <QTreeWidget>

#include "tests/gui/debug/guest_case.h"

namespace rumpus::gui {
namespace {

TEST(CrashPanel, TellsTheFaultingLineOfARealCrash)
{
    Result<std::unique_ptr<Host>> host = openHost("local");
    ASSERT_TRUE(host);
    RunSession run(std::move(*host));
    const std::string config = RUMPUS_BINARY_DIR "/guests/crash/crash.unikernel.json";
    ASSERT_TRUE(QCoro::waitFor(run.start(config, {})));
    ASSERT_TRUE(waitUntil([&] { return run.guest()->state() == GuestState::Ended; }));
    const auto report = QCoro::waitFor(reportCrash(run.guest(), false));
    QCoro::waitFor(run.guest()->kill());
    ASSERT_TRUE(report) << toString(report.error());

    CrashPanel panel;
    panel.resize(900, 620);
    panel.show();
    panel.setReport(*report);
    EXPECT_TRUE(panel.headline().contains(QStringLiteral("crash.c:"))) << panel.headline().toStdString();
    EXPECT_TRUE(panel.headline().contains(QStringLiteral("age_of")));
    EXPECT_TRUE(panel.headline().contains(QStringLiteral("page fault")));
    QString path;
    int line = 0;
    QObject::connect(&panel, &CrashPanel::sourceWanted, &panel, [&](const QString& where, int number) {
        path = where;
        line = number;
    });
    auto* stack = panel.findChild<QTreeWidget*>(QStringLiteral("crashStack"));
    ASSERT_NE(stack->currentItem(), nullptr);
    EXPECT_EQ(stack->currentItem()->text(0), QStringLiteral("age_of"));
    Q_EMIT stack->itemClicked(stack->currentItem(), 0);
    EXPECT_TRUE(path.endsWith(QStringLiteral("crash.c")));
    EXPECT_EQ(line, lineWith(path, QStringLiteral("return leaf->age")));
    QApplication::processEvents();
    QDir().mkpath(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
    panel.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/crash-panel.png"));
    panel.clear();
    panel.setReport(CrashReport{});
}

} // namespace
} // namespace rumpus::gui
