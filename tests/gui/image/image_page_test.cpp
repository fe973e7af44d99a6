// The Image page on a real image: what it shows, how it is looked into, and what a new build changes.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/base/theme.h"
#include "app/gui/image/image_page.h"
#include "app/gui/image/image_summary.h"
#include "app/gui/image/size_legend.h"
#include "app/gui/image/size_panel.h"
#include "app/gui/image/treemap_view.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include "../../core/kinds.h"
#include "rows.h"

namespace rumpus::gui {
namespace {

constexpr int patience = 10'000;

QString guest(const QString& name)
{
    return QStringLiteral(RUMPUS_BINARY_DIR "/guests/%1/%1.elf").arg(name);
}

void shoot(QWidget& widget, const QString& name)
{
    QDir().mkpath(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
    QApplication::processEvents(); // layouts
    widget.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/%1.png").arg(name));
}

class ImagePageTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        page.resize(1000, 700);
        page.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&page));
    }

    void read(const QString& path)
    {
        QSignalSpy shown(&page, &ImagePage::shown);
        page.setImage(path);
        ASSERT_TRUE(shown.count() > 0 || shown.wait(patience));
    }

    /// A copy that a test may build anew.
    QString copyOf(const QString& name)
    {
        const QString copy = folder.filePath(QStringLiteral("app.elf"));
        QFile::remove(copy);
        EXPECT_TRUE(QFile::copy(guest(name), copy));
        return copy;
    }

    QString legendText(int row, LegendModel::Column column)
    {
        LegendModel& model = page.findChild<SizeLegend*>()->legend();
        return model.data(model.index(row, column), Qt::DisplayRole).toString();
    }

    QTemporaryDir folder;
    ImagePage page;
};

TEST_F(ImagePageTest, SaysWhatWouldBeHere)
{
    shoot(page, QStringLiteral("image-empty"));
    read(folder.filePath(QStringLiteral("not-built.elf")));
    const auto labels = page.findChildren<QLabel*>();
    EXPECT_TRUE(std::ranges::any_of(labels, [](QLabel* label) {
        return label->isVisible() && label->text().contains(QStringLiteral("Build the unikernel"));
    }));
    shoot(page, QStringLiteral("image-not-built"));
}

TEST_F(ImagePageTest, ShowsAnImageAsSoonAsItIsBuilt)
{
    const QString path = folder.filePath(QStringLiteral("app.elf"));
    read(path);
    QSignalSpy shown(&page, &ImagePage::shown);
    ASSERT_TRUE(QFile::copy(guest(QStringLiteral("hello")), path));
    ASSERT_TRUE(QTest::qWaitFor([this] { return page.reading().has_value(); }, patience));
    EXPECT_EQ(page.reading()->image.kind, kinds::Sprig);
}

TEST_F(ImagePageTest, TellsWhyAFileIsNoImage)
{
    QFile file(folder.filePath(QStringLiteral("note.txt")));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("this is no image");
    file.close();
    read(file.fileName());
    EXPECT_TRUE(page.findChild<ErrorBar*>()->isVisible());
    EXPECT_TRUE(page.findChild<ErrorBar*>()->text().contains(QStringLiteral("note.txt")));
    shoot(page, QStringLiteral("image-error"));
}

TEST_F(ImagePageTest, ShowsTheFacts)
{
    read(guest(QStringLiteral("net")));
    ASSERT_TRUE(page.reading());
    QStringList values;
    for (const ElidedLabel* label : page.findChildren<ElidedLabel*>()) {
        values += label->whole();
    }
    EXPECT_TRUE(values.contains(QStringLiteral("Sprig")));
    EXPECT_TRUE(values.join(u' ').contains(QStringLiteral("64-bit executable")));
    shoot(page, QStringLiteral("image-size"));
    auto* tabs = page.findChild<QTabWidget*>(QStringLiteral("imageTabs"));
    for (int tab = 1; tab < tabs->count(); ++tab) {
        tabs->setCurrentIndex(tab);
        shoot(page, QStringLiteral("image-tab-%1").arg(tab));
    }
}

TEST_F(ImagePageTest, IsLookedIntoByClicksAndKeys)
{
    read(guest(QStringLiteral("net")));
    TreemapView& map = page.sizes().map();
    const TreemapTile* largest = &map.tiles().front();
    const int component = largest->node;
    QTest::mouseClick(&map, Qt::LeftButton, {}, largest->rect.center());
    EXPECT_EQ(map.root(), component);
    shoot(page, QStringLiteral("image-zoomed"));
    // by keyboard: the largest file, into it, and all the way out
    map.setFocus();
    QTest::keyClick(&map, Qt::Key_Down);
    ASSERT_GT(map.current(), 0);
    const int file = map.current();
    EXPECT_EQ(map.tree()->at(file).parent, component);
    QTest::keyClick(&map, Qt::Key_Return);
    EXPECT_EQ(map.root(), file);
    QTest::keyClick(&map, Qt::Key_Backspace);
    EXPECT_EQ(map.root(), component);
    EXPECT_EQ(map.current(), file);
    QTest::keyClick(&map, Qt::Key_Escape);
    EXPECT_EQ(map.root(), SizeTree::root);
    EXPECT_EQ(map.current(), component);
    shoot(page, QStringLiteral("image-keyboard"));
}

TEST_F(ImagePageTest, WalksToTheNeighbours)
{
    read(guest(QStringLiteral("net")));
    TreemapView& map = page.sizes().map();
    map.setFocus();
    QTest::keyClick(&map, Qt::Key_Right);
    const int first = map.current();
    QTest::keyClick(&map, Qt::Key_Right);
    const int second = map.current();
    EXPECT_NE(first, second);
    QTest::keyClick(&map, Qt::Key_Left);
    EXPECT_EQ(map.current(), first);
}

