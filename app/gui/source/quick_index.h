// QuickIndex: the source files and functions of an image, to be searched with every key that is pressed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::gui {

class QuickIndex {
public:
    struct Entry {
        std::string name;   ///< a function, or a file without its folder
        std::string source; ///< the file, as the image knows it; empty: unknown
        bool function = false;
        Component component = Component::Other;
    };
    struct Hit {
        std::uint32_t entry = 0;
        int score = 0;
    };

    QuickIndex() = default;
    explicit QuickIndex(std::vector<Entry> entries);
    /// Reads the image; takes a second for a large one. Errors: it cannot be read, or has no symbols.
    static Result<std::shared_ptr<const QuickIndex>> read(const std::filesystem::path& path);

    const std::vector<Entry>& entries() const { return entries_; }
    /// The best, best first. A word's letters must all be there in this order, capitals or not; words that
    /// are words, parted by blanks or slashes, some may be found in the folder.
    std::vector<Hit> find(std::string_view pattern, std::size_t most) const;

private:
    struct Key {
        std::uint64_t letters = 0; ///< which letters are there at all
        std::uint32_t begin = 0;   ///< of the lower-case text
        std::uint32_t nameEnd = 0;
        std::uint32_t end = 0;
    };
    int score(const Key& key, std::string_view pattern) const;

    std::vector<Entry> entries_;
    std::vector<Key> keys_;
    std::string text_; ///< all names and folders in lower case, one after the other
};

} // namespace rumpus::gui
