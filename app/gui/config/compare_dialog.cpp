// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/compare_dialog.h"

#include "app/gui/base/theme.h"
#include "core/base/text.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {

using Lines = std::vector<std::string>;

/// Longest common subsequence of what differs in the middle.
std::vector<DiffLine> middle(const Lines& from, const Lines& to)
{
    static constexpr std::size_t mostCells = 4'000'000;
    std::vector<DiffLine> result;
    if (from.size() * to.size() > mostCells) {
        for (const std::string& line : from) {
            result.push_back({DiffLine::Side::Old, line});
        }
        for (const std::string& line : to) {
            result.push_back({DiffLine::Side::New, line});
        }
        return result;
    }
    const std::size_t width = to.size() + 1;
    std::vector<std::uint32_t> common((from.size() + 1) * width);
    for (std::size_t i = from.size(); i-- > 0;) {
        for (std::size_t j = to.size(); j-- > 0;) {
            common[i * width + j] = from[i] == to[j]
                                        ? common[(i + 1) * width + j + 1] + 1
                                        : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < from.size() || j < to.size()) {
        if (i < from.size() && j < to.size() && from[i] == to[j]) {
            result.push_back({DiffLine::Side::Both, from[i]});
            ++i;
            ++j;
        } else if (i < from.size() &&
                   (j == to.size() || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            result.push_back({DiffLine::Side::Old, from[i++]});
        } else {
            result.push_back({DiffLine::Side::New, to[j++]});
        }
    }
    return result;
}

} // namespace

std::vector<DiffLine> lineDiff(std::string_view from, std::string_view to)
{
    Lines one = split(from, '\n');
    Lines other = split(to, '\n');
    const auto ends = std::ranges::mismatch(one, other);
    const auto head = ends.in1 - one.begin();
    std::vector<DiffLine> result;
    for (auto line = one.begin(); line != ends.in1; ++line) {
        result.push_back({DiffLine::Side::Both, *line});
    }
    one.erase(one.begin(), one.begin() + head);
    other.erase(other.begin(), other.begin() + head);
    Lines tail;
    while (!one.empty() && !other.empty() && one.back() == other.back()) {
        tail.push_back(one.back());
        one.pop_back();
        other.pop_back();
    }
    std::ranges::move(middle(one, other), std::back_inserter(result));
    for (auto line = tail.rbegin(); line != tail.rend(); ++line) {
        result.push_back({DiffLine::Side::Both, *line});
    }
    return result;
}

CompareDialog::CompareDialog(const QString& oldName, std::string_view from, const QString& newName,
                             std::string_view to, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Compare"));
    auto* legend = new QLabel(tr("− %1    + %2").arg(oldName, newName));
    auto* view = new QPlainTextEdit;
    view->setReadOnly(true);
    view->setFont(codeFont());
    view->setLineWrapMode(QPlainTextEdit::NoWrap);
    view->setAccessibleName(tr("Differences"));
    const std::vector<DiffLine> lines = lineDiff(from, to);
    QStringList text;
    for (const DiffLine& line : lines) {
        const QChar mark = line.side == DiffLine::Side::Old   ? u'−'
                           : line.side == DiffLine::Side::New ? u'+'
                                                              : u' ';
        text << mark + QStringLiteral(" ") + QString::fromStdString(line.text);
    }
    view->setPlainText(text.join(u'\n'));
    QList<QTextEdit::ExtraSelection> marks;
    QTextBlock block = view->document()->begin();
    for (const DiffLine& line : lines) {
        if (line.side != DiffLine::Side::Both) {
            QColor ground = colour(line.side == DiffLine::Side::Old ? Tone::Bad : Tone::Good, palette());
            ground.setAlphaF(0.18F);
            QTextEdit::ExtraSelection mark;
            mark.cursor = QTextCursor(block);
            mark.format.setBackground(ground);
            mark.format.setProperty(QTextFormat::FullWidthSelection, true);
            marks << mark;
        }
        block = block.next();
    }
    view->setExtraSelections(marks);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(legend);
    column->addWidget(view, 1);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 110, fontMetrics().height() * 32);
}

} // namespace rumpus::gui
