// What boots another machine: a unikernel's medium, asked for and made.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/config/config_page.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/main_window.h"
#include "app/session/image_config.h"
#include "app/session/medium.h"

#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QStatusBar>

#include <optional>

namespace rumpus::gui {

namespace {

/// The format that a name asks for by its suffix.
std::optional<MediumFormat> formatOf(const QString& file)
{
    for (const MediumFormat format : {MediumFormat::Iso, MediumFormat::Raw, MediumFormat::Pxe}) {
        const std::string_view suffix = suffixOf(format);
        if (file.endsWith(QLatin1StringView(suffix.data(), static_cast<qsizetype>(suffix.size())))) {
            return format;
        }
    }
    return std::nullopt;
}

} // namespace

void MainWindow::askForMedium()
{
    const QString config = currentConfig();
    if (ConfigPage* page = editors_->findConfig(config); page != nullptr && page->saveAction()->isEnabled()) {
        page->save();
    }
    const QFileInfo file(config);
    const QString name = file.fileName().section(QLatin1Char('.'), 0, 0);
    ask(this,
        {.what = FileQuestion::What::NewFile,
         .title = tr("Make a Boot Medium"),
         .folder = file.path(),
         .name = name + QStringLiteral(".iso"),
         .filters = {tr("CD (*.iso)"), tr("Disk or stick (*.img)"), tr("Folder for the network (*.pxe)")},
         .suffix = QStringLiteral("iso")},
        [this, config](const QStringList& chosen) { makeMedium(config, chosen.first()); });
}

QCoro::Task<> MainWindow::makeMedium(QString config, QString output)
{
    const QPointer<MainWindow> self(this);
    const std::optional<MediumFormat> format = formatOf(output);
    if (!format) {
        tell(Error{.fault = Fault::Input,
                   .what = tr("%1 is no medium's name").arg(displayPath(output)).toStdString(),
                   .cure = tr("let it end with .iso, .img or .pxe").toStdString()});
        co_return;
    }
    const Result<ConfigFile> file = openConfig(config.toStdString());
    if (!file) {
        tell(file.error());
        co_return;
    }
    if (*format != MediumFormat::Pxe) {
        QFile::remove(output); // who chose a file that is there was asked
    }
    statusBar()->showMessage(tr("Making %1…").arg(displayPath(output)));
    const auto made = co_await makeMediumOf(*file, *format, std::filesystem::path(output.toStdString()));
    if (!self) {
        co_return;
    }
    statusBar()->clearMessage();
    if (!made) {
        tell(made.error());
        co_return;
    }
    QString warnings;
    for (const Problem& problem : *made) {
        warnings += QString::fromStdString(problem.text) + QLatin1Char('\n');
    }
    const QString words = tr("Made %1").arg(displayPath(output));
    if (warnings.isEmpty()) {
        statusBar()->showMessage(words, 5000);
    } else {
        problems_->tellNotice(words, warnings.trimmed());
    }
    log_.add(LogKind::Event, words, warnings.trimmed());
}

} // namespace rumpus::gui
