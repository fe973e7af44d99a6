// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/json_edit.h"

#include "app/gui/config/json_layout.h"
#include "app/gui/config/json_spans.h"
#include "core/config/fields.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace rumpus {

namespace {

const Json& childAt(const Json& parent, std::size_t index)
{
    return *std::next(parent.begin(), static_cast<std::ptrdiff_t>(index));
}

/// The keys of a config in the order in which it is written.
class KeyOrder {
public:
    KeyOrder() { Fields<UnikernelConfig>::visit(*this); }

    template <typename Member>
    void operator()(std::string_view key, Member /*member*/)
    {
        keys_.push_back(key);
    }
    template <typename Member>
    void operator()(std::string_view key, Member /*member*/, Range /*range*/)
    {
        keys_.push_back(key);
    }
    template <typename Member>
    void version(std::string_view key, Member /*member*/)
    {
        keys_.push_back(key);
    }
    template <typename Member>
    void programs(std::string_view arguments, std::string_view programs, Member /*member*/)
    {
        keys_.push_back(arguments);
        keys_.push_back(programs);
    }

    /// How many of an object's members a new one follows.
    std::size_t placeIn(const Json& object, std::string_view key) const
    {
        const auto place = std::ranges::find(keys_, key);
        const auto& members = object.get_ref<const Json::object_t&>();
        if (place == keys_.end()) {
            return members.size();
        }
        const auto before = [&](const auto& member) {
            return std::find(keys_.begin(), place, std::string_view(member.first)) != place;
        };
        const auto last = std::find_if(members.rbegin(), members.rend(), before);
        return static_cast<std::size_t>(std::distance(last, members.rend()));
    }

private:
    std::vector<std::string_view> keys_;
};

/// Where a pointer leads in a text, as far as the text has it.
struct Place {
    std::vector<const JsonSpan*> spans; ///< from the root on
    std::vector<const Json*> values;
    std::vector<std::size_t> indices; ///< of each in its parent; the root has none
};

class Editor {
public:
    Editor(std::string_view text, const Json& root) : text_(text), root_(root), spans_(jsonSpans(text)) {}

    std::string set(const std::vector<std::string>& tokens, const Json& value);
    std::string remove(const std::vector<std::string>& tokens);
    std::string rename(const std::vector<std::string>& parent, std::size_t index, const std::string& key);

private:
    Place find(const std::vector<std::string>& tokens) const;
    std::string replaced(std::size_t begin, std::size_t end, std::string_view with) const
    {
        return std::string(text_.substr(0, begin)).append(with).append(text_.substr(end));
    }
    std::size_t lineBegin(std::size_t at) const
    {
        const std::size_t newline = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
        return newline == std::string_view::npos ? 0 : newline + 1;
    }
    /// The blanks at the beginning of the line of a place.
    std::size_t indentAt(std::size_t at) const
    {
        const std::size_t begin = lineBegin(at);
        return std::min(text_.find_first_not_of(" \t", begin), at) - begin;
    }
    bool isFirstInLine(std::size_t at) const { return lineBegin(at) + indentAt(at) == at; }
    std::size_t endOfComments(std::size_t at) const;
    std::string insert(const JsonSpan& parent, std::size_t index, const std::string& key, const Json& value,
                       bool isRoot) const;
    std::string insertFirst(const JsonSpan& parent, const std::string& key, const Json& value,
                            bool isRoot) const;
    std::string removeChild(const JsonSpan& parent, std::size_t index) const;

