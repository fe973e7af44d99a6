// The configuration page through its own widgets: edit, see what is wrong, undo, save, plan.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/config/config_page.h"
#include "app/gui/config/field.h"
#include "app/gui/config/form_view.h"
#include "app/gui/config/json_view.h"
#include "app/gui/config/plan_view.h"
#include "app/gui/config/problem_note.h"
#include "app/gui/config/question_bar.h"
#include "core/base/files.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStyleFactory>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <gmock/gmock.h>
#include <iostream>

#include "page_case.h"

namespace rumpus::gui {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Page, ShowsTheFileInItsFields)
{
    EXPECT_EQ(find<QLineEdit>("/name")->text(), QStringLiteral("web"));
    EXPECT_EQ(find<QLineEdit>("/image/edit")->text(), QStringLiteral("hello.elf"));
    EXPECT_EQ(find<QLineEdit>("/memory/edit")->text(), QStringLiteral("64"));
    EXPECT_EQ(find<QLineEdit>("/arguments")->text(), QStringLiteral("web --root '/data files'"));
    EXPECT_EQ(find<QComboBox>("/interfaces/0/ipv4/method")->currentText(), QStringLiteral("Static"));
    EXPECT_EQ(find<QSpinBox>("/interfaces/0/backend/forward/1/guest")->value(), 53);
    EXPECT_FALSE(document().isModified());
    EXPECT_EQ(document().text(), rich);
    EXPECT_EQ(page_.image(), folder() / "hello.elf");
}

TEST_F(Page, ShowsASizeWhateverItsUnitIsCalled)
{
    const auto* unit = find<QLineEdit>("/memory/edit")->parentWidget()->findChild<QComboBox*>();
    for (const auto& [size, number, name] : std::to_array<std::array<const char*, 3>>(
             {{"128M", "128", "MiB"}, {"2g", "2", "GiB"}, {"4096 B", "4096", "B"}})) {
        document().setValue("/memory", Json(size), {});
        EXPECT_EQ(find<QLineEdit>("/memory/edit")->text(), QLatin1StringView(number)) << size;
        EXPECT_EQ(unit->currentText(), QLatin1StringView(name)) << size;
    }
}

