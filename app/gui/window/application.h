// Application: QApplication that, where asked, tells every event that kept the GUI thread longer than 8 ms.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>

#include <memory>

namespace rumpus::gui {

class StallWatch;

class Application : public QApplication {
    Q_OBJECT
public:
    Application(int& argc, char** argv);
    ~Application() override;

    /// True in debug builds, and where RUMPUS_WATCH_GUI is set to 1.
    static bool watchWanted();

    bool notify(QObject* receiver, QEvent* event) override;

private:
    std::unique_ptr<StallWatch> watch_;
};

} // namespace rumpus::gui