    std::string_view text_;
    const Json& root_;
    JsonSpan spans_;
};

Place Editor::find(const std::vector<std::string>& tokens) const
{
    Place place{.spans = {&spans_}, .values = {&root_}, .indices = {}};
    for (const std::string& token : tokens) {
        const std::optional<std::size_t> index = childIndex(*place.values.back(), token);
        if (!index || *index >= place.spans.back()->children.size()) {
            break;
        }
        place.indices.push_back(*index);
        place.values.push_back(&childAt(*place.values.back(), *index));
        place.spans.push_back(&place.spans.back()->children[*index]);
    }
    return place;
}

std::string Editor::set(const std::vector<std::string>& tokens, const Json& value)
{
    const Place place = find(tokens);
    const std::size_t depth = place.indices.size();
    const JsonSpan& span = *place.spans.back();
    const Json& parent = *place.values.back();
    const bool fits = parent.is_object() || (parent.is_array() && depth < tokens.size() &&
                                             tokens[depth] == std::to_string(parent.size()));
    Json content = value;
    const std::size_t kept = depth == tokens.size() || !fits ? depth : depth + 1;
    for (std::size_t i = tokens.size(); i > kept; --i) {
        Json outer = Json::object();
        outer[tokens[i - 1]] = std::move(content);
        content = std::move(outer);
    }
    if (depth == tokens.size() || !fits) {
        return replaced(span.value, span.end, layOut(content, indentAt(span.begin)));
    }
    static const KeyOrder order;
    const std::size_t index =
        parent.is_object() && depth == 0 ? order.placeIn(parent, tokens[0]) : span.children.size();
    return insert(span, index, parent.is_object() ? jsonOf(tokens[depth]) + ": " : "", content, depth == 0);
}

/// The end of the comments in the same line that follow a place; the place itself where there are none.
std::size_t Editor::endOfComments(std::size_t at) const
{
    std::size_t end = at;
    for (;;) {
        const std::size_t next = std::min(text_.find_first_not_of(" \t", end), text_.size());
        const std::string_view rest = text_.substr(next);
        if (rest.starts_with("//")) {
            end = std::min(text_.find('\n', next), text_.size());
            return end > next && text_[end - 1] == '\r' ? end - 1 : end;
        }
        if (!rest.starts_with("/*")) {
            return end;
        }
        end = text_.find("*/", next + 2) + 2;
    }
}

std::string Editor::insert(const JsonSpan& parent, std::size_t index, const std::string& key,
                           const Json& value, bool isRoot) const
{
    if (parent.children.empty()) {
        return insertFirst(parent, key, value, isRoot);
    }
    const bool first = index == 0;
    const JsonSpan& sibling = parent.children[first ? 0 : index - 1];
    const bool ownLine = isFirstInLine(sibling.begin);
    const std::size_t indent = indentAt(sibling.begin);
    const std::string lineBreak = ownLine ? "\n" + std::string(indent, ' ') : " ";
    const std::string item = key + layOut(value, indent);
    if (first) {
        return replaced(sibling.begin, sibling.begin, item + "," + lineBreak);
    }
    const std::size_t next = skipBlank(text_, sibling.end);
    const bool comma = next < text_.size() && text_[next] == ',';
    if (!ownLine || !comma) {
        // before a comment in the same line the comma, after it the new line
        const std::size_t after = ownLine ? endOfComments(sibling.end) : sibling.end;
        std::string result = replaced(after, after, lineBreak + item);
        return result.insert(sibling.end, ",");
    }
    const std::size_t after = endOfComments(next + 1);
    return replaced(after, after, lineBreak + item + ",");
}

std::string Editor::insertFirst(const JsonSpan& parent, const std::string& key, const Json& value,
                                bool isRoot) const
{
    const std::size_t close = parent.end - 1;
    const std::string_view inside = text_.substr(parent.value + 1, close - parent.value - 1);
    const std::size_t indent = indentAt(parent.begin);
    const bool lines = inside.contains('\n');
    if (!lines && !isRoot) {
        const bool blank = inside.find_first_not_of(" \t\r") == std::string_view::npos;
        const std::string item = key + layOut(value, indent);
        const bool object = text_[parent.value] == '{';
        return blank ? replaced(parent.value + 1, close, object ? " " + item + " " : item)
                     : replaced(close, close, item + " ");
    }
    const std::string item = std::string(indent + indentStep, ' ') + key +
                             layOut(value, indent + indentStep) + "\n" + std::string(indent, ' ');
    return lines && isFirstInLine(close) ? replaced(lineBegin(close), close, item)
                                         : replaced(close, close, "\n" + item);
}

std::string Editor::remove(const std::vector<std::string>& tokens)
{
    const Place place = find(tokens);
    if (place.indices.size() != tokens.size() || tokens.empty()) {
        return std::string(text_);
    }
    // upwards over objects that hold nothing else, not even a comment; items of lists stay
    std::size_t depth = tokens.size();
    const auto holdsNothingElse = [&](const JsonSpan& span) {
        const JsonSpan& only = span.children.front();
        const std::size_t next = skipBlank(text_, only.end);
        const std::size_t after = next < text_.size() && text_[next] == ',' ? next + 1 : only.end;
        const auto isBlank = [&](std::size_t begin, std::size_t end) {
            return text_.substr(begin, end - begin).find_first_not_of(" \t\r\n") == std::string_view::npos;
        };
        return span.children.size() == 1 && isBlank(span.value + 1, only.begin) &&
               isBlank(after, span.end - 1);
    };
    while (depth > 1 && holdsNothingElse(*place.spans[depth - 1]) && place.values[depth - 2]->is_object()) {
        --depth;
    }
    return removeChild(*place.spans[depth - 1], place.indices[depth - 1]);
}

std::string Editor::rename(const std::vector<std::string>& parent, std::size_t index, const std::string& key)
{
    const JsonSpan& child = find(parent).spans.back()->children[index];
    const std::size_t colon = text_.find(':', skipJsonString(text_, child.begin));
    return replaced(child.begin, colon, jsonOf(key));
}

std::string Editor::removeChild(const JsonSpan& parent, std::size_t index) const
{
    const JsonSpan& child = parent.children[index];
    const bool last = index + 1 == parent.children.size();
    const std::size_t next = skipBlank(text_, child.end);
    const bool comma = next < text_.size() && text_[next] == ',';
    std::size_t end = comma ? next + 1 : child.end;
    std::size_t begin = child.begin;
    const std::size_t after = std::min(text_.find_first_not_of(" \t\r", endOfComments(end)), text_.size());
    if (isFirstInLine(begin) && after < text_.size() && text_[after] == '\n') {
        begin = lineBegin(begin);
        end = after + 1;
    } else if (!last) {
        end = std::min(text_.find_first_not_of(" \t", end), text_.size());
    } else {
        const std::size_t before = index > 0 ? parent.children[index - 1].end : parent.value + 1;
        const std::size_t blank = text_.find_last_not_of(" \t", begin - 1) + 1;
        begin = std::max(before, blank);
    }
    std::string result = replaced(begin, end, "");
    if (last && index > 0 && !comma) {
        const std::size_t dangling = skipBlank(text_, parent.children[index - 1].end);
        result.erase(dangling < begin ? dangling : begin, dangling < begin ? 1 : 0);
    }
    return result;
}

/// One difference after the other, so that what is the same keeps its layout and its comments.
class Changer {
public:
    Changer(std::string_view text, std::vector<std::string> tokens) : text_(text), tokens_(std::move(tokens))
    {
    }