TEST_F(Page, IsEditedCheckedUndoneAndSaved)
{
    QSignalSpy problems(&page_, &ConfigPage::problemsChanged);
    type(find<QLineEdit>("/memory/edit"), "1");
    EXPECT_EQ(valueOf(document(), "/memory"), Json("1 MiB"));
    type(find<QLineEdit>("/hostname"), "-bad-");
    ASSERT_TRUE(checkedIn(document()));
    EXPECT_TRUE(noteOf("/hostname")->isVisible());
    EXPECT_THAT(noteOf("/hostname")->text().toStdString(), HasSubstr("no host name"));
    EXPECT_EQ(problems.last().at(0).toInt(), 1);

    QTest::keyClick(find<QLineEdit>("/hostname"), Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(find<QLineEdit>("/hostname")->text(), QString());
    EXPECT_EQ(valueOf(document(), "/memory"), Json("1 MiB"));
    page_.undoAction()->trigger();
    EXPECT_EQ(find<QLineEdit>("/memory/edit")->text(), QStringLiteral("64"));
    EXPECT_FALSE(document().isModified());
    page_.redoAction()->trigger();
    ASSERT_TRUE(checkedIn(document()));
    EXPECT_FALSE(noteOf("/hostname")->isVisible());

    EXPECT_TRUE(page_.saveAction()->isEnabled());
    EXPECT_TRUE(page_.save());
    EXPECT_FALSE(page_.saveAction()->isEnabled());
    const std::string saved = readFile(path()).value();
    EXPECT_THAT(saved, HasSubstr("\"memory\": \"1 MiB\""));
    EXPECT_THAT(saved, HasSubstr("// a network server"));
    EXPECT_THAT(saved, HasSubstr("\"extra\": \"of another program\""));
}

TEST_F(Page, SaysAtTheFieldWhatItsHostDoesNotHave)
{
    HostCapabilities small{.host = "rack7"};
    small.memory = std::uint64_t{32} << 20U;
    small.maxVcpus = 2;
    document().setCapabilities(small);
    EXPECT_THAT(noteOf("/memory")->text().toStdString(), HasSubstr("rack7 has 32.0 MiB"));
    EXPECT_FALSE(noteOf("/vcpus")->isVisible());
    find<QSpinBox>("/vcpus")->setValue(3);
    ASSERT_TRUE(checkedIn(document()));
    EXPECT_THAT(noteOf("/vcpus")->text().toStdString(), HasSubstr("at most 2 vCPUs"));
    shoot(QStringLiteral("host-limits"));

    document().setCapabilities(std::nullopt);
    EXPECT_FALSE(noteOf("/memory")->isVisible());
    EXPECT_EQ(valueOf(document(), "/vcpus"), Json(3)) << "nobody's wish is changed";
}

TEST_F(Page, FormAndJsonAreOneText)
{
    type(find<QLineEdit>("/name"), "site");
    page_.setView(ConfigPage::View::Json);
    auto* json = find<JsonView>("json");
    EXPECT_EQ(json->text().toStdString(), document().text());
    EXPECT_THAT(json->text().toStdString(), HasSubstr("\"name\": \"site\""));

    json->setFocus();
    json->reveal(4, 12);
    QTest::keyClicks(json, QStringLiteral("my"));
    EXPECT_EQ(valueOf(document(), "/name"), Json("mysite"));
    page_.setView(ConfigPage::View::Form);
    EXPECT_EQ(find<QLineEdit>("/name")->text(), QStringLiteral("mysite"));

    page_.undoAction()->trigger();
    EXPECT_EQ(find<QLineEdit>("/name")->text(), QStringLiteral("site"));
    EXPECT_EQ(json->text().toStdString(), document().text());
    page_.setView(ConfigPage::View::Json);
    QTest::keyClick(json, Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(document().text(), rich);
    EXPECT_EQ(json->text().toStdString(), rich);
}

TEST_F(Page, EveryProblemHasAPlace)
{
    const std::string wrong =
        R"({ "version": 1, "name": "a/b", "image": "none.elf", "kind": "rumprum", "memory": "lots",
      "vcpus": 999, "hostname": "-", "arguments": 5, "environment": { "A=B": "1" }, "nonsense": 1,
      "interfaces": [ { "backend": { "type": "tap", "forward": [{ "host": 0 }] }, "mac": "x", "oops": 1,
                        "ipv4": { "method": "static" }, "ipv6": { "method": "static", "address": "y" }, "capture": "/none/x" }, 7 ],
      "disks": [ { "file": "", "mountpoint": "data" } ], "build": { "command": [], "outputs": [""] },
      "xenstore": { "/a": "b" }, "debug": { "sourceMap": { "": "x" }, "symbolFile": "none" }, "console": { "limit": "x" },
      "onExit": "explode" })";
    document().setText(wrong, {});
    ASSERT_TRUE(checkedIn(document()));
    const std::vector<Problem> problems = document().check().file.problems;
    EXPECT_GT(problems.size(), 20U);
    const auto notes = page_.findChildren<ProblemNote*>();
    QStringList top;
    for (const Problem& problem : problems) {
        const ProblemNote* note = noteFor(notes, problem.pointer);
        ASSERT_NE(note, nullptr) << problem.pointer;
        EXPECT_TRUE(note->isVisible()) << problem.pointer;
        EXPECT_TRUE(note->text().contains(QString::fromStdString(problem.text.substr(1)))) << problem.text;
        if (note->pointer().empty()) {
            top << QString::fromStdString(problem.pointer);
        }
    }
    // only what the form has no field for
    EXPECT_EQ(top, QStringList{QStringLiteral("/nonsense")});
    shoot(QStringLiteral("problems"));

    auto* list = find<QListView>("problems");
    ASSERT_TRUE(list->isVisible());
    EXPECT_EQ(list->model()->rowCount(), static_cast<int>(problems.size()));
    const auto clickOn = [&](const QString& pointer) {
        const QModelIndexList found = list->model()->match(list->model()->index(0, 0), Qt::DisplayRole,
                                                           pointer + u':', 1, Qt::MatchStartsWith);
        ASSERT_EQ(found.size(), 1) << pointer.toStdString();
        list->scrollTo(found.first());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(found.first()).center());
    };
    clickOn(QStringLiteral("/debug/symbolFile"));
    EXPECT_EQ(page_.view(), ConfigPage::View::Form);
    EXPECT_EQ(QApplication::focusWidget()->objectName(), QStringLiteral("/debug/symbolFile/edit"));
    clickOn(QStringLiteral("/nonsense"));
    EXPECT_EQ(page_.view(), ConfigPage::View::Json);
    int line = 0;
    int column = 0;
    find<JsonView>("json")->getCursorPosition(&line, &column);
    EXPECT_EQ(line, 1);
    shoot(QStringLiteral("json-problems"));
}

