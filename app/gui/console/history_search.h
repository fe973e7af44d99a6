// HistorySearch: finds a text in the rows of a terminal, a little each turn of the event loop.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QBasicTimer>
#include <QObject>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace rumpus::gui {

class HistorySearch : public QObject {
    Q_OBJECT
public:
    struct Match {
        int row = 0;
        int column = 0;
        int length = 0;
        bool operator==(const Match&) const = default;
    };
    /// Where the rows come from: how many there are, and the text of one.
    struct Rows {
        std::function<int()> count;
        std::function<QString(int row)> text;
    };
    /// More are not counted.
    static constexpr std::size_t mostMatches = 100'000;

    explicit HistorySearch(Rows rows, QObject* parent = nullptr);

    /// Drops what was found and searches all rows. Ends with `finished`, unless another search begins first.
    /// An empty text finds nothing.
    void start(const QString& text, Qt::CaseSensitivity sensitivity);
    void cancel();

    bool isRunning() const { return timer_.isActive(); }
    const QString& text() const { return text_; }
    const std::vector<Match>& matches() const { return matches_; }

    /// The match shown now, or none.
    std::optional<std::size_t> current() const { return current_; }
    /// The next or the previous one, beyond the ends from the other end.
    std::optional<Match> move(bool forwards);
    /// The first at or after this row, or the last of all.
    std::optional<Match> moveNear(int row);

Q_SIGNALS:
    void progressed();
    void finished();

protected:
    void timerEvent(QTimerEvent* event) override;

private:
    void searchRow(int row);

    Rows rows_;
    QString text_;
    Qt::CaseSensitivity sensitivity_ = Qt::CaseInsensitive;
    QBasicTimer timer_;
    int next_ = 0;
    std::vector<Match> matches_;
    std::optional<std::size_t> current_;
};

} // namespace rumpus::gui
