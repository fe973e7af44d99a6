// Changes of a config's text: small, and never another value than was asked for.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/compare_dialog.h"
#include "app/gui/config/json_edit.h"
#include "app/gui/config/json_layout.h"
#include "app/gui/config/text_command.h"
#include "core/config/json_text.h"

#include <cctype>
#include <gmock/gmock.h>
#include <random>

namespace rumpus {
namespace {

struct Case {
    std::string what;
    std::string before;
    std::string pointer;
    std::optional<Json> value;
    std::string after;
};

void PrintTo(const Case& one, std::ostream* out)
{
    *out << one.what;
}

class JsonEdit : public testing::TestWithParam<Case> {};

TEST_P(JsonEdit, ChangesNothingElse)
{
    const Case& one = GetParam();
    EXPECT_EQ(withValue(one.before, one.pointer, one.value), one.after);
    EXPECT_EQ(JsonText::parse(one.after).isJson, JsonText::parse(one.before).isJson);
}

const std::vector<Case> cases{
    {"a value", "{ \"a\": 1 } // c\n", "/a", 2, "{ \"a\": 2 } // c\n"},
    {"a new key in one line", "{\n  \"x\": { \"a\": 1 }\n}\n", "/x/b", "t",
     "{\n  \"x\": { \"a\": 1, \"b\": \"t\" }\n}\n"},
    {"a new key in its own line", "{\n    \"zz\": 1\n}\n", "/yy", true,
     "{\n    \"zz\": 1,\n    \"yy\": true\n}\n"},
    {"a config's key at its place", "{\n  \"image\": \"a\", // the image\n\n  // disks\n  \"disks\": []\n}",
     "/memory", "1 GiB",
     "{\n  \"image\": \"a\", // the image\n  \"memory\": \"1 GiB\",\n\n  // disks\n  \"disks\": []\n}"},
    {"a config's first key", "{\n  \"memory\": 1\n}", "/name", "n",
     "{\n  \"name\": \"n\",\n  \"memory\": 1\n}"},
    {"after a last line with a comment", "{\n  \"image\": \"a\" // it\n}\n", "/vcpus", 2,
     "{\n  \"image\": \"a\", // it\n  \"vcpus\": 2\n}\n"},
    {"after a trailing comma", "{\n  \"image\": \"a\",\n}\n", "/vcpus", 2,
     "{\n  \"image\": \"a\",\n  \"vcpus\": 2,\n}\n"},
    {"into nothing", "{}", "/image", "a", "{\n  \"image\": \"a\"\n}"},
    {"into an empty list", "{ \"l\": [] }", "/l/0", "a", "{ \"l\": [\"a\"] }"},
    {"objects on the way", "{\n  \"image\": \"a\"\n}", "/debug/stopAt", "entry",
     "{\n  \"image\": \"a\",\n  \"debug\": { \"stopAt\": \"entry\" }\n}"},
    {"to the end of a list", "{ \"l\": [1, 2] }", "/l/2", 3, "{ \"l\": [1, 2, 3] }"},
    {"without a key in its line", "{\n  \"a\": 1, // gone too\n  // stays\n  \"b\": 2\n}", "/a", std::nullopt,
     "{\n  // stays\n  \"b\": 2\n}"},
    {"without the last key", "{\n  \"a\": 1, // stays\n  \"b\": 2\n}", "/b", std::nullopt,
     "{\n  \"a\": 1 // stays\n}"},
    {"without a key in one line", "{ \"a\": 1, \"b\": 2, \"c\": 3 }", "/b", std::nullopt,
     "{ \"a\": 1, \"c\": 3 }"},
    {"without the last in one line", "{ \"a\": 1, \"b\": 2 }", "/b", std::nullopt, "{ \"a\": 1 }"},
    {"without an item", "{ \"l\": [1, 2, 3] }", "/l/0", std::nullopt, "{ \"l\": [2, 3] }"},
    {"with the object that becomes empty", "{\n  \"a\": 1,\n  \"debug\": { \"stopAt\": \"main\" }\n}",
     "/debug/stopAt", std::nullopt, "{\n  \"a\": 1\n}"},
    {"but not where a comment is in it", "{ \"d\": { /* why */ \"s\": 1 } }", "/d/s", std::nullopt,
     "{ \"d\": { /* why */ } }"},
    {"comments between items stay", "{ \"l\": [\n  \"a\", // first\n  \"b\"\n] }", "/l",
     Json::array({"a", "c"}), "{ \"l\": [\n  \"a\", // first\n  \"c\"\n] }"},
    {"a key gets another name", "{ \"e\": { \"A\": \"1\", /* b */ \"B\": \"2\" } }", "/e",
     Json{{"X", "1"}, {"B", "2"}}, "{ \"e\": { \"X\": \"1\", /* b */ \"B\": \"2\" } }"},
    {"keys with / and ~", "{ \"a/b\": { \"c~d\": 1 } }", "/a~1b/c~0d", 2, "{ \"a/b\": { \"c~d\": 2 } }"},
    {"no JSON stays", "{ \"a\": ", "/a", 1, "{ \"a\": "},
};

INSTANTIATE_TEST_SUITE_P(Cases, JsonEdit, testing::ValuesIn(cases));

TEST(LayOut, BreaksWhatIsTooLong)
{
    Json long_ = Json::array();
    for (int i = 0; i < 20; ++i) {
        long_.push_back("argument " + std::to_string(i));
    }
    EXPECT_THAT(layOut(long_, 2), testing::StartsWith("[\n    \"argument 0\",\n    \"argument 1\""));
    EXPECT_EQ(layOut(Json{{"type", "user"}, {"forward", Json::array({Json{{"host", 1}}})}}, 2),
              R"({ "type": "user", "forward": [{ "host": 1 }] })");
}

/// Whatever the layout, the result has the value that was asked for and all others as before.
TEST(JsonEdit, HoldsForAnySeriesOfChanges)
{
    static const std::vector<std::string> texts{
        "{ // a\n \"name\": \"x\", /* b */ \"image\": \"y\"\n , \"disks\": [ {\"file\":\"a\"} , // c\n "
        "{\"file\":\"b\",},\n ] }",
        "{\"a\":{\"b\":{\"c\":[1,[2,{\"d\":3}]]}},\"name\":\"n\"}",
        "{\n\t\"name\" : \"n\" ,\n\n\t// c\n\t\"a\" : { }\n}\n",
        "/* head */ {} // tail",
        "{ \"name\": 1, \"name\": 2, \"a\": 3 }",
    };
    static const std::vector<std::string> pointers{
        "/name",  "/image",   "/disks", "/disks/0", "/disks/1/file", "/a",       "/a/b",
        "/a/b/c", "/a/b/c/1", "/zz",    "/memory",  "/debug/stopAt", "/disks/2", "/a/b/c/1/1/d"};
    static const std::vector<Json> values{1,
                                          "t",
                                          Json::array(),
                                          Json::object(),
                                          Json::array({1, "2"}),
                                          Json{{"k", 1}, {"l", Json::array({2})}},
                                          Json{{"l", 2}},
                                          nullptr};
    std::mt19937 random(42); // NOLINT: the same series each time
    for (int round = 0; round < 3000; ++round) {
        std::string text = texts[random() % texts.size()];
        for (int step = 0; step < 6; ++step) {
            const std::string& pointer = pointers[random() % pointers.size()];
            const bool remove = random() % 3 == 0;
            const std::optional<Json> value =
                remove ? std::nullopt : std::optional(values[random() % values.size()]);
            const std::string after = withValue(text, pointer, value);
            const JsonText json = JsonText::parse(after);
            ASSERT_TRUE(json.isJson) << text << "\n" << pointer << "\n" << after;
            const Json* found = valueAt(json.value, pointer);
            const bool item = std::isdigit(static_cast<unsigned char>(pointer.back())) != 0;
            if (remove && !item) {
                ASSERT_EQ(found, nullptr) << text << "\n" << pointer << "\n" << after;
            } else if (!remove) {
                ASSERT_TRUE(found != nullptr && *found == *value) << text << "\n" << pointer << "\n" << after;
            }
            const JsonText before = JsonText::parse(text);
            for (const std::string& other : pointers) {
                const Json* was = valueAt(before.value, other);
                const bool apart = !other.starts_with(pointer) && !pointer.starts_with(other) &&
                                   pointer.substr(0, 4) != other.substr(0, 4);
                if (apart && was != nullptr) {
                    const Json* is = valueAt(json.value, other);
                    ASSERT_TRUE(is != nullptr && *is == *was) << text << "\n" << pointer << "\n" << after;
                }
            }
            text = after;
        }
    }
}

TEST(TextChange, IsTheOneStretchThatDiffersAndNeverHalfACharacter)
{
    const gui::TextChange change = gui::TextChange::between("a ä c", "a ö c");
    EXPECT_EQ(change.at, 2U);
    EXPECT_EQ(change.removed, "ä");
    EXPECT_EQ(change.inserted, "ö");
    EXPECT_EQ(gui::TextChange::between("aaa", "aaaa").inserted, "a");
    EXPECT_EQ(gui::TextChange::between("same", "same").removed, "");
}

TEST(LineDiff, ShowsWhatOneSideHasAlone)
{
    using Side = gui::DiffLine::Side;
    EXPECT_THAT(gui::lineDiff("a\nb\nc", "a\nx\nc\nd"),
                testing::ElementsAre(gui::DiffLine{Side::Both, "a"}, gui::DiffLine{Side::Old, "b"},
                                     gui::DiffLine{Side::New, "x"}, gui::DiffLine{Side::Both, "c"},
                                     gui::DiffLine{Side::New, "d"}));
}

} // namespace
} // namespace rumpus