    void change(const Json& from, const Json& to);
    void apply(const std::optional<Json>& value)
    {
        const Json root = JsonText::parse(text_).value;
        Editor editor(text_, root);
        text_ = value ? editor.set(tokens_, *value) : editor.remove(tokens_);
    }
    const std::string& text() const { return text_; }

private:
    void changeObject(const Json& from, const Json& to);
    void changeList(const Json& from, const Json& to);
    /// A key that has another name now at the same place keeps its line.
    Json renameKeys(const Json& from, const Json& to);
    void below(std::string key, const std::function<void()>& act)
    {
        tokens_.push_back(std::move(key));
        act();
        tokens_.pop_back();
    }

    std::string text_;
    std::vector<std::string> tokens_;
};

void Changer::change(const Json& from, const Json& to)
{
    if (from == to) {
        return;
    }
    if (from.is_object() && to.is_object() && !from.empty() && !to.empty()) {
        changeObject(renameKeys(from, to), to);
    } else if (from.is_array() && to.is_array() && !from.empty() && !to.empty()) {
        changeList(from, to);
    } else {
        apply(to);
    }
}

Json Changer::renameKeys(const Json& from, const Json& to)
{
    Json result = from;
    if (from.size() != to.size()) {
        return result;
    }
    auto old = result.get_ref<Json::object_t&>().begin();
    std::size_t index = 0;
    for (const auto& [key, value] : to.items()) {
        if (old->first != key && !from.contains(key) && !to.contains(old->first)) {
            const Json root = JsonText::parse(text_).value;
            text_ = Editor(text_, root).rename(tokens_, index, key);
            Json::object_t::value_type renamed(key, std::move(old->second));
            std::destroy_at(&*old);
            std::construct_at(&*old, std::move(renamed));
        }
        ++old;
        ++index;
    }
    return result;
}

void Changer::changeObject(const Json& from, const Json& to)
{
    for (const auto& [key, value] : to.items()) {
        const auto old = from.find(key);
        below(key, [&] { old == from.end() ? apply(value) : change(*old, value); });
    }
    for (const auto& [key, value] : from.items()) {
        if (!to.contains(key)) {
            below(key, [&] { apply(std::nullopt); });
        }
    }
}

void Changer::changeList(const Json& from, const Json& to)
{
    // what is taken out or put in stands between what is the same at both ends
    std::size_t same = 0;
    while (same < from.size() && same < to.size() && from[same] == to[same]) {
        ++same;
    }
    if (from.size() == to.size() + 1 && std::equal(to.begin() + static_cast<std::ptrdiff_t>(same), to.end(),
                                                   from.begin() + static_cast<std::ptrdiff_t>(same) + 1)) {
        below(std::to_string(same), [&] { apply(std::nullopt); });
        return;
    }
    for (std::size_t i = from.size(); i > to.size(); --i) {
        below(std::to_string(i - 1), [&] { apply(std::nullopt); });
    }
    for (std::size_t i = same; i < to.size(); ++i) {
        below(std::to_string(i), [&] { i < from.size() ? change(from[i], to[i]) : apply(to[i]); });
    }
}

/// Without the text's layout and comments; where the same key is there twice, only so is its value certain.
std::string writtenAnew(const Json& root, const std::vector<std::string>& tokens,
                        const std::optional<Json>& value)
{
    Changer changer(inLines(root, 0) + "\n", tokens);
    changer.apply(value);
    return changer.text();
}

} // namespace

