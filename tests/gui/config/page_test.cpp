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

#include "config_helpers.h"

namespace rumpus::gui {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* rich = R"({
  // a network server
  "version": 1,
  "name": "web",
  "image": "hello.elf",
  "build": { "command": ["make", "-j4"], "outputs": ["hello.elf"] },
  "memory": "64 MiB",
  "arguments": ["web", "--root", "/data files"],
  "environment": { "LANG": "C", "MODE": "fast" },
  "interfaces": [
    {
      "backend": { "type": "user", "forward": [{ "host": 8080, "guest": 80 }, { "protocol": "udp", "host": 5353, "guest": 53 }] },
      "ipv4": { "method": "static", "address": "10.0.2.15/24", "gateway": "10.0.2.2" }
    }
  ],
  "disks": [{ "file": "data.img", "readOnly": true, "mountpoint": "/data" }],
  "extra": "of another program"
}
)";

class Page : public testing::Test {
protected:
    void SetUp() override
    {
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
        const std::filesystem::path image = RUMPUS_BINARY_DIR "/guests/hello/hello.elf";
        std::filesystem::copy_file(image, folder() / "hello.elf");
        ASSERT_TRUE(saveFile(folder() / "data.img", std::string(4096, '\0')));
        ASSERT_TRUE(saveFile(path(), rich));
        page_.resize(760, 760);
        page_.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&page_));
        page_.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&page_));
        ASSERT_TRUE(page_.load(path()));
        ASSERT_TRUE(checkedIn(*page_.document()));
    }
    void TearDown() override { page_.discard(); }

    std::filesystem::path folder() const { return folder_.path().toStdString(); }
    std::filesystem::path path() const { return folder() / "web.unikernel.json"; }
    ConfigDocument& document() { return *page_.document(); }

    template <typename T>
    T* find(const char* name)
    {
        T* found = page_.findChild<T*>(QString::fromUtf8(name));
        EXPECT_NE(found, nullptr) << name;
        return found;
    }
    static void type(QLineEdit* edit, const char* text)
    {
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, QString::fromUtf8(text));
    }
    ProblemNote* noteOf(const std::string& pointer)
    {
        for (auto* note : page_.findChildren<ProblemNote*>()) {
            if (note->pointer() == pointer) {
                return note;
            }
        }
        ADD_FAILURE() << pointer;
        return nullptr;
    }
    void shoot(const QString& name)
    {
        QDir().mkpath(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
        QApplication::processEvents();
        page_.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/config-%1.png").arg(name));
    }

    QTemporaryDir folder_;
    ConfigPage page_;
};

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

TEST_F(Page, ListsGrowAndShrinkByTheirButtons)
{
    QTest::mouseClick(find<QPushButton>("/interfaces/add"), Qt::LeftButton);
    EXPECT_EQ(valueOf(document(), "/interfaces").size(), 2U);
    type(find<QLineEdit>("/interfaces/1/mac"), "52:54:00:00:00:01");
    QTest::mouseClick(find<QPushButton>("/interfaces/1/backend/forward/add"), Qt::LeftButton);
    find<QSpinBox>("/interfaces/1/backend/forward/0/host")->setValue(2222);
    EXPECT_EQ(valueOf(document(), "/interfaces/1").dump(),
              R"({"mac":"52:54:00:00:00:01","backend":{"forward":[{"host":2222}]}})");
    QTest::mouseClick(find<QToolButton>("/interfaces/0/remove"), Qt::LeftButton);
    EXPECT_EQ(valueOf(document(), "/interfaces").size(), 1U);
    EXPECT_EQ(find<QLineEdit>("/interfaces/0/mac")->text(), QStringLiteral("52:54:00:00:00:01"));
    QTest::mouseClick(find<QToolButton>("/interfaces/0/remove"), Qt::LeftButton);
    EXPECT_TRUE(valueOf(document(), "/interfaces").is_null());
    while (document().history()->canUndo()) {
        document().history()->undo();
    }
    EXPECT_EQ(document().text(), rich);
    EXPECT_EQ(find<QSpinBox>("/interfaces/0/backend/forward/1/guest")->value(), 53);
}

