// The dialogs that make new configs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/build_preset_dialog.h"
#include "app/gui/config/new_unikernel_dialog.h"
#include "app/gui/config/paste_command_dialog.h"
#include "core/base/files.h"
#include "core/config/document.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <gmock/gmock.h>

namespace rumpus::gui {
namespace {

using testing::HasSubstr;

void shoot(QWidget& widget, const QString& name)
{
    QDir().mkpath(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
    widget.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/config-%1.png").arg(name));
}

QPushButton* acceptButton(const QDialog& dialog)
{
    const auto* box = dialog.findChild<QDialogButtonBox*>();
    for (QAbstractButton* button : box->buttons()) {
        if (box->buttonRole(button) == QDialogButtonBox::AcceptRole) {
            return qobject_cast<QPushButton*>(button);
        }
    }
    return nullptr;
}

TEST(NewUnikernel, MakesOneFromATemplateUnderAnotherName)
{
    const QTemporaryDir folder;
    NewUnikernelDialog dialog(folder.path());
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&dialog));
    auto* templates = dialog.findChild<QListWidget*>(QStringLiteral("templates"));
    EXPECT_GE(templates->count(), 7);
    EXPECT_THAT(templates->currentItem()->text().toStdString(), HasSubstr("Says hello"));
    templates->setCurrentItem(templates->findItems(QStringLiteral("echo"), Qt::MatchStartsWith).first());
    auto* name = dialog.findChild<QLineEdit*>(QStringLiteral("name"));
    EXPECT_EQ(name->text(), QStringLiteral("echo"));
    shoot(dialog, QStringLiteral("new"));
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("parrot"));
    QSignalSpy created(&dialog, &NewUnikernelDialog::created);
    QTest::keyClick(name, Qt::Key_Return);
    ASSERT_EQ(created.count(), 1);
    const Result<ConfigFile> config = loadConfigFile(dialog.config());
    ASSERT_TRUE(config);
    EXPECT_EQ(config->config.name, "parrot");
    EXPECT_EQ(config->folder(), std::filesystem::path(folder.path().toStdString()) / "parrot");
    EXPECT_FALSE(config->hasErrors());
}

TEST(NewUnikernel, OverwritesNothing)
{
    const QTemporaryDir folder;
    for (int round = 0; round < 2; ++round) {
        NewUnikernelDialog dialog(folder.path());
        dialog.show();
        QTest::mouseClick(acceptButton(dialog), Qt::LeftButton);
        EXPECT_EQ(dialog.result() == QDialog::Accepted, round == 0);
        EXPECT_EQ(dialog.isVisible(), round == 1);
    }
}

TEST(PasteCommand, ShowsTheConfigBeforeItIsMade)
{
    PasteCommandDialog dialog(QStringLiteral("/srv/web"));
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&dialog));
    EXPECT_FALSE(acceptButton(dialog)->isEnabled());
    auto* command = dialog.findChild<QPlainTextEdit*>(QStringLiteral("command"));
    auto* preview = dialog.findChild<QPlainTextEdit*>(QStringLiteral("preview"));
    command->setPlainText(QStringLiteral("rumprun qemu -i -M"));
    EXPECT_FALSE(acceptButton(dialog)->isEnabled());
    shoot(dialog, QStringLiteral("paste-wrong"));
    command->setPlainText(QStringLiteral("rumprun qemu -i -D 1234 -M 128 -I if,vioif,'-net "
                                         "user,hostfwd=tcp::8080-:80' -W if,inet,dhcp httpd.bin"));
    EXPECT_THAT(preview->toPlainText().toStdString(), HasSubstr("\"memory\": \"128 MiB\""));
    shoot(dialog, QStringLiteral("paste"));
    QSignalSpy created(&dialog, &PasteCommandDialog::created);
    QTest::mouseClick(acceptButton(dialog), Qt::LeftButton);
    ASSERT_EQ(created.count(), 1);
    EXPECT_EQ(dialog.configPath(), "/srv/web/httpd.unikernel.json");
    EXPECT_TRUE(readConfig(dialog.configText()).problems.empty());
}

TEST(BuildPreset, AsksForWhatTheBuildNeedsAndShowsIt)
{
    BuildPresetDialog dialog("pipe", "/srv/pipe");
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&dialog));
    auto* way = dialog.findChild<QComboBox*>(QStringLiteral("way"));
    auto* sources = dialog.findChild<QLineEdit*>(QStringLiteral("sources"));
    auto* bake = dialog.findChild<QComboBox*>(QStringLiteral("bake"));
    auto* preview = dialog.findChild<QPlainTextEdit*>(QStringLiteral("preview"));
    EXPECT_FALSE(sources->isVisible());
    EXPECT_FALSE(bake->isVisible());
    shoot(dialog, QStringLiteral("build-preset-make"));
    way->setCurrentIndex(way->findText(QStringLiteral("rumprun"), Qt::MatchContains));
    EXPECT_TRUE(sources->isVisible());
    EXPECT_TRUE(bake->isVisible());
    EXPECT_THAT(preview->toPlainText().toStdString(), HasSubstr("pipe.c"));
    sources->setText(QStringLiteral("'no end"));
    EXPECT_FALSE(acceptButton(dialog)->isEnabled());
    shoot(dialog, QStringLiteral("build-preset-wrong"));
    sources->setText(QStringLiteral("produce.c consume.cc"));
    bake->setCurrentIndex(bake->findData(QStringLiteral("xen_pv")));
    EXPECT_THAT(preview->toPlainText().toStdString(), HasSubstr("\"image\": \"pipe.xen\""));
    shoot(dialog, QStringLiteral("build-preset"));
    PresetBuild made;
    QObject::connect(&dialog, &BuildPresetDialog::chosen, [&](const PresetBuild& build) { made = build; });
    QTest::mouseClick(acceptButton(dialog), Qt::LeftButton);
    EXPECT_EQ(made.programs, (std::vector<std::string>{"produce", "consume"}));
    EXPECT_EQ(made.build.command.at(1), "xen_pv");
}

} // namespace
} // namespace rumpus::gui
