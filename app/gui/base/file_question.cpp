// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/file_question.h"

#include <QFileDialog>

namespace rumpus::gui {

void ask(QWidget* parent, const FileQuestion& question, std::function<void(const QStringList&)> then)
{
    using What = FileQuestion::What;
    auto* dialog = new QFileDialog(parent, question.title, question.folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(question.what == What::Folder    ? QFileDialog::Directory
                        : question.what == What::Files   ? QFileDialog::ExistingFiles
                        : question.what == What::NewFile ? QFileDialog::AnyFile
                                                         : QFileDialog::ExistingFile);
    dialog->setOption(QFileDialog::ShowDirsOnly, question.what == What::Folder);
    dialog->setAcceptMode(question.what == What::NewFile ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    if (!question.filters.isEmpty()) {
        dialog->setNameFilters(question.filters);
    }
    dialog->setDefaultSuffix(question.suffix);
    if (!question.name.isEmpty()) {
        dialog->selectFile(question.name);
    }
    QObject::connect(dialog, &QFileDialog::filesSelected, parent, std::move(then));
    dialog->open();
}

} // namespace rumpus::gui
