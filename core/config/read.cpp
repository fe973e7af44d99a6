// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/document.h"
#include "core/config/fields.h"
#include "core/config/json_text.h"
#include "core/config/problem_list.h"
#include "core/config/words.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <type_traits>

namespace rumpus {

namespace {

std::string_view typeName(const Json& json)
{
    switch (json.type()) {
    case Json::value_t::object: return "an object";
    case Json::value_t::array: return "a list";
    case Json::value_t::string: return "text";
    case Json::value_t::boolean: return "true or false";
    case Json::value_t::null: return "null";
    default: return "a number";
    }
}

/// Values into members, type by type; wrong ones leave the member's default and a problem.
class Reader {
public:
    Reader(const JsonText& text, ProblemList& problems) : text_(text), problems_(problems) {}

    template <typename T>
    void readObject(const Json& json, T& object);

    void read(const Json& json, std::string& value);
    void read(const Json& json, bool& value);
    void read(const Json& json, std::uint64_t& size);
    void read(const Json& json, std::vector<std::string>& texts);
    void read(const Json& json, std::vector<std::pair<std::string, std::string>>& texts);
    template <typename T>
    void read(const Json& json, std::vector<T>& objects);
    template <typename T>
    void read(const Json& json, std::optional<T>& object);
    template <typename T>
    void read(const Json& json, T& value);
    void readVersion(const Json& json, int& version);
    std::optional<std::uint64_t> number(const Json& json, Range range);

    /// While it lives, problems are those of the value with this key or index.
    class Step {
    public:
        Step(Reader& reader, std::string key) : reader_(reader) { reader_.path_.push_back(std::move(key)); }
        ~Step() { reader_.path_.pop_back(); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

    private:
        Reader& reader_;
    };

    void error(std::string text) { add(Severity::Error, std::move(text), false); }
    void errorAtKey(std::string text) { add(Severity::Error, std::move(text), true); }
    void unknownKey(const std::string& key, std::span<const std::string_view> known);

private:
    void add(Severity severity, std::string text, bool atKey);
    void wrongType(const Json& json, std::string_view wanted);
    void unknownWord(const std::string& word, std::span<const std::string_view> known);
    bool isObject(const Json& json);
    bool isList(const Json& json, std::string_view wanted);

    const JsonText& text_;
    ProblemList& problems_;
    Json::json_pointer path_;
};

/// What Fields calls: looks each key up, and remembers that it is known.
template <typename T>
class ObjectReader {
public:
    ObjectReader(Reader& reader, const Json& json, T& object) : reader_(reader), json_(json), object_(object)
    {
    }

    template <typename Member>
    void operator()(std::string_view key, Member T::* member)
    {
        if (const Json* json = find(key)) {
            const Reader::Step step(reader_, std::string(key));
            reader_.read(*json, object_.*member);
        }
    }

    template <typename Member>
    void operator()(std::string_view key, Member T::* member, Range range)
    {
        if (const Json* json = find(key)) {
            const Reader::Step step(reader_, std::string(key));
            object_.*member = static_cast<Member>(reader_.number(*json, range).value_or(object_.*member));
        }
    }

    void version(std::string_view key, int T::* member)
    {
        if (const Json* json = find(key)) {
            const Reader::Step step(reader_, std::string(key));
            reader_.readVersion(*json, object_.*member);
        }
    }

    void programs(std::string_view argumentsKey, std::string_view programsKey,
                  std::vector<Program> T::* member)
    {
        const Json* arguments = find(argumentsKey);
        const Json* programs = find(programsKey);
        if (programs != nullptr) {
            const Reader::Step step(reader_, std::string(programsKey));
            reader_.read(*programs, object_.*member);
            if (arguments != nullptr) {
                reader_.errorAtKey(
                    formatted("\"{}\" is there as well as \"{}\": keep one of them, \"{}\" for a "
                              "single program",
                              programsKey, argumentsKey, argumentsKey));
            }
        } else if (arguments != nullptr) {
            const Reader::Step step(reader_, std::string(argumentsKey));
            Program program;
            reader_.read(*arguments, program.arguments);
            if (!program.arguments.empty()) {
                (object_.*member).push_back(std::move(program));
            }
        }
    }