TEST_F(Page, ATextThatIsNoJsonIsKeptAndSaid)
{
    document().setText("{ \"name\": \"x\" ", {});
    ASSERT_TRUE(checkedIn(document()));
    EXPECT_FALSE(find<QLineEdit>("/name")->isEnabled());
    EXPECT_EQ(find<QLineEdit>("/name")->text(), QStringLiteral("web"));
    page_.undoAction()->trigger();
    EXPECT_TRUE(find<QLineEdit>("/name")->isEnabled());
}

TEST_F(Page, AsksBeforeItOverwritesAnotherProgramsChange)
{
    type(find<QLineEdit>("/name"), "mine");
    ASSERT_TRUE(saveFile(path(), "{ \"name\": \"theirs\", \"image\": \"hello.elf\" }"));
    EXPECT_FALSE(page_.save());
    auto* question = page_.findChild<QuestionBar*>();
    EXPECT_TRUE(question->isVisible());
    EXPECT_THAT(readFile(path()).value(), HasSubstr("theirs"));
    shoot(QStringLiteral("question"));
    QTest::mouseClick(find<QPushButton>("Compare"), Qt::LeftButton);
    QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Escape);
    QTest::mouseClick(find<QPushButton>("Reload"), Qt::LeftButton);
    EXPECT_FALSE(question->isVisible());
    EXPECT_EQ(find<QLineEdit>("/name")->text(), QStringLiteral("theirs"));
    EXPECT_FALSE(document().isModified());

    type(find<QLineEdit>("/name"), "again");
    ASSERT_TRUE(saveFile(path(), "{}"));
    EXPECT_FALSE(page_.save());
    QTest::mouseClick(find<QPushButton>("Overwrite"), Qt::LeftButton);
    EXPECT_THAT(readFile(path()).value(), HasSubstr("again"));
}

TEST_F(Page, OffersWhatAnEarlierWindowDidNotSave)
{
    {
        ConfigPage lost;
        ASSERT_TRUE(lost.load(path()));
        lost.document()->setValue("/name", Json("lost"), {});
        ASSERT_TRUE(QTest::qWaitFor(
            [&] {
                return std::filesystem::exists(unsavedFolder()) &&
                       !std::filesystem::is_empty(unsavedFolder());
            },
            2500));
    }
    ASSERT_TRUE(page_.load(path()));
    auto* question = page_.findChild<QuestionBar*>();
    ASSERT_TRUE(question->isVisible());
    QTest::mouseClick(find<QPushButton>("Restore"), Qt::LeftButton);
    EXPECT_EQ(find<QLineEdit>("/name")->text(), QStringLiteral("lost"));
    EXPECT_TRUE(document().isModified());
}

