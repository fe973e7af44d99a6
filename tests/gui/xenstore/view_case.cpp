// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/xenstore/view_case.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/settings.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>

namespace rumpus::gui {

void ViewCase::SetUp()
{
    XenstoreCase::SetUp();
    if (!lab) {
        return;
    }
    Settings::instance().forget("xenstore/host");
    view_ = std::make_unique<XenstoreView>(&hosts_);
    view_->resize(1280, 420);
}

void ViewCase::fillHost()
{
    const auto device = [this](const std::string& domain, const std::string& kind, const std::string& state) {
        const std::string front = "/local/domain/" + domain + "/device/" + kind + "/0";
        const std::string back = "/local/domain/0/backend/" + kind + "/" + domain + "/0";
        EXPECT_TRUE(peer->write(front + "/backend", back));
        EXPECT_TRUE(peer->write(front + "/state", state));
        EXPECT_TRUE(peer->write(back + "/frontend", front));
        EXPECT_TRUE(peer->write(back + "/state", state));
    };
    EXPECT_TRUE(peer->write("/local/domain/0/name", "Domain-0"));
    const std::map<std::string, std::string> guests{{"3", "web"}, {"12", "database"}};
    for (const auto& [domain, name] : guests) {
        const std::string home = "/local/domain/" + domain;
        const std::string vm =
            "/vm/6d6c1b0e-0000-4000-8000-0000000000" + (domain == "3" ? "0" + domain : domain);
        EXPECT_TRUE(peer->write(home + "/name", name));
        EXPECT_TRUE(peer->write(home + "/vm", vm));
        EXPECT_TRUE(peer->write(vm + "/name", name));
        EXPECT_TRUE(peer->write(home + "/memory/target", "65536"));
        EXPECT_TRUE(peer->write(home + "/console/limit", "1048576"));
        EXPECT_TRUE(peer->write(home + "/data", ""));
        device(domain, "vif", "4");
        device(domain, "vbd", "3");
        EXPECT_TRUE(peer->setPermissions(
            home + "/data", {{.id = static_cast<unsigned>(std::stoi(domain)), .perms = XS_PERM_NONE},
                             {.id = 0, .perms = XS_PERM_READ}}));
    }
}

void ViewCase::openView()
{
    view_->showPlace(lab->place());
    view_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(view_.get()));
    ASSERT_TRUE(waitFor([this] { return isLive() && model().rowCount() > 0; })) << problem().toStdString();
    ASSERT_TRUE(waitFor([this] { return view_->link()->tree().knowsPermissions(); }));
}

bool ViewCase::isLive()
{
    return view_->link() != nullptr && view_->link()->state() == XenstoreLink::State::Live;
}

QString ViewCase::text(const std::string& path, int column)
{
    return model().reach(path).siblingAtColumn(column).data().toString();
}

bool ViewCase::isShown(const std::string& path)
{
    return model().reach(path).isValid();
}

XenstoreModel::Mark ViewCase::mark(const std::string& path)
{
    return static_cast<XenstoreModel::Mark>(model().reach(path).data(XenstoreModel::MarkRole).toInt());
}

QStringList ViewCase::rows()
{
    QStringList rows;
    for (QModelIndex index = model().index(0, 0); index.isValid(); index = tree().indexBelow(index)) {
        int depth = 0;
        for (QModelIndex above = index.parent(); above.isValid(); above = above.parent()) {
            ++depth;
        }
        rows << QString(2 * depth, u' ') + index.data().toString();
    }
    return rows;
}

void ViewCase::press(QMessageBox* box, QMessageBox::ButtonRole role)
{
    for (QAbstractButton* button : box->buttons()) {
        if (box->buttonRole(button) == role) {
            QTest::mouseClick(button, Qt::LeftButton);
            return;
        }
    }
    ADD_FAILURE() << "no such button";
}

QString ViewCase::problem()
{
    auto* bar = part<ErrorBar>("xenstoreProblems");
    return bar->isVisible() ? bar->text() : QString();
}

void ViewCase::shoot(const QString& name, QWidget* what)
{
    const QDir folder(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
    folder.mkpath(QStringLiteral("."));
    QApplication::processEvents(); // laid out
    QWidget* const shown = what != nullptr ? what : view_.get();
    EXPECT_TRUE(shown->grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

} // namespace rumpus::gui
