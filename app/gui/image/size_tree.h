// SizeTree: the bytes of an image by component, source file and symbol.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/name_index.h"
#include "core/image/size_rows.h"

#include <QString>
#include <QStringList>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rumpus::gui {

/// Which size is meant: at run time, or in the file.
enum class SizeOf : std::uint8_t { Memory, File };

struct Bytes {
    std::uint64_t memory = 0;
    std::uint64_t file = 0;
    std::uint64_t of(SizeOf which) const { return which == SizeOf::Memory ? memory : file; }
    Bytes& operator+=(const Bytes& other);
    bool operator==(const Bytes&) const = default;
};

struct SizeNode {
    enum class What : std::uint8_t { Image, Component, File, Symbol, Section };
    What what = What::Image;
    Component component = Component::Other;
    QString name; ///< plain text of the image's: a path, a symbol; empty where it has none
    int parent = -1;
    int firstChild = 0; ///< its children stand together
    int children = 0;
    Bytes bytes;
    std::optional<Bytes> before; ///< in the build that is compared with; zero: it was not there
};

/// What was found for a word.
struct SizeMatches {
    std::vector<bool> nodes; ///< by node: it or its file has the word, or something in it
    int count = 0;           ///< of symbols and sections
    Bytes bytes;
};

class SizeTree {
public:
    static constexpr int root = 0;

    SizeTree();
    static SizeTree from(const std::vector<SizeRow>& rows);

    const SizeNode& at(int node) const { return nodes_[static_cast<std::size_t>(node)]; }
    SizeNode& at(int node) { return nodes_[static_cast<std::size_t>(node)]; }
    int size() const { return static_cast<int>(nodes_.size()); }
    /// The children, largest first; those of no size stand at the end.
    std::span<const int> childrenBySize(int node, SizeOf which) const;

    /// From the component down, without the image itself.
    std::vector<int> wayTo(int node) const;
    /// A name for the node that another build of the image has too.
    QStringList keyOf(int node) const;
    /// The node of such a name, or the nearest above it that there is.
    int nearest(const QStringList& key) const;

    /// Everything that has the word in its own name or in its file's, whatever the case.
    SizeMatches search(const QString& word) const;

private:
    friend class TreeBuilder;
    void sort();

    std::vector<SizeNode> nodes_;
    NameIndex names_;                       ///< by node
    std::array<std::vector<int>, 2> order_; ///< by place of a child, one for each SizeOf
};

/// What people read: a component's title, a file's name without its folders, a symbol.
QString shortName(const SizeNode& node);
/// A section is shown by its name, a file with its whole path.
QString longName(const SizeNode& node);

/// "12.1 KiB", "+1.2 KiB", "−340 B", "±0".
QString sizeText(std::uint64_t bytes);
QString changeText(const Bytes& before, const Bytes& now, SizeOf which);
/// "12,345 bytes", grouped as the desktop's language does.
QString exactText(std::uint64_t bytes);

} // namespace rumpus::gui