TEST_F(Page, PlansWhatRunWouldDoWhileItIsLookedAt)
{
    auto* plan = page_.findChild<PlanView*>();
    page_.setView(ConfigPage::View::Plan);
    auto* command = find<QPlainTextEdit>("command");
    ASSERT_TRUE(QTest::qWaitFor([&] { return !command->toPlainText().isEmpty(); }, 15000));
    EXPECT_THAT(command->toPlainText().toStdString(), HasSubstr("qemu-system-x86_64"));
    EXPECT_THAT(command->toPlainText().toStdString(), HasSubstr(" \\\n    -"));
    EXPECT_THAT(command->toPlainText().toStdString(), HasSubstr("8080"));
    shoot(QStringLiteral("plan"));
    QTest::mouseClick(find<QPushButton>("copyCommand"), Qt::LeftButton);
    EXPECT_EQ(QApplication::clipboard()->text(), command->toPlainText());

    document().setValue("/interfaces/0/backend/forward/0/host", Json(9090), {});
    EXPECT_TRUE(
        QTest::qWaitFor([&] { return command->toPlainText().contains(QStringLiteral("9090")); }, 5000));

    document().setValue("/vcpus", Json(0), {});
    QSignalSpy changed(&plan->model(), &PlanModel::changed);
    ASSERT_TRUE(QTest::qWaitFor([&] { return changed.count() > 0; }, 5000));
    EXPECT_FALSE(command->isVisible());
    EXPECT_FALSE(plan->model().answer().plan);
    shoot(QStringLiteral("plan-refused"));
    QSignalSpy chosen(plan, &PlanView::problemChosen);
    auto* list = plan->findChild<QListView*>();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    EXPECT_EQ(chosen.count(), 1);
    EXPECT_EQ(page_.view(), ConfigPage::View::Form);
    EXPECT_EQ(QApplication::focusWidget()->objectName(), QStringLiteral("/vcpus"));
}

TEST_F(Page, AnImageDroppedOnItIsTheImage)
{
    const std::filesystem::path other = folder() / "other.elf";
    std::filesystem::copy_file(folder() / "hello.elf", other);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(other.native()))});
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QDragEnterEvent enterImage(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QSignalSpy image(&page_, &ConfigPage::imageChanged);
    QApplication::sendEvent(&page_, &enterImage);
    EXPECT_TRUE(enterImage.isAccepted());
    QApplication::sendEvent(&page_, &drop);
    EXPECT_EQ(valueOf(document(), "/image"), Json("other.elf"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return image.count() == 1; }, 5000));
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(path().native()))});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&page_, &enter);
    EXPECT_FALSE(enter.isAccepted());
}

/// Every field by Tab, in the order in which one reads.
TEST_F(Page, LooksWellLightAndDark)
{
    const QPalette light = QApplication::palette();
    const auto shootAll = [&](const QString& theme) {
        auto* form = page_.findChild<FormView*>();
        page_.setView(ConfigPage::View::Form);
        form->verticalScrollBar()->setValue(0);
        shoot(QStringLiteral("form-") + theme);
        form->verticalScrollBar()->setValue(form->verticalScrollBar()->maximum() / 2);
        shoot(QStringLiteral("form-middle-") + theme);
        form->verticalScrollBar()->setValue(form->verticalScrollBar()->maximum());
        shoot(QStringLiteral("form-end-") + theme);
        page_.setView(ConfigPage::View::Json);
        shoot(QStringLiteral("json-") + theme);
        page_.setView(ConfigPage::View::Plan);
        auto* command = find<QPlainTextEdit>("command");
        ASSERT_TRUE(QTest::qWaitFor([&] { return !command->toPlainText().isEmpty(); }, 15000));
        shoot(QStringLiteral("plan-") + theme);
    };
    shootAll(QStringLiteral("light"));
    QApplication::setPalette(darkPalette());
    shootAll(QStringLiteral("dark"));
    QApplication::setPalette(light);
}

/// What a hostile file makes of the form is bounded.
TEST_F(Page, StaysUsableWithAHugeConfig)
{
    Json config{{"version", 1}, {"image", "hello.elf"}};
    config["programs"] = Json::array();
    for (int i = 0; i < 5000; ++i) {
        config["programs"].push_back(Json{{"arguments", Json::array({"a"})}});
    }
    document().setText(config.dump(), {});
    EXPECT_LE(page_.findChildren<Field*>().size(), 400);
    ASSERT_TRUE(checkedIn(document()));
}

} // namespace
} // namespace rumpus::gui