TEST_F(Page, OneProgramBecomesSeveral)
{
    QTest::mouseClick(find<QPushButton>("/arguments/add"), Qt::LeftButton);
    EXPECT_TRUE(valueOf(document(), "/arguments").is_null());
    EXPECT_EQ(find<QLineEdit>("/programs/0/arguments")->text(), QStringLiteral("web --root '/data files'"));
    type(find<QLineEdit>("/programs/1/arguments"), "log 'it");
    EXPECT_THAT(noteOf("/programs/1/arguments")->text().toStdString(), HasSubstr("never closed"));
    QTest::keyClicks(find<QLineEdit>("/programs/1/arguments"), QStringLiteral(" all'"));
    EXPECT_EQ(valueOf(document(), "/programs/1/arguments"), Json::array({"log", "it all"}));
    document().endTyping();
    document().history()->undo();
    document().history()->undo();
    EXPECT_EQ(document().text(), rich);
}

TEST_F(Page, VariablesAreRows)
{
    auto names = [&] {
        QStringList found;
        for (auto* edit : find<QWidget>("/environment")->findChildren<QLineEdit*>()) {
            found << edit->text();
        }
        return found;
    };
    EXPECT_EQ(names(), (QStringList{QStringLiteral("LANG"), QStringLiteral("C"), QStringLiteral("MODE"),
                                    QStringLiteral("fast")}));
    QTest::mouseClick(find<QPushButton>("/environment/add"), Qt::LeftButton);
    auto* name = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    ASSERT_NE(name, nullptr);
    QTest::keyClicks(name, QStringLiteral("LANG"));
    // there twice: not taken, and said
    EXPECT_EQ(valueOf(document(), "/environment").dump(), R"({"LANG":"C","MODE":"fast"})");
    QTest::keyClicks(name, QStringLiteral("UAGE"));
    QTest::keyClick(name, Qt::Key_Tab);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("en"));
    EXPECT_EQ(valueOf(document(), "/environment").dump(), R"({"LANG":"C","MODE":"fast","LANGUAGE":"en"})");
}

/// Wherever a problem is, the form shows it beside a field or on top, and the list leads to it.
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
TEST_F(Page, TabGoesThroughTheFormFromTopToBottom)
{
    QTest::mouseClick(find<QPushButton>("/environment/add"), Qt::LeftButton);
    QTest::mouseClick(find<QPushButton>("/interfaces/add"), Qt::LeftButton);
    const auto* content = find<QWidget>("form");
    find<QLineEdit>("/name")->setFocus();
    int steps = 0;
    int bottom = 0;
    QString last;
    while (content->isAncestorOf(QApplication::focusWidget()) && steps < 200) {
        QWidget* now = QApplication::focusWidget();
        const int below = now->mapTo(content, QPoint(0, now->height())).y();
        EXPECT_GE(below + 6, bottom) << now->objectName().toStdString();
        bottom = below;
        last = now->objectName();
        QTest::keyClick(now, Qt::Key_Tab);
        ++steps;
    }
    EXPECT_GT(steps, 40);
    EXPECT_EQ(last, QStringLiteral("section Advanced"));
}

/// A key typed into the form, from the press to the form that shows the new text.
TEST_F(Page, AKeyTakesNoNoticeableTime)
{
    auto* name = find<QLineEdit>("/name");
    name->setFocus();
    QElapsedTimer clock;
    clock.start();
    constexpr int keys = 20;
    for (int i = 0; i < keys; ++i) {
        QTest::keyClick(name, Qt::Key_A);
    }
    const double each = static_cast<double>(clock.nsecsElapsed()) / 1e6 / keys;
    RecordProperty("millisecondsPerKey", std::to_string(each));
    std::cout << "ms a key: " << each << '\n';
    constexpr double noticeable = 50;
    EXPECT_LT(each, noticeable);
}

TEST_F(Page, TheWheelScrollsAndChangesNothing)
{
    auto* kind = find<QComboBox>("/kind");
    QWheelEvent wheel(QPointF(5, 5), kind->mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
                      Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    page_.setFocus();
    QApplication::sendEvent(kind, &wheel);
    EXPECT_EQ(document().text(), rich);
}

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
