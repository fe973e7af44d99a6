// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/units.h"
#include "core/config/document.h"
#include "core/config/fields.h"
#include "core/config/words.h"

#include <concepts>
#include <type_traits>

namespace rumpus {

namespace {

template <typename T>
Json objectOf(const T& object);

Json jsonOf(const std::string& text)
{
    return text;
}
Json jsonOf(bool value)
{
    return value;
}
Json jsonOf(std::uint64_t size)
{
    return exactSize(size);
}
Json jsonOf(const std::vector<std::string>& texts)
{
    return texts;
}
template <typename T>
Json jsonOf(const std::optional<T>& object)
{
    return objectOf(*object);
}

template <typename T>
    requires std::is_enum_v<T>
Json jsonOf(T value)
{
    return wordFor(value);
}

template <typename T>
    requires std::is_class_v<T>
Json jsonOf(const T& object)
{
    return objectOf(object);
}

template <typename T>
Json jsonOf(const std::vector<T>& objects)
{
    Json list = Json::array();
    for (const T& object : objects) {
        list.push_back(objectOf(object));
    }
    return list;
}

/// Adds a key that is known not to be there; ordered_json's own insertion would look at all others.
void append(Json& object, std::string_view key, Json value)
{
    object.get_ref<Json::object_t&>().emplace_back(std::string(key), std::move(value));
}

Json jsonOf(const std::vector<std::pair<std::string, std::string>>& texts)
{
    Json object = Json::object();
    for (const auto& [key, value] : texts) {
        append(object, key, value);
    }
    return object;
}

/// What Fields calls: adds the keys whose values are no defaults.
template <typename T>
class ObjectWriter {
public:
    ObjectWriter(const T& object, Json& json) : object_(object), json_(json) {}

    template <typename Member>
    void operator()(std::string_view key, Member T::* member)
    {
        if (object_.*member != defaults_.*member) {
            append(json_, key, jsonOf(object_.*member));
        }
    }
    template <typename Member>
    void operator()(std::string_view key, Member T::* member, Range /*range*/)
    {
        if (object_.*member != defaults_.*member) {
            append(json_, key, object_.*member);
        }
    }
    void version(std::string_view key, int T::* member) { append(json_, key, object_.*member); }

    void programs(std::string_view argumentsKey, std::string_view programsKey,
                  std::vector<Program> T::* member)
    {
        const std::vector<Program>& programs = object_.*member;
        if (programs.empty()) {
            return;
        }
        const bool plain = programs.size() == 1 && !programs[0].arguments.empty() &&
                           programs[0] == Program{.arguments = programs[0].arguments};
        if (plain) {
            append(json_, argumentsKey, programs[0].arguments);
        } else {
            append(json_, programsKey, jsonOf(programs));
        }
    }

private:
    const T& object_;
    const T defaults_;
    Json& json_;
};

template <typename T>
Json objectOf(const T& object)
{
    Json json = Json::object();
    ObjectWriter<T> writer(object, json);
    Fields<T>::visit(writer);
    const std::size_t known = json.size();
    for (const auto& [key, value] : object.unknown.items()) {
        const auto& members = json.template get_ref<const Json::object_t&>();
        const auto end = members.begin() + static_cast<std::ptrdiff_t>(known);
        if (std::find_if(members.begin(), end, [&](const auto& member) { return member.first == key; }) ==
            end) {
            append(json, key, value);
        }
    }
    return json;
}

} // namespace

Json toJson(const UnikernelConfig& config)
{
    return objectOf(config);
}

std::string toText(const UnikernelConfig& config)
{
    static constexpr int indent = 2;
    // a config from elsewhere than a file may hold bytes that are no UTF-8, on which dump() throws
    return toJson(config).dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace rumpus
