// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/doctor_dialog.h"

#include "app/gui/window/check_list.h"
#include "app/session/doctor.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

DoctorDialog::DoctorDialog(QWidget* parent) : QDialog(parent), words_(new QLabel), checks_(new CheckList)
{
    setWindowTitle(tr("This Machine"));
    words_->setObjectName(QStringLiteral("doctorWords"));
    words_->setWordWrap(true);
    checks_->setObjectName(QStringLiteral("doctorChecks"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    again_ = buttons->addButton(tr("Look &Again"), QDialogButtonBox::ActionRole);
    copy_ = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copy_->setToolTip(tr("All of it as text, for a report"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(words_);
    column->addWidget(checks_, 1);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 110, fontMetrics().height() * 30);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(again_, &QPushButton::clicked, this, &DoctorDialog::examine);
    connect(copy_, &QPushButton::clicked, this, &DoctorDialog::copy);
    examine();
}

QCoro::Task<> DoctorDialog::examine()
{
    const QPointer<DoctorDialog> self(this);
    again_->setEnabled(false);
    copy_->setEnabled(false);
    words_->setText(tr("Looking at QEMU, GDB, libvirt, Xen, and toolchains…"));
    const std::vector<HostCheck> checks = co_await examineMachine();
    if (!self) {
        co_return;
    }
    const auto failed = std::ranges::count(checks, HostCheck::Verdict::Failed, &HostCheck::verdict);
    words_->setText(failed == 0 ? tr("Nothing is missing that Rumpus cannot do without.")
                                : tr("What is marked red is missing, and Rumpus needs it."));
    checks_->show(checks, tr("What was found"));
    again_->setEnabled(true);
    copy_->setEnabled(true);
    Q_EMIT examined();
}

void DoctorDialog::copy() const
{
    QApplication::clipboard()->setText(checks_->text());
}

} // namespace rumpus::gui
