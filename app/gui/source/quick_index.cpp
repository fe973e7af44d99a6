// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/quick_index.h"

#include "app/gui/base/fitness.h"
#include "core/base/text.h"
#include "core/image/source_map.h"
#include "core/image/symbols.h"

#include <algorithm>
#include <set>

namespace rumpus::gui {

namespace {

char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::uint64_t bitOf(char letter)
{
    return std::uint64_t{1} << (static_cast<unsigned char>(letter) & 63U);
}

std::uint64_t lettersOf(std::string_view text)
{
    std::uint64_t letters = 0;
    for (const char letter : text) {
        letters |= bitOf(letter);
    }
    return letters;
}

std::string fileName(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);
}

} // namespace

QuickIndex::QuickIndex(std::vector<Entry> entries) : entries_(std::move(entries))
{
    keys_.reserve(entries_.size());
    for (const Entry& entry : entries_) {
        Key key{.letters = 0, .begin = static_cast<std::uint32_t>(text_.size()), .nameEnd = 0, .end = 0};
        std::ranges::transform(entry.name, std::back_inserter(text_), lower);
        key.nameEnd = static_cast<std::uint32_t>(text_.size());
        std::ranges::transform(entry.source, std::back_inserter(text_), lower);
        key.end = static_cast<std::uint32_t>(text_.size());
        key.letters = lettersOf(std::string_view(text_).substr(key.begin));
        keys_.push_back(key);
    }
}

Result<std::shared_ptr<const QuickIndex>> QuickIndex::read(const std::filesystem::path& path)
{
    const Result<Image> image = readImage(path, Detail::Debug);
    if (!image) {
        return std::unexpected(image.error());
    }
    const Result<std::vector<Symbol>> symbols = readSymbols(*image);
    if (!symbols) {
        return std::unexpected(symbols.error());
    }
    std::vector<Entry> entries;
    std::set<std::string> files;
    const auto addFile = [&](const std::string& source, Component component) {
        if (!source.empty() && files.insert(source).second) {
            entries.push_back({.name = fileName(source), .source = source, .component = component});
        }
    };
    for (const Symbol& symbol : *symbols) {
        addFile(symbol.sourceFile, symbol.component);
        if (symbol.function) {
            entries.push_back({.name = symbol.name,
                               .source = symbol.sourceFile,
                               .function = true,
                               .component = symbol.component});
        }
    }
    // files whose code was all inlined, or is assembly without symbols
    if (const Result<ElfFile> elf = openWithSymbols(*image)) {
        const SourceMap map = SourceMap::read(*elf);
        for (const SourceMap::Unit& unit : map.units()) {
            addFile(unit.source, componentOf(image->kind, unit.path, {}));
        }
    }
    return std::make_shared<const QuickIndex>(std::move(entries));
}

int QuickIndex::score(const Key& key, std::string_view pattern) const
{
    const std::string_view text = text_;
    const std::string_view name = text.substr(key.begin, key.nameEnd - key.begin);
    const std::string_view all = text.substr(key.begin, key.end - key.begin);
    const bool several = pattern.find_first_of(" /") != std::string_view::npos;
    int sum = 0;
    std::size_t begin = 0;
    while (begin < pattern.size()) {
        const std::size_t end = std::min(pattern.find_first_of(" /", begin), pattern.size());
        const std::string_view word = pattern.substr(begin, end - begin);
        begin = end + 1;
        if (word.empty()) {
            continue;
        }
        std::optional<int> found = fitness(name, word);
        if (!found && several && all.contains(word)) {
            // in the folder a word counts only as a whole and beside others, or everything would match
            found = 50;
        }
        if (!found) {
            return -1;
        }
        sum += *found;
    }
    return sum;
}

std::vector<QuickIndex::Hit> QuickIndex::find(std::string_view pattern, std::size_t most) const
{
    static constexpr std::size_t longestPattern = 100;
    std::string wanted;
    std::ranges::transform(pattern.substr(0, longestPattern), std::back_inserter(wanted), lower);
    std::string letters = wanted;
    std::erase_if(letters, [](char letter) { return letter == ' ' || letter == '/'; });
    const std::uint64_t needed = lettersOf(letters);
    std::vector<Hit> hits;
    for (std::uint32_t i = 0; i < keys_.size(); ++i) {
        if ((keys_[i].letters & needed) != needed) {
            continue;
        }
        const int found = score(keys_[i], wanted);
        if (found >= 0) {
            // what the user wrote comes before the kernel's
            const bool mine = entries_[i].component == Component::Application;
            hits.push_back({.entry = i, .score = found + (mine ? 40 : 0) + (entries_[i].function ? 0 : 10)});
        }
    }
    const std::size_t count = std::min(most, hits.size());
    const auto better = [](const Hit& one, const Hit& other) {
        return one.score != other.score ? one.score > other.score : one.entry < other.entry;
    };
    std::ranges::partial_sort(hits, hits.begin() + static_cast<std::ptrdiff_t>(count), better);
    hits.resize(count);
    return hits;
}

} // namespace rumpus::gui
