// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/size_tree.h"

#include "core/base/units.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>

#include <algorithm>
#include <numeric>

namespace rumpus::gui {

namespace {

using What = SizeNode::What;

QString tr(const char* text)
{
    return QCoreApplication::translate("SizeTree", text);
}

/// A node that is being filled, with its children by what they are and their names.
struct Draft {
    SizeNode node;
    std::vector<Draft> children;
    QHash<QString, std::size_t> places;

    Draft& child(What what, Component component, const QString& name)
    {
        const QString key =
            QChar(u'a' + static_cast<int>(what)) + QString::number(static_cast<int>(component)) + u'/' + name;
        const auto known = places.constFind(key);
        if (known != places.constEnd()) {
            return children[*known];
        }
        places.insert(key, children.size());
        children.push_back(
            {.node = {.what = what, .component = component, .name = name}, .children = {}, .places = {}});
        return children.back();
    }
};

/// Symbols stand in their files; what no symbol claims stands in its component beside the files.
Draft& leafFor(Draft& component, const SizeRow& row)
{
    const QString name = QString::fromStdString(row.name);
    if (!row.isSymbol) {
        return component.child(What::Section, row.component, name);
    }
    return component.child(What::File, row.component, QString::fromStdString(row.source))
        .child(What::Symbol, row.component, name);
}

} // namespace

Bytes& Bytes::operator+=(const Bytes& other)
{
    memory += other.memory;
    file += other.file;
    return *this;
}

/// Puts drafts into one list, the children of each node together.
class TreeBuilder {
public:
    static SizeTree build(Draft& image)
    {
        SizeTree tree;
        tree.nodes_.front() = std::move(image.node);
        tree.names_.add({});
        std::vector<std::pair<int, Draft*>> todo{{SizeTree::root, &image}};
        for (std::size_t i = 0; i < todo.size(); ++i) {
            const auto [place, draft] = todo[i];
            tree.at(place).firstChild = tree.size();
            tree.at(place).children = static_cast<int>(draft->children.size());
            for (Draft& child : draft->children) {
                todo.emplace_back(tree.size(), &child);
                child.node.parent = place;
                tree.names_.add(child.node.what == What::Component ? std::string()
                                                                   : child.node.name.toStdString());
                tree.nodes_.push_back(std::move(child.node));
            }
        }
        return tree;
    }
};

SizeTree::SizeTree() : nodes_(1) {}

SizeTree SizeTree::from(const std::vector<SizeRow>& rows)
{
    Draft image;
    for (const SizeRow& row : rows) {
        leafFor(image.child(What::Component, row.component, {}), row).node.bytes +=
            Bytes{.memory = row.memory, .file = row.file};
    }
    SizeTree tree = TreeBuilder::build(image);
    for (int i = tree.size() - 1; i > root; --i) { // parents stand before their children
        tree.at(tree.at(i).parent).bytes += tree.at(i).bytes;
    }
    tree.sort();
    return tree;
}

void SizeTree::sort()
{
    for (const SizeOf which : {SizeOf::Memory, SizeOf::File}) {
        std::vector<int>& order = order_.at(static_cast<std::size_t>(which));
        order.resize(nodes_.size());
        std::iota(order.begin(), order.end(), 0);
        for (const SizeNode& node : nodes_) {
            const auto first = order.begin() + node.firstChild;
            std::stable_sort(first, first + node.children,
                             [&](int a, int b) { return at(a).bytes.of(which) > at(b).bytes.of(which); });
        }
    }
}

std::span<const int> SizeTree::childrenBySize(int node, SizeOf which) const
{
    const std::vector<int>& order = order_.at(static_cast<std::size_t>(which));
    if (order.empty()) {
        return {};
    }
    return std::span(order).subspan(static_cast<std::size_t>(at(node).firstChild),
                                    static_cast<std::size_t>(at(node).children));
}

std::vector<int> SizeTree::wayTo(int node) const
{
    std::vector<int> way;
    for (; node > root; node = at(node).parent) {
        way.push_back(node);
    }
    std::ranges::reverse(way);
    return way;
}

/// One step of a key. A section can be named as a file is.
static QString keyOf(const SizeNode& node)
{
    switch (node.what) {
    case What::Component: return QString::fromUtf8(key(node.component));
    case What::Section: return QStringLiteral("section ") + node.name;
    default: return node.name;
    }
}

QStringList SizeTree::keyOf(int node) const
{
    QStringList key;
    for (const int step : wayTo(node)) {
        key += gui::keyOf(at(step));
    }
    return key;
}

int SizeTree::nearest(const QStringList& key) const
{
    int node = root;
    for (const QString& step : key) {
        const int first = at(node).firstChild;
        int next = first;
        while (next < first + at(node).children && gui::keyOf(at(next)) != step) {
            ++next;
        }
        if (next == first + at(node).children) {
            break;
        }
        node = next;
    }
    return node;
}

SizeMatches SizeTree::search(const QString& word) const
{
    SizeMatches matches;
    matches.nodes = names_.find(word);
    for (int i = root + 1; i < size(); ++i) {
        const SizeNode& node = at(i);
        if (at(node.parent).what == What::File && matches.nodes[static_cast<std::size_t>(node.parent)]) {
            matches.nodes[static_cast<std::size_t>(i)] = true; // all that is in a file of that name
        }
        if (matches.nodes[static_cast<std::size_t>(i)] && node.children == 0) {
            ++matches.count;
            matches.bytes += node.bytes;
        }
    }
    for (int i = size() - 1; i > root; --i) { // what holds a match is shown too
        if (matches.nodes[static_cast<std::size_t>(i)]) {
            matches.nodes[static_cast<std::size_t>(at(i).parent)] = true;
        }
    }
    return matches;
}

QString shortName(const SizeNode& node)
{
    switch (node.what) {
    case What::Image: return tr("Image");
    case What::Component:
        return QCoreApplication::translate("Component", std::string(title(node.component)).c_str());
    case What::File:
        return node.name.isEmpty() ? tr("No source file") : node.name.mid(node.name.lastIndexOf(u'/') + 1);
    case What::Section: return node.name.isEmpty() ? tr("Headers and gaps") : node.name;
    case What::Symbol: break;
    }
    return node.name;
}

QString longName(const SizeNode& node)
{
    return node.what == What::File && !node.name.isEmpty() ? node.name : shortName(node);
}

QString sizeText(std::uint64_t bytes)
{
    return QString::fromStdString(roughSize(bytes));
}

QString changeText(const Bytes& before, const Bytes& now, SizeOf which)
{
    const std::uint64_t old = before.of(which);
    const std::uint64_t current = now.of(which);
    if (old == current) {
        return QStringLiteral("±0");
    }
    return current > old ? QStringLiteral("+") + sizeText(current - old)
                         : QStringLiteral("−") + sizeText(old - current);
}

QString exactText(std::uint64_t bytes)
{
    return tr("%1 bytes").arg(QLocale().toString(static_cast<qulonglong>(bytes)));
}

} // namespace rumpus::gui
