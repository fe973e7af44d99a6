// MemoryModel: the guest's memory, read in chunks where it is looked at, with what has changed since the stop
// before.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QCoroTask>
#include <QObject>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace rumpus::gui {

class DebugContext;
class Refresher;

class MemoryModel : public QObject {
    Q_OBJECT
public:
    static constexpr std::uint64_t chunkSize = 512;

    struct Byte {
        enum class State : std::uint8_t { Unknown, NotThere, Known };
        State state = State::Unknown;
        std::uint8_t value = 0;
        bool changed = false;
    };

    explicit MemoryModel(DebugContext* context, QObject* parent = nullptr);

    Refresher& refresher() { return *refresher_; }
    /// The part that is on the screen.
    void setVisible(std::uint64_t low, std::uint64_t size);
    Byte at(std::uint64_t address) const;
    /// The number that stands at an address, lowest byte first; nothing where not all of it is known.
    std::optional<std::uint64_t> pointerAt(std::uint64_t address) const;
    void write(std::uint64_t address, std::string bytes);
    /// The address that an expression means, told by `located`.
    void locate(const QString& expression);

Q_SIGNALS:
    void changed();
    void located(const QString& expression, std::uint64_t address);
    void failed(const rumpus::Error& error);

private:
    struct Chunk {
        std::string bytes;  ///< fewer than a chunk: a hole begins
        std::string before; ///< of the stop before; empty: unknown
        std::uint64_t generation = 0;
    };
    QCoro::Task<> fetch();
    QCoro::Task<> put(std::uint64_t address, std::string bytes);
    QCoro::Task<> find(std::string expression);
    void clear();

    DebugContext* context_;
    Refresher* refresher_;
    std::map<std::uint64_t, Chunk> chunks_;
    std::uint64_t low_ = 0;
    std::uint64_t size_ = 0;
};

} // namespace rumpus::gui