    void keepUnknown()
    {
        for (const auto& [key, value] : json_.items()) {
            if (!std::ranges::contains(known_, std::string_view(key))) {
                // ordered_json's own insertion looks at all keys before it
                object_.unknown.template get_ref<Json::object_t&>().emplace_back(key, value);
                const Reader::Step step(reader_, key);
                reader_.unknownKey(key, known_);
            }
        }
    }

private:
    const Json* find(std::string_view key)
    {
        known_.push_back(key);
        const auto found = json_.find(key);
        return found == json_.end() ? nullptr : &*found;
    }

    Reader& reader_;
    const Json& json_;
    T& object_;
    std::vector<std::string_view> known_;
};

template <typename T>
void Reader::readObject(const Json& json, T& object)
{
    if (isObject(json)) {
        ObjectReader<T> members(*this, json, object);
        Fields<T>::visit(members);
        members.keepUnknown();
    }
}

void Reader::add(Severity severity, std::string text, bool atKey)
{
    if (!problems_.hasRoom(severity)) {
        problems_.add({.pointer = {}, .severity = severity, .text = {}});
        return;
    }
    std::string pointer = path_.to_string();
    const TextPosition place = atKey ? text_.keyPosition(pointer) : text_.valuePosition(pointer);
    problems_.add({.pointer = std::move(pointer),
                   .severity = severity,
                   .text = std::move(text),
                   .line = place.line,
                   .column = place.column});
}

void Reader::unknownKey(const std::string& key, std::span<const std::string_view> known)
{
    if (!problems_.hasRoom(Severity::Warning)) {
        add(Severity::Warning, {}, true);
    } else if (const std::optional<std::string> near = nearestWord(key, known)) {
        add(Severity::Warning, formatted("unknown key {}: did you mean {}?", inQuotes(key), inQuotes(*near)),
            true);
    } else {
        add(Severity::Warning,
            formatted("unknown key {}: it has no effect; remove it if it is not for another program",
                      inQuotes(key)),
            true);
    }
}

void Reader::unknownWord(const std::string& word, std::span<const std::string_view> known)
{
    if (const std::optional<std::string> near = nearestWord(word, known)) {
        error(formatted("unknown word {}: did you mean {}?", inQuotes(word), inQuotes(*near)));
        return;
    }
    std::string words;
    for (const std::string_view one : known) {
        words += words.empty() ? "" : one == known.back() ? " or " : ", ";
        words += inQuotes(one);
    }
    error(formatted("unknown word {}: write {}", inQuotes(word), words));
}

void Reader::wrongType(const Json& json, std::string_view wanted)
{
    if (!problems_.hasRoom(Severity::Error)) {
        error({});
    } else if (json.is_null()) {
        error(formatted("this must be {}, not null: remove the key to have its default", wanted));
    } else {
        error(formatted("this is {}: write {}", typeName(json), wanted));
    }
}

bool Reader::isObject(const Json& json)
{
    if (!json.is_object()) {
        wrongType(json, "an object in braces, { \"key\": … }");
    }
    return json.is_object();
}

bool Reader::isList(const Json& json, std::string_view wanted)
{
    if (!json.is_array()) {
        wrongType(json, wanted);
    }
    return json.is_array();
}

void Reader::read(const Json& json, std::string& value)
{
    if (json.is_string()) {
        value = json.get_ref<const std::string&>();
    } else if (json.is_number() || json.is_boolean()) {
        wrongType(json, formatted("it in double quotes, \"{}\"", json.dump()));
    } else {
        wrongType(json, "text in double quotes");
    }
}

void Reader::read(const Json& json, bool& value)
{
    if (json.is_boolean()) {
        value = json.get<bool>();
    } else {
        wrongType(json, "true or false, without quotes");
    }
}

/// A whole number of a range, or nothing and a problem.
std::optional<std::uint64_t> Reader::number(const Json& json, Range range)
{
    const std::string wanted =
        formatted("a whole number from {} to {}, without quotes", range.least, range.most);
    if (!json.is_number()) {
        wrongType(json, wanted);
        return std::nullopt;
    }
    const auto value = json.get<double>();
    // a double has every whole number up to 2^53
    const bool whole = json.is_number_integer() || (std::trunc(value) == value && std::abs(value) < 0x1p53);
    if (!whole || value < static_cast<double>(range.least) || value > static_cast<double>(range.most)) {
        error(formatted("{} is out of range: write {}", json.dump(), wanted));
        return std::nullopt;
    }
    return json.is_number_integer() ? json.get<std::uint64_t>() : static_cast<std::uint64_t>(value);
}

void Reader::read(const Json& json, std::uint64_t& size)
{
    static constexpr Range bytes{.least = 0, .most = std::uint64_t{1} << 62U};
    if (json.is_number()) {
        size = number(json, bytes).value_or(size);
    } else if (!json.is_string()) {
        wrongType(json, "a number of bytes, or text with a unit such as \"64 MiB\"");
    } else if (const Result<std::uint64_t> parsed = parseSize(json.get_ref<const std::string&>())) {
        size = *parsed;
    } else {
        error(toString(parsed.error()));
    }
}

void Reader::read(const Json& json, std::vector<std::string>& texts)
{
    if (!isList(json, "a list of texts, such as [\"hello\", \"world\"]")) {
        return;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Step step(*this, std::to_string(i));
        read(json[i], texts.emplace_back());
    }
}

void Reader::read(const Json& json, std::vector<std::pair<std::string, std::string>>& texts)
{
    if (!isObject(json)) {
        return;
    }
    for (const auto& [key, value] : json.items()) {
        const Step step(*this, key);
        read(value, texts.emplace_back(key, std::string{}).second);
    }
}

template <typename T>
void Reader::read(const Json& json, std::vector<T>& objects)
{
    if (!isList(json, "a list of objects, [ { \"key\": … } ]")) {
        return;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Step step(*this, std::to_string(i));
        readObject(json[i], objects.emplace_back());
    }
}

template <typename T>
void Reader::read(const Json& json, std::optional<T>& object)
{
    readObject(json, object.emplace());
}

template <typename T>
void Reader::read(const Json& json, T& value)
{
    if constexpr (std::is_enum_v<T>) {
        if (!json.is_string()) {
            wrongType(json, formatted("a word such as \"{}\"", wordsOf<T>[0]));
            return;
        }
        const auto& word = json.get_ref<const std::string&>();
        const auto found = std::ranges::find(wordsOf<T>, word);
        if (found == wordsOf<T>.end()) {
            unknownWord(word, wordsOf<T>);
        } else {
            value = static_cast<T>(found - wordsOf<T>.begin());
        }
    } else {
        readObject(json, value);
    }
}

void Reader::readVersion(const Json& json, int& version)
{
    static constexpr Range any{.least = 1, .most = 1'000'000};
    const std::optional<std::uint64_t> found = number(json, any);
    if (found && *found > UnikernelConfig::currentVersion) {
        error(formatted("the file has version {} of the format, this Rumpus knows {}: update Rumpus", *found,
                        UnikernelConfig::currentVersion));
    } else if (found) {
        version = static_cast<int>(*found);
    }
}

} // namespace

ReadConfig readConfig(std::string_view text)
{
    const JsonText json = JsonText::parse(text);
    ReadConfig result{.config = {}, .problems = json.problems, .hadComments = json.hadComments};
    if (json.isJson) {
        ProblemList problems;
        Reader(json, problems).readObject(json.value, result.config);
        std::ranges::move(problems.take(), std::back_inserter(result.problems));
        std::ranges::stable_sort(result.problems, {}, [](const Problem& problem) {
            return std::pair(problem.line, problem.column);
        });
    }
    return result;
}

} // namespace rumpus
