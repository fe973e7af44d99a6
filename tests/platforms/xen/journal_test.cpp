// The journal of Xenstore: whose a change was, what is kept, found and exported.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_journal.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace rumpus {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Kind = XenstoreChange::Kind;

namespace {

XenstoreChange change(Kind kind, std::string path, std::string before, std::string after)
{
    return {.kind = kind,
            .time = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'700'000'000'123)),
            .path = std::move(path),
            .before = std::move(before),
            .after = std::move(after)};
}

XenstoreChange created(std::string path, std::string value = {})
{
    return change(Kind::Created, std::move(path), {}, std::move(value));
}

XenstoreChange written(std::string path, std::string before, std::string after)
{
    return change(Kind::Written, std::move(path), std::move(before), std::move(after));
}

XenstoreChange removed(std::string path)
{
    return change(Kind::Removed, std::move(path), "x", {});
}

std::string guestOf(const XenstoreJournal& journal, const XenstoreEntry& entry)
{
    return entry.guest ? toString(journal.guests()[*entry.guest]) : std::string();
}

std::vector<std::uint64_t> found(const XenstoreJournal& journal, XenstoreFilter filter)
{
    std::vector<std::uint64_t> numbers;
    for (const std::size_t place : select(journal, XenstoreMatcher::make(std::move(filter)).value())) {
        numbers.push_back(journal.entries()[place].number);
    }
    return numbers;
}

} // namespace

TEST(XenstoreJournal, changesBelongToGuestsByTheirNames)
{
    XenstoreJournal journal;
    journal.add(created("/vm/u-1/name", "early"));
    EXPECT_EQ(guestOf(journal, journal.entries().back()), "");
    journal.add(created("/local/domain/5"));
    EXPECT_EQ(guestOf(journal, journal.entries().back()), "domain 5");
    journal.add(created("/local/domain/5/vm", "/vm/u-1"));
    journal.add(created("/local/domain/5/name", "web\x1b"));
    EXPECT_EQ(guestOf(journal, journal.entries().back()), "web\\x1b (5)");
    EXPECT_EQ(guestOf(journal, journal.add(created("/local/domain/0/backend/vif/5/0/state", "1"))),
              "web\\x1b (5)");
    EXPECT_EQ(guestOf(journal, journal.add(written("/vm/u-1/name", "", "x"))), "web\\x1b (5)");
    EXPECT_EQ(guestOf(journal, journal.add(created("/tool/x"))), "");
}

TEST(XenstoreJournal, aNumberThatIsGivenAgainIsAnotherGuest)
{
    XenstoreJournal journal;
    journal.add(created("/local/domain/5"));
    journal.add(created("/local/domain/5/name", "first"));
    const std::size_t first = *journal.guestOf(5);
    journal.add(removed("/local/domain/5"));
    EXPECT_TRUE(journal.guests()[first].gone);
    EXPECT_EQ(guestOf(journal, journal.add(removed("/local/domain/0/backend/vif/5/0"))), "first (5)");
    journal.add(created("/local/domain/5"));
    journal.add(created("/local/domain/5/name", "second"));
    EXPECT_NE(*journal.guestOf(5), first);
    EXPECT_EQ(guestOf(journal, journal.entries().back()), "second (5, no. 2)");
    EXPECT_EQ(guestOf(journal, journal.entries().front()), "first (5)");
}

TEST(XenstoreJournal, anotherUuidIsAnotherGuestAlsoWhereNobodySawTheFirstGo)
{
    XenstoreJournal journal;
    journal.add(created("/local/domain/5/vm", "/vm/u-1"));
    journal.add(written("/local/domain/5/vm", "/vm/u-1", "/vm/u-2"));
    EXPECT_THAT(journal.guests(), SizeIs(2));
    EXPECT_EQ(journal.guests()[1].life, 2U);
}

TEST(XenstoreJournal, keepsWhatItsLimitsAllowAndCountsTheRest)
{
    XenstoreJournal journal({.entries = 3, .bytes = 1000});
    for (int i = 0; i < 5; ++i) {
        journal.add(created("/n" + std::to_string(i)));
    }
    EXPECT_THAT(journal.entries(), SizeIs(3));
    EXPECT_EQ(journal.dropped(), 2U);
    EXPECT_EQ(journal.entries().front().number, 3U);
    journal.add(created("/big", std::string(900, 'x')));
    journal.add(created("/big", std::string(900, 'x')));
    EXPECT_THAT(journal.entries(), SizeIs(1));
    EXPECT_EQ(journal.entries().front().number, 7U);
}

