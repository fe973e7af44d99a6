// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/disassembly_model.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"
#include "app/gui/debug/texts.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QGuiApplication>
#include <QPointer>

#include <algorithm>
#include <map>

namespace rumpus::gui {

namespace {

constexpr std::uint64_t withoutFunction = 256; ///< bytes that are decoded where there is no function
constexpr std::size_t mostInstructions = 4000; ///< of a larger function, those around the frame's

/// The lines of the source files that instructions name, each file read once.
class SourceLines {
public:
    explicit SourceLines(SourceFinder& finder) : finder_(finder) {}

    QString line(const Instruction& instruction)
    {
        const auto [entry, isNew] = files_.try_emplace(instruction.file);
        if (isNew) {
            const std::filesystem::path file = finder_.find(instruction.file, {});
            const Result<std::string> text = file.empty() ? inputError("") : readFile(file, largestSource);
            entry->second = text ? split(*text, '\n') : std::vector<std::string>();
        }
        const auto index = static_cast<std::size_t>(instruction.line - 1);
        return index < entry->second.size() ? plainLines(entry->second[index]) : QString();
    }

private:
    SourceFinder& finder_;
    std::map<std::string, std::vector<std::string>> files_;
};

} // namespace

DisassemblyModel::DisassemblyModel(DebugContext* context, QObject* parent)
    : QAbstractTableModel(parent), context_(context),
      refresher_(new Refresher(context, [this] { return fetch(); }, this))
{
    connect(context, &DebugContext::sessionChanged, this, &DisassemblyModel::clear);
}

void DisassemblyModel::clear()
{
    beginResetModel();
    instructions_.clear();
    rows_.clear();
    current_ = -1;
    endResetModel();
}

QCoro::Task<> DisassemblyModel::fetch()
{
    const QPointer<DisassemblyModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    const std::uint64_t address = context_->frame() ? context_->frame()->address : 0;
    // code does not change while one steps through it
    if (std::ranges::contains(instructions_, address, &Instruction::address)) {
        mark(address);
        co_return;
    }
    Result<std::vector<Instruction>> known = co_await session->disassembleFunction(address);
    if (!known && self && context_->isStill(asked)) {
        std::uint64_t from = address;
        if (context_->level() == 0 && context_->thread().empty()) {
            // before the image runs, the program counter is no linear address
            from = (co_await session->instructionAddress()).value_or(address);
        }
        if (self && context_->isStill(asked)) {
            known = co_await session->disassemble(from, from + withoutFunction);
        }
    }
    if (!self || !context_->isStill(asked)) {
        co_return;
    }
    if (!known) {
        context_->tell(known.error());
        co_return;
    }
    take(std::move(*known));
    mark(address);
}

void DisassemblyModel::take(std::vector<Instruction> instructions)
{
    if (instructions.size() > mostInstructions) {
        const std::uint64_t here = context_->frame() ? context_->frame()->address : 0;
        const auto found = std::ranges::find(instructions, here, &Instruction::address);
        const auto before = std::min<std::ptrdiff_t>(found - instructions.begin(), mostInstructions / 2);
        const auto first = found == instructions.end() ? instructions.begin() : found - before;
        const auto count = std::min<std::ptrdiff_t>(instructions.end() - first, mostInstructions);
        instructions = std::vector<Instruction>(first, first + count);
    }
    SourceLines sources(context_->session()->sources());
    beginResetModel();
    instructions_ = std::move(instructions);
    rows_.clear();
    int line = 0;
    std::string file;
    for (std::size_t i = 0; i < instructions_.size(); ++i) {
        const Instruction& instruction = instructions_[i];
        if (instruction.line > 0 && (instruction.line != line || instruction.file != file)) {
            line = instruction.line;
            file = instruction.file;
            rows_.push_back({.instruction = i, .isSource = true, .text = sources.line(instruction)});
        }
        rows_.push_back({.instruction = i, .isSource = false, .text = {}});
    }
    current_ = -1;
    endResetModel();
}

void DisassemblyModel::mark(std::uint64_t address)
{
    const auto found = std::ranges::find_if(rows_, [&](const Row& row) {
        return !row.isSource && instructions_[row.instruction].address == address;
    });
    const int before =
        std::exchange(current_, found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin()));
    for (const int row : {before, current_}) {
        if (row >= 0 && row < rowCount()) {
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
    }
    Q_EMIT currentChanged();
}

std::uint64_t DisassemblyModel::addressOf(int row) const
{
    const Instruction* instruction = instructionOf(row);
    return instruction == nullptr || rows_.at(static_cast<std::size_t>(row)).isSource ? 0
                                                                                      : instruction->address;
}

const Instruction* DisassemblyModel::instructionOf(int row) const
{
    return row >= 0 && row < rowCount()
               ? &instructions_.at(rows_.at(static_cast<std::size_t>(row)).instruction)
               : nullptr;
}

int DisassemblyModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int DisassemblyModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DisassemblyModel::data(const QModelIndex& index, int role) const
{
    const Row& row = rows_.at(static_cast<std::size_t>(index.row()));
    const Instruction& instruction = instructions_.at(row.instruction);
    switch (role) {
    case SourceRole: return row.isSource;
    case CurrentRole: return index.row() == current_;
    case Qt::FontRole: return codeFont();
    case Qt::ForegroundRole:
        return row.isSource || index.column() != Text ? colour(Tone::Quiet, QGuiApplication::palette())
                                                      : QVariant();
    case Qt::BackgroundRole: {
        QColor ground = colour(Tone::Accent, QGuiApplication::palette());
        ground.setAlphaF(0.18F);
        return index.row() == current_ ? ground : QVariant();
    }
    case Qt::ToolTipRole:
        return asToolTip(QStringLiteral("%1+%2  %3")
                             .arg(plain(instruction.function))
                             .arg(instruction.offset)
                             .arg(plain(instruction.file)));
    case Qt::DisplayRole: break;
    default: return {};
    }
    if (row.isSource) {
        return index.column() == Address ? QStringLiteral("%1  %2").arg(instruction.line, 5).arg(row.text)
                                         : QString();
    }
    return index.column() == Address ? hexText(instruction.address)
           : index.column() == Bytes ? plain(instruction.bytes)
                                     : plainLines(instruction.text);
}

QVariant DisassemblyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) {
        return {};
    }
    return section == Address ? tr("Address") : section == Bytes ? tr("Bytes") : tr("Instruction");
}

} // namespace rumpus::gui
