// ConsoleRecord: the bytes that a guest's console printed, as they came, for saving.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <deque>

namespace rumpus::gui {

enum class SaveAs : std::uint8_t {
    PlainText, ///< without escape sequences, lines end in LF
    Raw,       ///< every byte as it came
};

/// A plain value: copies share the bytes, so that a copy can be saved by another thread.
class ConsoleRecord {
public:
    /// What is kept at most; beyond it the oldest go.
    static constexpr qint64 mostBytes = qint64{64} * 1024 * 1024;

    void append(const QByteArray& bytes);
    void clear();

    qint64 size() const { return size_; }
    /// How many bytes of the beginning are no longer kept.
    qint64 dropped() const { return dropped_; }
    QByteArray bytes() const;

    /// Replaces the file at once. Errors: the system's, with the file's name.
    Result<void> save(const QString& file, SaveAs as) const;

private:
    std::deque<QByteArray> chunks_;
    qint64 size_ = 0;
    qint64 dropped_ = 0;
};

} // namespace rumpus::gui
