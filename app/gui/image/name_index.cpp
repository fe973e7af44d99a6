// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/name_index.h"

#include <algorithm>
#include <cstring>

namespace rumpus::gui {

void NameIndex::add(std::string_view name)
{
    const QByteArray folded =
        QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())).toCaseFolded().toUtf8();
    text_.append(folded.constData(), static_cast<std::size_t>(folded.size()));
    std::ranges::replace(text_.end() - folded.size(), text_.end(), '\n', ' ');
    text_ += '\n';
    ends_.push_back(text_.size());
}

std::vector<bool> NameIndex::find(const QString& word) const
{
    std::vector<bool> found(ends_.size());
    const std::string sought = word.toCaseFolded().toStdString();
    if (sought.empty() || sought.contains('\n')) {
        found.assign(ends_.size(), sought.empty());
        return found;
    }
    const char* const begin = text_.data();
    const char* const end = begin + text_.size();
    auto name = ends_.begin();
    for (const char* at = begin; at < end;) {
        const auto left = static_cast<std::size_t>(end - at);
        const auto* hit = static_cast<const char*>(memmem(at, left, sought.data(), sought.size()));
        if (hit == nullptr) {
            break;
        }
        name = std::upper_bound(name, ends_.end(), static_cast<std::uint64_t>(hit - begin));
        found[static_cast<std::size_t>(name - ends_.begin())] = true;
        at = begin + *name; // one hit a name is enough
    }
    return found;
}

} // namespace rumpus::gui
