// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/console_record.h"

#include "core/base/escape_filter.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QSaveFile>

namespace rumpus::gui {

namespace {

// small pieces are joined, so that a guest that prints byte by byte costs no chunk a byte
constexpr qsizetype chunkSize = qsizetype{64} * 1024;

} // namespace

void ConsoleRecord::append(const QByteArray& bytes)
{
    if (chunks_.empty() || chunks_.back().size() + bytes.size() > chunkSize) {
        chunks_.push_back(bytes);
    } else {
        chunks_.back() += bytes;
    }
    size_ += bytes.size();
    while (size_ > mostBytes && chunks_.size() > 1) {
        size_ -= chunks_.front().size();
        dropped_ += chunks_.front().size();
        chunks_.pop_front();
    }
}

void ConsoleRecord::clear()
{
    *this = {};
}

QByteArray ConsoleRecord::bytes() const
{
    QByteArray all;
    all.reserve(size_);
    for (const QByteArray& chunk : chunks_) {
        all += chunk;
    }
    return all;
}

Result<void> ConsoleRecord::save(const QString& file, SaveAs as) const
{
    QSaveFile target(file);
    bool good = target.open(QIODevice::WriteOnly);
    if (good && as == SaveAs::Raw) {
        for (const QByteArray& chunk : chunks_) {
            good = good && target.write(chunk) == chunk.size();
        }
    } else if (good) {
        const QByteArray all = bytes();
        const std::string text = plainText({all.constData(), static_cast<std::size_t>(all.size())});
        good = target.write(text.data(), std::ssize(text)) == std::ssize(text);
    }
    if (!good || !target.commit()) {
        return hostError(formatted("cannot save {}: {}", printable(file.toStdString()),
                                   target.errorString().toStdString()),
                         "choose another place");
    }
    return {};
}

} // namespace rumpus::gui