TEST(XenstoreJournal, isFilteredByTextGuestKindAndPlace)
{
    XenstoreJournal journal;
    journal.add(created("/local/domain/5"));                                     // 1
    journal.add(written("/local/domain/5/device/vif/0/state", "3", "4"));        // 2
    journal.add(written("/local/domain/0/backend/vif/5/0/hotplug", "", "Done")); // 3
    journal.add(removed("/tool/x"));                                             // 4
    using Pattern = XenstoreFilter::Pattern;
    EXPECT_THAT(found(journal, {}), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(found(journal, {.text = "VIF"}), ElementsAre(2, 3));
    EXPECT_THAT(found(journal, {.text = "done"}), ElementsAre(3));
    EXPECT_THAT(found(journal, {.text = "."}), IsEmpty());
    EXPECT_THAT(found(journal, {.pattern = Pattern::Glob, .text = "*/state"}), ElementsAre(2));
    EXPECT_THAT(found(journal, {.pattern = Pattern::Glob, .text = "state"}), IsEmpty());
    EXPECT_THAT(found(journal, {.pattern = Pattern::Regex, .text = "/5(/|$)"}), ElementsAre(1, 2, 3));
    EXPECT_THAT(found(journal, {.guest = journal.guestOf(5)}), ElementsAre(1, 2, 3));
    EXPECT_THAT(found(journal, {.kinds = {Kind::Removed}}), ElementsAre(4));
    EXPECT_THAT(found(journal, {.below = "/local/domain/5"}), ElementsAre(1, 2));
    EXPECT_FALSE(XenstoreMatcher::make({.pattern = Pattern::Regex, .text = "("}));
}

TEST(XenstoreJournal, aGapIsInEverySelection)
{
    XenstoreJournal journal;
    journal.add(XenstoreGap{.from = {}, .to = {}, .why = "xenstored was gone"});
    EXPECT_THAT(found(journal, {.text = "nothing", .kinds = {Kind::Removed}}), ElementsAre(1));
    EXPECT_THAT(toText(journal.entries().front(), journal), HasSubstr("xenstored was gone"));
    EXPECT_EQ(toJson(journal.entries().front(), journal)["event"], "gap");
}

TEST(XenstoreJournal, aLineTellsWhatHappenedToWhom)
{
    XenstoreJournal journal;
    journal.add(created("/local/domain/5/name", "web"));
    XenstoreChange state = written("/local/domain/5/device/vif/0/state", "3", "4");
    state.unseen = 2;
    EXPECT_THAT(toText(journal.add(state), journal),
                AllOf(HasSubstr("~ /local/domain/5/device/vif/0/state  \"3\" → \"4\""),
                      HasSubstr("Initialised → Connected"), HasSubstr("[web (5)]"),
                      HasSubstr("2 changes not seen")));
    EXPECT_THAT(toText(journal.add(written("/a", "", std::string("\0\x1b", 2))), journal),
                AllOf(HasSubstr("\\000\\x1b"), Not(HasSubstr("\x1b"))));
}

TEST(XenstoreJournal, isExportedAsTextAndJson)
{
    XenstoreJournal journal({.entries = 2});
    journal.add(created("/gone"));
    journal.add(created("/local/domain/5/name", "web"));
    journal.add(written("/bytes", "text", "\xff\xfe"));
    EXPECT_THAT(exportText(journal), AllOf(HasSubstr("only the last"), HasSubstr("1 line before"),
                                           HasSubstr("/local/domain/5/name"), HasSubstr("\\xff")));
    const Json read = Json::parse(exportJson(journal));
    EXPECT_EQ(read["dropped"], 1);
    EXPECT_EQ(read["entries"][0]["guest"]["name"], "web");
    EXPECT_EQ(read["entries"][0]["time"], "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(read["entries"][1]["before"], "text");
    EXPECT_EQ(takeValue(read["entries"][1], "after"), "\xff\xfe");
}

} // namespace rumpus