const Json* valueAt(const Json& root, std::string_view pointer)
{
    const Json* value = &root;
    for (const std::string& token : pointerTokens(pointer)) {
        const std::optional<std::size_t> index = childIndex(*value, token);
        if (!index) {
            return nullptr;
        }
        value = &childAt(*value, *index);
    }
    return value;
}

std::string withValue(std::string_view text, std::string_view pointer, const std::optional<Json>& value)
{
    const JsonText json = JsonText::parse(text);
    if (!json.isJson) {
        return std::string(text);
    }
    const std::vector<std::string> tokens = pointerTokens(pointer);
    const Json* old = valueAt(json.value, pointer);
    if (!value && old == nullptr) {
        return std::string(text);
    }
    const std::string_view parentPointer = pointer.substr(0, pointer.rfind('/'));
    const Json* parent = pointer.empty() ? nullptr : valueAt(json.value, parentPointer);
    const std::optional<std::size_t> item =
        parent != nullptr && parent->is_array() ? childIndex(*parent, tokens.back()) : std::nullopt;
    const auto isDone = [&](const std::string& result) {
        const JsonText now = JsonText::parse(result);
        const Json* found = valueAt(now.value, pointer);
        if (value || !item) {
            return now.isJson && (value ? found != nullptr && *found == *value : found == nullptr);
        }
        Json rest = *parent;
        rest.erase(*item);
        const Json* list = valueAt(now.value, parentPointer);
        return now.isJson && list != nullptr && *list == rest;
    };
    Changer changer(text, tokens);
    if (value && old != nullptr) {
        changer.change(*old, *value);
    } else {
        changer.apply(value);
    }
    if (isDone(changer.text())) {
        return changer.text();
    }
    Changer whole(text, tokens);
    whole.apply(value);
    return isDone(whole.text()) ? whole.text() : writtenAnew(json.value, tokens, value);
}

} // namespace rumpus