TEST_F(ImagePageTest, FindsAndSumsUp)
{
    read(guest(QStringLiteral("net")));
    QTest::keyClicks(&page.sizes().searchField(), QStringLiteral("udp"));
    const QString found = page.findChild<QLabel*>(QStringLiteral("sizeFound"))->text();
    const SizeMatches matches = page.reading()->tree->search(QStringLiteral("udp"));
    ASSERT_GT(matches.count, 1);
    EXPECT_EQ(found, QStringLiteral("%1 found, %2").arg(matches.count).arg(sizeText(matches.bytes.memory)));
    shoot(page, QStringLiteral("image-search"));
    page.sizes().searchField().setText(QStringLiteral("no such thing"));
    EXPECT_EQ(page.findChild<QLabel*>(QStringLiteral("sizeFound"))->text(), QStringLiteral("nothing found"));
}

TEST_F(ImagePageTest, MeasuresTheFileToo)
{
    read(guest(QStringLiteral("net")));
    auto* which = page.findChild<QComboBox*>(QStringLiteral("sizeOf"));
    const QString inMemory = legendText(0, LegendModel::Name);
    which->setCurrentIndex(which->findData(static_cast<int>(SizeOf::File)));
    EXPECT_EQ(legendText(0, LegendModel::Name), QStringLiteral("Debug information"));
    EXPECT_NE(inMemory, QStringLiteral("Debug information"));
    shoot(page, QStringLiteral("image-file"));
}

TEST_F(ImagePageTest, ComparesWithThePreviousBuild)
{
    const QString path = copyOf(QStringLiteral("hello"));
    read(path);
    TreemapView& map = page.sizes().map();
    EXPECT_EQ(legendText(0, LegendModel::Change), QString());
    map.setRoot(map.tree()->nearest({QStringLiteral("libc")}));
    const QStringList looked = map.tree()->keyOf(map.root());
    ASSERT_EQ(looked.size(), 1);

    copyOf(QStringLiteral("net")); // another build of the same file
    ASSERT_TRUE(QTest::qWaitFor([this] { return page.reading()->history.previous.has_value(); }, patience));
    // what was looked into stays
    EXPECT_EQ(map.tree()->keyOf(map.root()), looked);
    map.setRoot(SizeTree::root);
    const QString compared = page.findChild<QLabel*>(QStringLiteral("comparedWith"))->text();
    EXPECT_TRUE(compared.contains(QStringLiteral("Changes since the build of"))) << compared.toStdString();
    const int last = page.findChild<SizeLegend*>()->legend().rowCount() - 1;
    EXPECT_TRUE(legendText(last, LegendModel::Change).startsWith(u'+'));
    shoot(page, QStringLiteral("image-compared"));

    // another window knows it too
    ImagePage later;
    QSignalSpy shown(&later, &ImagePage::shown);
    later.setImage(path);
    ASSERT_TRUE(shown.wait(patience));
    EXPECT_TRUE(later.reading()->history.previous.has_value());
}

TEST_F(ImagePageTest, KeepsWhatItShowsWhileTheFileIsAway)
{
    const QString path = copyOf(QStringLiteral("hello"));
    read(path);
    ASSERT_TRUE(QFile::remove(path));
    QSignalSpy shown(&page, &ImagePage::shown);
    ASSERT_TRUE(QFile::copy(guest(QStringLiteral("net")), path));
    ASSERT_TRUE(shown.wait(patience));
    EXPECT_FALSE(page.findChild<ErrorBar*>()->isVisible());
    EXPECT_TRUE(page.reading()->history.previous.has_value());
}

TEST_F(ImagePageTest, DropsAStaleReading)
{
    page.setImage(guest(QStringLiteral("net")));
    page.setImage(guest(QStringLiteral("hello")));
    ASSERT_TRUE(QTest::qWaitFor([this] { return page.reading().has_value(); }, patience));
    EXPECT_EQ(page.reading()->image.path.filename(), "hello.elf");
    page.setImage({});
    EXPECT_FALSE(page.reading());
    page.setImage(guest(QStringLiteral("net")));
    page.cancel();
    EXPECT_FALSE(page.isReading());
    EXPECT_FALSE(page.reading());
}

TEST_F(ImagePageTest, SortsAndFiltersSymbols)
{
    read(guest(QStringLiteral("net")));
    auto* table = page.findChild<QTableView*>(QStringLiteral("symbols"));
    const int all = table->model()->rowCount();
    ASSERT_GT(all, 100);
    page.findChild<QLineEdit*>(QStringLiteral("symbolFilter"))->setText(QStringLiteral("SPRIG_net_"));
    const int some = table->model()->rowCount();
    EXPECT_GT(some, 0);
    EXPECT_LT(some, all);
    table->sortByColumn(0, Qt::AscendingOrder);
    for (int row = 1; row < some; ++row) {
        EXPECT_LE(table->model()->index(row - 1, 0).data().toString(),
                  table->model()->index(row, 0).data().toString());
    }
}

TEST_F(ImagePageTest, IsReadableInTheDark)
{
    const QPalette before = QApplication::palette();
    QApplication::setPalette(darkPalette());
    read(guest(QStringLiteral("net")));
    shoot(page, QStringLiteral("image-dark"));
    QApplication::setPalette(before);
}

} // namespace
} // namespace rumpus::gui
