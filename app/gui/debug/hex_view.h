// HexView: rows of sixteen bytes in hex and as text, to look at, to walk in and to type over.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/memory_model.h"

#include <QAbstractScrollArea>

#include <cstdint>
#include <optional>

namespace rumpus::gui {

class HexView : public QAbstractScrollArea {
    Q_OBJECT
public:
    static constexpr int rowBytes = 16;

    explicit HexView(MemoryModel* model, QWidget* parent = nullptr);

    void goTo(std::uint64_t address);
    std::uint64_t cursor() const { return cursor_; }
    std::uint64_t top() const { return top_; }
    /// Marks bytes that were found; of size 0: none.
    void setMatch(std::uint64_t address, std::size_t size);

Q_SIGNALS:
    void cursorMoved(std::uint64_t address);
    /// The user wants to see what the pointer at the cursor points to.
    void followWanted(std::uint64_t address);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent* event) override;

private:
    struct Columns {
        int letter;
        int row;
        int hex;
        int text;
        int width;
    };
    Columns columns() const;
    int rows() const;
    void setTop(std::uint64_t address);
    void moveCursor(std::int64_t by);
    void putCursor(std::uint64_t address);
    void paintRow(QPainter& painter, int row, const Columns& at) const;
    std::optional<std::uint64_t> addressAt(QPoint place) const;
    bool type(const QString& text);
    void tellVisible();

    MemoryModel* model_;
    std::uint64_t top_ = 0;
    std::uint64_t cursor_ = 0;
    std::uint64_t match_ = 0;
    std::size_t matchSize_ = 0;
    int firstDigit_ = -1; ///< typed of a byte, the other is to come
    bool inText_ = false; ///< typing goes into the text column
    bool centring_ = false;
};

} // namespace rumpus::gui
