// A configuration page on a file of its own, for the tests that use it as a person would.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/config_page.h"
#include "app/gui/config/problem_note.h"
#include "core/base/files.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include "config_helpers.h"

namespace rumpus::gui {

inline constexpr const char* rich = R"({
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

} // namespace rumpus::gui
