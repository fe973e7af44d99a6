// MemorySearch: looks for bytes in the guest's memory, forwards or backwards, around its end and in pieces,
// so that it can be watched and given up.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QCoroTask>
#include <QObject>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {
class DebugSession;
}

namespace rumpus::gui {

class DebugContext;

/// The bytes that are written as hex ("de ad be ef", "deadbeef") or as text in quotes ("\"GET /\"").
Result<std::string> bytesWanted(const QString& written);

class MemorySearch : public QObject {
    Q_OBJECT
public:
    enum class Way : std::uint8_t { Up, Down };

    explicit MemorySearch(DebugContext* context, QObject* parent = nullptr);

    /// Looks for the next match above or below an address; one that is under way is given up for it.
    void start(std::string bytes, std::uint64_t from, Way way);
    void cancel();
    bool isRunning() const { return running_; }

Q_SIGNALS:
    /// `wrapped`: the search went around the end of memory.
    void found(std::uint64_t address, std::size_t size, bool wrapped);
    /// It is nowhere in the memory around the place where the search began.
    void notFound();
    /// It was cancelled, or the guest has moved meanwhile.
    void givenUp();
    /// Where it is.
    void passes(std::uint64_t address);

private:
    /// What is looked for, and the matches that count.
    struct Wish {
        std::string bytes;
        Way way = Way::Up;
        std::uint64_t low = 0;  ///< the lowest address that counts
        std::uint64_t high = 0; ///< the highest
    };
    struct Stretch {
        std::uint64_t address = 0;
        std::string bytes;
    };
    using Address = std::optional<std::uint64_t>;

    QCoro::Task<> search(Wish wish, std::uint64_t from);
    QCoro::Task<Address> walk(Wish wish);
    /// How far the memory around an address reaches.
    QCoro::Task<std::uint64_t> edge(std::uint64_t from, Way way);
    QCoro::Task<std::vector<Stretch>> readBlock(std::uint64_t block, std::size_t beyond);
    static Address matchIn(const Stretch& stretch, const Wish& wish, std::uint64_t end);
    /// The run that began with this number goes on.
    bool isStill(unsigned run) const;

    DebugContext* context_;
    std::shared_ptr<DebugSession> session_; ///< of the run
    std::uint64_t generation_ = 0;
    unsigned run_ = 0;
    bool running_ = false;
};

} // namespace rumpus::gui
