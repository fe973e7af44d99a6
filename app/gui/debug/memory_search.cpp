// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/memory_search.h"

#include "app/gui/debug/debug_context.h"
#include "core/base/format.h"

#include <QPointer>

#include <algorithm>
#include <limits>
#include <ranges>

namespace rumpus::gui {

namespace {

constexpr std::uint64_t pageSize = 4096;
/// What is read at once: some 15 ms of GDB's time, so that what others ask is not kept waiting.
constexpr std::uint64_t blockSize = std::uint64_t{64} << 10U;
/// Where so much in a row cannot be read, memory is taken to end.
constexpr std::uint64_t longestHole = std::uint64_t{8} << 20U;
constexpr std::uint64_t lastAddress = std::numeric_limits<std::uint64_t>::max();
constexpr qsizetype longestText = 1024;

std::uint64_t blockOf(std::uint64_t address)
{
    return address / blockSize * blockSize;
}

} // namespace

Result<std::string> bytesWanted(const QString& written)
{
    const QString text = written.trimmed().left(longestText);
    if (text.startsWith(u'"')) {
        const QString inside = text.mid(1, text.size() - (text.size() > 1 && text.endsWith(u'"') ? 2 : 1));
        if (!inside.isEmpty()) {
            return inside.toStdString();
        }
    }
    QString digits = text;
    digits.removeIf([](QChar c) { return c.isSpace(); });
    const bool isHex =
        std::ranges::all_of(digits, [](QChar c) { return c < u'\x80' && std::isxdigit(c.toLatin1()) != 0; });
    if (digits.isEmpty() || digits.size() % 2 != 0 || !isHex) {
        return inputError(
            formatted("{} are no bytes to look for", digits.isEmpty() ? "nothing" : text.toStdString()),
            "write them as hex (de ad be ef), or a text in quotes (\"GET /\")");
    }
    return QByteArray::fromHex(digits.toLatin1()).toStdString();
}

MemorySearch::MemorySearch(DebugContext* context, QObject* parent) : QObject(parent), context_(context)
{
    connect(context, &DebugContext::running, this, &MemorySearch::cancel);
    connect(context, &DebugContext::sessionChanged, this, &MemorySearch::cancel);
}

void MemorySearch::cancel()
{
    if (running_) {
        ++run_;
        running_ = false;
        session_.reset();
        Q_EMIT givenUp();
    }
}

bool MemorySearch::isStill(unsigned run) const
{
    return running_ && run == run_ && context_->isStill(generation_);
}

void MemorySearch::start(std::string bytes, std::uint64_t from, Way way)
{
    if (!context_->mayAsk() || bytes.empty()) {
        return;
    }
    ++run_;
    running_ = true;
    session_ = context_->session();
    generation_ = context_->generation();
    search({.bytes = std::move(bytes), .way = way, .low = 0, .high = 0}, from);
}

QCoro::Task<> MemorySearch::search(Wish wish, std::uint64_t from)
{
    const QPointer<MemorySearch> self(this);
    const unsigned run = run_;
    const auto here = [&] { return self && isStill(run); };
    const bool up = wish.way == Way::Up;
    // first the part that lies ahead, then what is around the end, with the place itself as the last
    bool wrapped = up ? from == lastAddress : from == 0;
    Address address;
    if (!wrapped) {
        wish.low = up ? from + 1 : 0;
        wish.high = up ? lastAddress : from - 1;
        address = co_await walk(wish);
        if (!here()) {
            co_return;
        }
    }
    if (!address) {
        wrapped = true;
        const std::uint64_t end = co_await edge(from, up ? Way::Down : Way::Up);
        if (!here()) {
            co_return;
        }
        wish.low = up ? end : from;
        wish.high = up ? from : end;
        address = co_await walk(wish);
        if (!here()) {
            co_return;
        }
    }
    running_ = false;
    session_.reset();
    if (address) {
        Q_EMIT found(*address, wish.bytes.size(), wrapped);
    } else {
        Q_EMIT notFound();
    }
}

QCoro::Task<MemorySearch::Address> MemorySearch::walk(Wish wish)
{
    const QPointer<MemorySearch> self(this);
    const unsigned run = run_;
    const bool up = wish.way == Way::Up;
    const std::uint64_t last = blockOf(up ? wish.high : wish.low);
    std::uint64_t hole = 0;
    for (std::uint64_t block = blockOf(up ? wish.low : wish.high);;
         block += up ? blockSize : std::uint64_t{} - blockSize) {
        Q_EMIT passes(block);
        const std::vector<Stretch> stretches = co_await readBlock(block, wish.bytes.size() - 1);
        if (!self || !isStill(run)) {
            co_return {};
        }
        const std::uint64_t end = block + (blockSize - 1);
        Address match;
        for (const Stretch& stretch : stretches) {
            // upwards the first counts, downwards the last
            if (!match || !up) {
                const Address other = matchIn(stretch, wish, end);
                match = other ? other : match;
            }
        }
        hole = stretches.empty() ? hole + blockSize : 0;
        if (match || block == last || hole >= longestHole) {
            co_return match;
        }
    }
}

MemorySearch::Address MemorySearch::matchIn(const Stretch& stretch, const Wish& wish, std::uint64_t end)
{
    const auto counts = [&](std::size_t place) {
        const std::uint64_t address = stretch.address + place;
        return address >= wish.low && address <= wish.high && address <= end;
    };
    const bool up = wish.way == Way::Up;
    std::size_t place = up ? stretch.bytes.find(wish.bytes) : stretch.bytes.rfind(wish.bytes);
    while (place != std::string::npos && !counts(place)) {
        if (!up && place == 0) {
            return {};
        }
        place = up ? stretch.bytes.find(wish.bytes, place + 1) : stretch.bytes.rfind(wish.bytes, place - 1);
    }
    return place == std::string::npos ? Address() : stretch.address + place;
}

QCoro::Task<std::vector<MemorySearch::Stretch>> MemorySearch::readBlock(std::uint64_t block,
                                                                        std::size_t beyond)
{
    const QPointer<MemorySearch> self(this);
    const unsigned run = run_;
    const std::shared_ptr<DebugSession> session = session_;
    std::vector<Stretch> stretches;
    // a match may end in the next block; a read ends at a hole by itself
    const Result<std::string> whole = co_await session->readMemory(block, blockSize + beyond);
    if (whole && whole->size() >= blockSize) {
        stretches.push_back({.address = block, .bytes = *whole});
        co_return stretches;
    }
    for (std::uint64_t page = block; page - block < blockSize; page += pageSize) {
        if (!self || !isStill(run)) {
            break;
        }
        const Result<std::string> bytes = co_await session->readMemory(page, pageSize + beyond);
        if (bytes && !bytes->empty()) {
            stretches.push_back({.address = page, .bytes = *bytes});
        }
    }
    co_return stretches;
}

QCoro::Task<std::uint64_t> MemorySearch::edge(std::uint64_t from, Way way)
{
    const QPointer<MemorySearch> self(this);
    const unsigned run = run_;
    const std::shared_ptr<DebugSession> session = session_;
    const bool up = way == Way::Up;
    const auto farEnd = [up](std::uint64_t page) { return blockOf(page) + (up ? blockSize - 1 : 0); };
    std::uint64_t known = farEnd(from);
    std::uint64_t hole = 0;
    for (std::uint64_t page = from / pageSize * pageSize; hole < longestHole;) {
        const Result<std::string> bytes = co_await session->readMemory(page, 1);
        if (!self || !isStill(run)) {
            break;
        }
        const bool isThere = bytes && !bytes->empty();
        hole = isThere ? 0 : hole + pageSize;
        known = isThere ? farEnd(page) : known;
        // where there is memory one look at each block is enough
        const std::uint64_t reached = isThere ? farEnd(page) : up ? page + (pageSize - 1) : page;
        const std::uint64_t next = up ? reached + 1 : reached - pageSize;
        if (up ? next < page : next > page) {
            break; // around the end of the address space
        }
        page = next;
    }
    co_return known;
}

} // namespace rumpus::gui
