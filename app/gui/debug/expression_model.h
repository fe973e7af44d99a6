// ExpressionModel: a tree of values that is opened level by level and page by page.
//
// What is under a value is asked for only when it is opened; from then on it is a variable object of GDB's,
// which tells by itself at each stop what has changed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QAbstractItemModel>
#include <QCoroTask>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rumpus::gui {

class DebugContext;

class ExpressionModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Name, Value, Type, ColumnCount };
    enum Role : std::uint16_t { PathRole = Qt::UserRole, MoreRole, ChangedRole, ExpressionRole };

    ~ExpressionModel() override;

    /// Children of a row: fetches its first page, or the next one where the row is the last, "more…".
    void fetchChildren(const QModelIndex& index);
    /// The value as GDB's expression, as far as one can be made: "(first)->age".
    QString expressionOf(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// The rows are those of another frame; views open again what was open.
    void replaced();

protected:
    struct Node : std::enable_shared_from_this<Node> {
        Node* parent = nullptr;
        int row = 0;
        QString name;
        QString value;
        QString before; ///< the value at the stop before
        QString type;
        std::string expression; ///< what it is made of, for a root
        std::string id;         ///< GDB's variable object; empty: none yet
        bool expandable = false;
        bool fetched = false; ///< children are known, or are being asked for
        bool more = false;    ///< there are children behind those that are known
        bool isMore = false;  ///< the row that says so
        bool editable = false;
        bool changed = false;
        bool inScope = true;
        bool isError = false;
        std::string madeAt; ///< stop, frame and thread at which GDB was asked for it
        std::vector<std::shared_ptr<Node>> children;
    };

    ExpressionModel(DebugContext* context, QObject* parent);

    DebugContext& context() const { return *context_; }
    Node& root() { return *root_; }
    const Node& root() const { return *root_; }
    Node* nodeOf(const QModelIndex& index) const;
    QModelIndex indexOf(const Node& node, int column = 0) const;
    /// All rows anew. GDB's objects of the old ones are given back.
    void replaceRoots(std::vector<std::shared_ptr<Node>> roots);
    /// Takes the rows below away.
    void removeChildren(Node& node);
    /// What still waits for an answer must not put it into a tree that the node has left.
    static void abandon(Node& node);
    bool isShown(const Node& node) const;
    /// Gives back GDB's object of a root, without a change of the rows.
    void release(Node& node);
    void tellChanged(const Node& node, Column first = Name, Column last = Type);
    bool hasLive() const;
    static std::shared_ptr<Node> nodeOf(const Expression& expression);
    static void fill(Node& node, const Expression& expression);
    /// The user has written into a root's name; false: it may not be changed.
    virtual bool rename(Node& node, const QString& expression);
    virtual bool mayRename(const Node& node) const;

private:
    QCoro::Task<> load(std::shared_ptr<Node> node);
    QCoro::Task<> assign(std::shared_ptr<Node> node, std::string value);
    void append(Node& node, const std::vector<Expression>& listed, std::size_t asked);
    void removeMoreRow(Node& node);
    void applyUpdate(const std::vector<Expression>& changed);
    void clearMarks(Node& node);
    QString pathOf(const Node& node) const;

    DebugContext* context_;
    std::shared_ptr<Node> root_;
    std::uint64_t marksOf_ = 0; ///< the generation whose change marks are shown
};

} // namespace rumpus::gui
