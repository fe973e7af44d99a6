// The small dialogs of the Xenstore dock: a node to add, and who may do what with one.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_edit.h"

#include <QDialog>

#include <functional>
#include <string>

class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace rumpus::gui {

class XenstoreAddDialog : public QDialog {
    Q_OBJECT
public:
    explicit XenstoreAddDialog(const std::string& above, QWidget* parent = nullptr);

    /// The edit that makes the node.
    XenstoreEdit edit() const;

private:
    void check();

    std::string above_;
    QLineEdit* name_;
    QLineEdit* value_;
    QLabel* words_;
    QDialogButtonBox* buttons_;
};

class XenstorePermissionsDialog : public QDialog {
    Q_OBJECT
public:
    /// `nameOf` gives what people call a domain.
    XenstorePermissionsDialog(const std::string& path, const XenstorePermissions& now,
                              std::function<std::string(std::uint32_t)> nameOf, QWidget* parent = nullptr);

    XenstoreEdit edit() const;

private:
    void check();

    std::string path_;
    std::function<std::string(std::uint32_t)> nameOf_;
    QLineEdit* letters_;
    QLabel* words_;
    QDialogButtonBox* buttons_;
};

} // namespace rumpus::gui
