// QuestionBar: something that the user has to decide, above the page that it concerns.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <functional>
#include <utility>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace rumpus::gui {

class QuestionBar : public QFrame {
    Q_OBJECT
public:
    /// A button's words and what it does.
    using Answer = std::pair<QString, std::function<void()>>;

    explicit QuestionBar(QWidget* parent = nullptr);

    /// Takes the place of an earlier question. Stays until `clear`, which the answers have to call.
    void ask(const QString& question, std::vector<Answer> answers);
    void clear();
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintTone();

    QLabel* mark_;
    QLabel* label_;
    QHBoxLayout* buttons_;
    bool painting_ = false;
};

} // namespace rumpus::gui
