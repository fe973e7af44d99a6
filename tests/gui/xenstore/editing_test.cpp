// Changing nodes: in their row, by dialogs, never without a question where dom0 needs them, and back again.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/xenstore/xenstore_dialogs.h"
#include "app/gui/xenstore/xenstore_diff_dialog.h"

#include <QAction>
#include <QApplication>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

#include "tests/gui/xenstore/view_case.h"

namespace rumpus::gui {
namespace {

class Editing : public ViewCase {
protected:
    QAction* act(const char* id) { return part<QAction>(id); }
    bool holds(const std::string& path, const std::optional<std::string>& value)
    {
        return waitFor([&] { return peer->read(path) == value; });
    }
    /// Types into a row as a person does.
    void type(const std::string& path, const QString& value)
    {
        view_->activateWindow();
        view().tree().editValue(path);
        QLineEdit* editor = nullptr;
        ASSERT_TRUE(waitFor([&] {
            editor = tree().viewport()->findChild<QLineEdit*>();
            return editor != nullptr;
        }));
        editor->selectAll();
        QTest::keyClicks(editor, value);
        QTest::keyClick(editor, Qt::Key_Return);
    }
    template <typename T>
    T* dialog()
    {
        T* found = nullptr;
        waitFor([&] { return (found = view_->findChild<T*>()) != nullptr; });
        return found;
    }
    static void accept(QDialog* dialog)
    {
        auto* ok = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
        ASSERT_TRUE(ok->isEnabled());
        QTest::mouseClick(ok, Qt::LeftButton);
    }
};

TEST_F(Editing, OfAValueIsDoneInItsRowAndUndone)
{
    ASSERT_TRUE(peer->write("/tool/it", "old"));
    openView();
    EXPECT_FALSE(act("xenstore-undo")->isEnabled());
    type("/tool/it", QStringLiteral("new\\n"));
    ASSERT_TRUE(holds("/tool/it", "new\n"));
    ASSERT_TRUE(waitFor([this] { return text("/tool/it") == QStringLiteral("new\\n"); }));
    ASSERT_TRUE(waitFor([this] { return act("xenstore-undo")->isEnabled(); }));
    EXPECT_TRUE(act("xenstore-undo")->toolTip().contains(QStringLiteral("xenstore-write /tool/it")));
    part<QToolButton>("xenstoreUndo")->click();
    ASSERT_TRUE(holds("/tool/it", "old"));
    ASSERT_TRUE(waitFor([this] { return !act("xenstore-undo")->isEnabled(); }));
}

TEST_F(Editing, ThatSomebodyElseHasWrittenOverIsUndoneOnlyWhenWished)
{
    ASSERT_TRUE(peer->write("/tool/it", "old"));
    openView();
    type("/tool/it", QStringLiteral("ours"));
    ASSERT_TRUE(holds("/tool/it", "ours"));
    ASSERT_TRUE(peer->write("/tool/it", "theirs"));
    ASSERT_TRUE(waitFor([this] { return act("xenstore-undo")->isEnabled(); }));
    act("xenstore-undo")->trigger();
    ASSERT_TRUE(waitFor([this] { return problem().contains(QStringLiteral("has been changed since")); }));
    EXPECT_EQ(peer->read("/tool/it"), "theirs");
    for (auto* button : part<ErrorBar>("xenstoreProblems")->findChildren<QPushButton*>()) {
        if (button->text() == QStringLiteral("Undo It Anyway")) {
            button->click();
        }
    }
    EXPECT_TRUE(holds("/tool/it", "old"));
}

TEST_F(Editing, AsksBeforeWhatDom0Needs)
{
    ASSERT_TRUE(peer->write("/local/domain/0/name", "Domain-0"));
    ASSERT_TRUE(peer->write("/vm/x", "1"));
    openView();
    type("/local/domain/0/name", QStringLiteral("mine"));
    ASSERT_TRUE(waitFor([this] { return question() != nullptr; }));
    EXPECT_TRUE(question()->informativeText().contains(QStringLiteral("/local/domain/0")));
    press(question(), QMessageBox::RejectRole);
    ASSERT_TRUE(waitFor([this] { return question() == nullptr; }));
    EXPECT_EQ(peer->read("/local/domain/0/name"), "Domain-0");
    EXPECT_EQ(text("/local/domain/0/name"), QStringLiteral("Domain-0"));

    ASSERT_TRUE(view().tree().reveal("/vm/x"));
    act("xenstore-remove")->trigger();
    ASSERT_TRUE(waitFor([this] { return question() != nullptr; }));
    press(question(), QMessageBox::DestructiveRole);
    EXPECT_TRUE(holds("/vm/x", std::nullopt));
}

TEST_F(Editing, AddsANodeWithThoseAboveIt)
{
    ASSERT_TRUE(peer->write("/tool/it", ""));
    openView();
    ASSERT_TRUE(view().tree().reveal("/tool/it"));
    part<QToolButton>("xenstoreAdd")->click();
    auto* add = dialog<XenstoreAddDialog>();
    ASSERT_NE(add, nullptr);
    auto* name = add->findChild<QLineEdit*>(QStringLiteral("xenstoreNewName"));
    QTest::keyClicks(name, QStringLiteral("not a name"));
    EXPECT_FALSE(add->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->isEnabled());
    shoot(QStringLiteral("xenstore-add"), add);
    name->clear();
    QTest::keyClicks(name, QStringLiteral("more/names"));
    QTest::keyClicks(add->findChild<QLineEdit*>(QStringLiteral("xenstoreNewValue")), QStringLiteral("a\\tb"));
    accept(add);
    EXPECT_TRUE(holds("/tool/it/more/names", "a\tb"));
    ASSERT_TRUE(waitFor([this] { return act("xenstore-undo")->isEnabled(); }));
    act("xenstore-undo")->trigger();
    EXPECT_TRUE(holds("/tool/it/more", std::nullopt));
    EXPECT_EQ(peer->read("/tool/it"), "");
}

TEST_F(Editing, RemovesWithAllBelowAndBringsItBack)
{
    fillHost();
    openView();
    ASSERT_TRUE(view().tree().reveal("/local/domain/3"));
    act("xenstore-remove")->trigger();
    ASSERT_TRUE(waitFor([this] { return !isShown("/local/domain/3"); }));
    EXPECT_EQ(peer->read("/local/domain/3/memory/target"), std::nullopt);
    ASSERT_TRUE(waitFor([this] { return act("xenstore-undo")->isEnabled(); }));
    act("xenstore-undo")->trigger();
    ASSERT_TRUE(waitFor([this] { return isShown("/local/domain/3/device/vif/0/state"); }));
    ASSERT_TRUE(waitFor([this] {
        return text("/local/domain/3/data", XenstoreModel::Permissions) == QStringLiteral("n3 r0");
    }));
}

TEST_F(Editing, SetsPermissionsInLettersAndSaysThemInWords)
{
    fillHost();
    openView();
    ASSERT_TRUE(view().tree().reveal("/local/domain/3/data"));
    act("xenstore-permissions")->trigger();
    auto* dialog = this->dialog<XenstorePermissionsDialog>();
    ASSERT_NE(dialog, nullptr);
    auto* letters = dialog->findChild<QLineEdit*>(QStringLiteral("xenstoreLetters"));
    EXPECT_EQ(letters->text(), QStringLiteral("n3 r0"));
    letters->setText(QStringLiteral("q3"));
    EXPECT_FALSE(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->isEnabled());
    letters->setText(QStringLiteral("n0 r3 b12"));
    shoot(QStringLiteral("xenstore-permissions"), dialog);
    accept(dialog);
    EXPECT_TRUE(waitFor([this] {
        return text("/local/domain/3/data", XenstoreModel::Permissions) == QStringLiteral("n0 r3 b12");
    }));
}

TEST_F(Editing, ThatIsRefusedSaysWhy)
{
    ASSERT_TRUE(peer->write("/tool/it", "1"));
    openView();
    view().editing().apply({{.path = "/tool/it", .value = std::string(5000, 'x'), .permissions = {}}});
    EXPECT_TRUE(waitFor([this] { return !problem().isEmpty(); }));
    EXPECT_EQ(peer->read("/tool/it"), "1");
}

TEST_F(Editing, ComparesWithASnapshot)
{
    fillHost();
    openView();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("before.json"));
    QSignalSpy saved(&view().editing(), &XenstoreEditing::saved);
    view().editing().saveSnapshotTo("/local/domain/3", file);
    ASSERT_TRUE(waitFor([&] { return saved.count() > 0; })) << problem().toStdString();
    ASSERT_TRUE(peer->write("/local/domain/3/memory/target", "1"));
    ASSERT_TRUE(peer->write("/local/domain/3/data/new", "2"));
    ASSERT_TRUE(peer->remove("/local/domain/3/console"));
    view().editing().compareWith(file);
    auto* found = dialog<XenstoreDiffDialog>();
    ASSERT_NE(found, nullptr);
    auto* list = found->findChild<QTreeView*>(QStringLiteral("xenstoreDifferences"));
    ASSERT_EQ(list->model()->rowCount(), 4);
    const auto cell = [&](int row, int column) {
        return list->model()->index(row, column).data().toString().toStdString();
    };
    EXPECT_EQ(cell(0, XenstoreDiffModel::Path), "/local/domain/3/console");
    EXPECT_EQ(cell(0, XenstoreDiffModel::What), "removed");
    EXPECT_EQ(cell(2, XenstoreDiffModel::What), "added");
    EXPECT_EQ(cell(3, XenstoreDiffModel::Before), "65536");
    EXPECT_EQ(cell(3, XenstoreDiffModel::After), "1");
    shoot(QStringLiteral("xenstore-diff"), found);
    found->close();
    view().editing().compareWith(folder.filePath(QStringLiteral("nothing.json")));
    EXPECT_TRUE(waitFor([this] { return problem().contains(QStringLiteral("nothing.json")); }));
}

} // namespace
} // namespace rumpus::gui
