// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/source_text.h"

#include "app/gui/debug/texts.h"

#include <QCache>
#include <QHash>
#include <QRegularExpression>

#include <algorithm>

namespace rumpus::gui {

namespace {

constexpr int longestFunction = 2000; ///< lines that are looked at for its beginning
constexpr qsizetype longestValue = 60;

bool isWordPart(QChar letter)
{
    return letter.isLetterOrNumber() || letter == u'_' || letter == u'$';
}

std::pair<qsizetype, qsizetype> wordBounds(const QString& line, qsizetype column)
{
    if (column < 0 || column > line.size()) {
        return {0, 0};
    }
    qsizetype begin = column;
    qsizetype end = column;
    while (begin > 0 && isWordPart(line.at(begin - 1))) {
        --begin;
    }
    while (end < line.size() && isWordPart(line.at(end))) {
        ++end;
    }
    return {begin, end};
}

/// Where an index in brackets that ends before `end` begins; -1: it is none, or would call a function.
qsizetype indexBegin(const QString& line, qsizetype end)
{
    int depth = 0;
    for (qsizetype i = end - 1; i >= 0; --i) {
        const QChar letter = line.at(i);
        depth += letter == u']' ? 1 : letter == u'[' ? -1 : 0;
        if (letter == u'(' || letter == u')' || letter == u'=') {
            return -1;
        }
        if (depth == 0) {
            return i;
        }
    }
    return -1;
}

/// The beginning of what stands before a member's dot or arrow; -1: nothing usable does.
qsizetype baseBegin(const QString& line, qsizetype end)
{
    qsizetype begin = end;
    while (begin > 0 && line.at(begin - 1) == u']') {
        begin = indexBegin(line, begin);
        if (begin < 0) {
            return -1;
        }
    }
    const qsizetype name = wordBounds(line, begin).first;
    return name == begin ? -1 : name;
}

bool isCode(const QString& line)
{
    return !line.trimmed().isEmpty() && !line.at(0).isSpace();
}

QString shortened(const QString& value)
{
    return value.size() > longestValue ? value.left(longestValue - 1) + u'…' : value;
}

/// What may be variables in a line, each once; the lines of a function are asked for at each of its steps.
QStringList namesIn(const QString& line)
{
    static constexpr int mostKnown = 1000;
    static QCache<QString, QStringList> known(mostKnown);
    if (const QStringList* names = known.object(line)) {
        return *names;
    }
    static const QRegularExpression word(QStringLiteral(R"([A-Za-z_]\w*)"));
    static const QRegularExpression noCode(QStringLiteral(R"("(?:\\.|[^"\\])*"|//.*$|/\*.*?(\*/|$))"));
    QString code = line;
    code.replace(noCode, QStringLiteral(" "));
    QStringList names;
    for (const QRegularExpressionMatch& match : word.globalMatch(code)) {
        const qsizetype at = match.capturedStart();
        const bool isMember = at > 0 && (code.at(at - 1) == u'.' || code.at(at - 1) == u'>');
        if (!isMember && !names.contains(match.captured())) {
            names << match.captured();
        }
    }
    known.insert(line, new QStringList(names));
    return names;
}

} // namespace

QString wordAt(const QString& line, qsizetype column)
{
    const auto [begin, end] = wordBounds(line, column);
    const QString word = line.mid(begin, end - begin);
    return word.isEmpty() || word.at(0).isDigit() ? QString() : word;
}

QString expressionAt(const QString& line, qsizetype column)
{
    if (wordAt(line, column).isEmpty()) {
        return {};
    }
    const auto [word, end] = wordBounds(line, column);
    // a function's name means its address, which says nothing
    qsizetype behind = end;
    while (behind < line.size() && line.at(behind).isSpace()) {
        ++behind;
    }
    if (behind < line.size() && line.at(behind) == u'(') {
        return {};
    }
    qsizetype begin = word;
    while (begin > 0) {
        const bool dot = line.at(begin - 1) == u'.';
        const bool arrow = begin > 1 && line.mid(begin - 2, 2) == QStringLiteral("->");
        if (!dot && !arrow) {
            break;
        }
        const qsizetype base = baseBegin(line, begin - (dot ? 1 : 2));
        if (base < 0) {
            return {};
        }
        begin = base;
    }
    return line.mid(begin, end - begin);
}

std::pair<int, int> functionLines(const QStringList& lines, int line)
{
    const int count = static_cast<int>(lines.size());
    if (line < 0 || line >= count) {
        return {line, line};
    }
    int first = line;
    const int lowest = std::max(0, line - longestFunction);
    // a line at the margin that opens nothing and labels nothing is where the function is declared
    const auto declares = [](const QString& text) {
        return isCode(text) && !QStringLiteral("{}#/*").contains(text.at(0)) &&
               !text.trimmed().endsWith(u':');
    };
    while (first > lowest && !declares(lines.at(first))) {
        --first;
    }
    int last = line;
    while (last + 1 < count && !lines.at(last).startsWith(u'}') &&
           (last == first || !declares(lines.at(last + 1)))) {
        ++last;
    }
    return {first, last};
}

QMap<int, QString> valuesBeside(const QStringList& lines, int current, const std::vector<Variable>& variables)
{
    QMap<int, QString> beside;
    if (current < 0 || current >= lines.size()) {
        return beside;
    }
    QHash<QString, QString> values;
    for (const Variable& variable : variables) {
        const QString name = plain(variable.name);
        // the innermost of several of one name comes first, and is what the current line means
        if (!variable.value.empty() && !values.contains(name)) {
            values.insert(name, shortened(plain(variable.value)));
        }
    }
    const int first = functionLines(lines, current).first;
    for (int line = first; line <= current; ++line) {
        QStringList said;
        for (const QString& name : namesIn(lines.at(line))) {
            if (const auto value = values.constFind(name); value != values.constEnd()) {
                said << QStringLiteral("%1 = %2").arg(name, *value);
            }
        }
        if (!said.isEmpty()) {
            beside.insert(line, said.join(QStringLiteral("   ")));
        }
    }
    return beside;
}

int definitionLine(const QStringList& lines, const QString& function)
{
    const QRegularExpression named(
        QStringLiteral(R"((^|[^\w.>])%1\s*(<[^>]*>)?\s*(\(|$))").arg(QRegularExpression::escape(function)));
    int candidate = 0;
    for (int i = 0; i < lines.size(); ++i) {
        const QString& line = lines.at(i);
        if (!line.contains(function) || !named.match(line).hasMatch()) {
            continue;
        }
        const bool label = line.startsWith(function + u':');
        // a definition begins near the margin, and a declaration ends with a semicolon
        const bool atMargin = label || isCode(line) || line.contains(QStringLiteral("fn ")) ||
                              line.contains(QStringLiteral("def "));
        if (atMargin && !line.trimmed().endsWith(u';')) {
            return i + 1;
        }
        candidate = candidate == 0 ? i + 1 : candidate;
    }
    // an assembler's label
    const QString label = function + u':';
    for (int i = 0; i < lines.size(); ++i) {
        if (lines.at(i).trimmed().startsWith(label)) {
            return i + 1;
        }
    }
    return candidate;
}

} // namespace rumpus::gui
