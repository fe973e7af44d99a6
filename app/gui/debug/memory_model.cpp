// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/memory_model.h"

#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"
#include "core/base/format.h"

#include <QPointer>

#include <charconv>
#include <utility>

namespace rumpus::gui {

namespace {
/// What is kept of parts that are no longer looked at: their change marks need it.
constexpr std::size_t mostChunks = 4096;
constexpr std::size_t pointerSize = 8;
} // namespace

MemoryModel::MemoryModel(DebugContext* context, QObject* parent)
    : QObject(parent), context_(context), refresher_(new Refresher(context, [this] { return fetch(); }, this))
{
    connect(context, &DebugContext::sessionChanged, this, &MemoryModel::clear);
}

void MemoryModel::clear()
{
    chunks_.clear();
    Q_EMIT changed();
}

void MemoryModel::setVisible(std::uint64_t low, std::uint64_t size)
{
    if (low != low_ || size != size_) {
        low_ = low;
        size_ = size;
        refresher_->invalidate();
    }
}

QCoro::Task<> MemoryModel::fetch()
{
    const QPointer<MemoryModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    const std::uint64_t top = low_;
    const std::uint64_t size = size_;
    const std::uint64_t first = top / chunkSize * chunkSize;
    for (std::uint64_t low = first; low - first < size + (top - first); low += chunkSize) {
        const Result<std::string> bytes = co_await session->readMemory(low, chunkSize);
        // another part may be on the screen by now, which is asked for next
        if (!self || !context_->isStill(asked) || low_ != top || size_ != size) {
            co_return;
        }
        if (chunks_.size() > mostChunks) {
            chunks_.clear();
        }
        Chunk& chunk = chunks_[low];
        // what is typed over at a stop differs from what stood there first
        if (chunk.generation != asked || chunk.before.empty()) {
            chunk.before = std::move(chunk.bytes);
        }
        chunk.bytes = bytes.value_or("");
        chunk.generation = asked;
        Q_EMIT changed();
        if (low + chunkSize < low) {
            break; // the end of the address space
        }
    }
}

MemoryModel::Byte MemoryModel::at(std::uint64_t address) const
{
    const auto found = chunks_.find(address / chunkSize * chunkSize);
    if (found == chunks_.end()) {
        return {};
    }
    const Chunk& chunk = found->second;
    const std::size_t place = address % chunkSize;
    if (place >= chunk.bytes.size()) {
        return {.state = Byte::State::NotThere};
    }
    const char value = chunk.bytes[place];
    const bool changed = place < chunk.before.size() && chunk.before[place] != value;
    return {.state = Byte::State::Known, .value = static_cast<std::uint8_t>(value), .changed = changed};
}

std::optional<std::uint64_t> MemoryModel::pointerAt(std::uint64_t address) const
{
    std::uint64_t pointer = 0;
    for (std::size_t i = 0; i < pointerSize; ++i) {
        const Byte byte = at(address + i);
        if (byte.state != Byte::State::Known) {
            return {};
        }
        pointer |= std::uint64_t{byte.value} << (8 * i);
    }
    return pointer;
}

void MemoryModel::write(std::uint64_t address, std::string bytes)
{
    if (context_->mayAsk()) {
        put(address, std::move(bytes));
    }
}

QCoro::Task<> MemoryModel::put(std::uint64_t address, std::string bytes)
{
    const QPointer<MemoryModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const Result<void> written = co_await session->writeMemory(address, bytes);
    if (!self) {
        co_return;
    }
    if (!written) {
        Q_EMIT failed(written.error());
        co_return;
    }
    context_->noteEdit();
}

void MemoryModel::locate(const QString& expression)
{
    if (context_->mayAsk()) {
        find(expression.trimmed().toStdString());
    }
}

QCoro::Task<> MemoryModel::find(std::string expression)
{
    const QPointer<MemoryModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    // a function's or an array's name means its place
    const std::string asNumber = formatted("(unsigned long)({})", expression);
    const Result<std::string> value = co_await session->evaluate(asNumber, context_->level());
    if (!self || !context_->isStill(asked)) {
        co_return;
    }
    std::uint64_t address = 0;
    if (!value || std::from_chars(value->data(), value->data() + value->size(), address).ec != std::errc()) {
        Q_EMIT failed({.fault = Fault::Input,
                       .what = formatted("{} is no address", expression),
                       .cure = value ? "write a number, a pointer or &variable" : value.error().what});
        co_return;
    }
    Q_EMIT located(QString::fromStdString(expression), address);
}

} // namespace rumpus::gui
