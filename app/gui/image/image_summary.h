// What an image is, in a few words side by side.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"

#include <QLabel>
#include <QWidget>

#include <vector>

class QGridLayout;

namespace rumpus::gui {

struct Fact {
    QString label;
    QString value;
    QString more;        ///< for the tooltip, plain text
    bool isCode = false; ///< addresses and hashes
};
/// In the order of reading, for two columns.
std::vector<Fact> factsOf(const Image& image);

/// One line that is cut with "…" where it does not fit; the whole is in the tooltip and in "Copy".
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    void setWhole(const QString& text, const QString& more = {});
    QString whole() const { return whole_; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString whole_;
};

class ImageSummary : public QWidget {
    Q_OBJECT
public:
    explicit ImageSummary(QWidget* parent = nullptr);
    void setImage(const Image& image);

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintTone();

    QGridLayout* grid_;
    std::vector<QLabel*> labels_;
    std::vector<ElidedLabel*> values_;
};

} // namespace rumpus::gui
