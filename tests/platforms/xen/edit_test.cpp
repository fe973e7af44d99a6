// Edits and their way back, snapshots and what is different between them, on the real xenstored.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_edit.h"
#include "platforms/xen/xenstore_snapshot.h"

#include "tests/platforms/xen/xenstore_case.h"

namespace rumpus {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using EditKind = XenstoreEdit::Kind;

namespace {

class XenstoreEdits : public XenstoreCase {
protected:
    void SetUp() override
    {
        XenstoreCase::SetUp();
        if (client) {
            editor = std::make_unique<XenstoreEditor>(*client);
        }
    }

    XenstoreSnapshot snapshot(const std::string& path) { return done(takeSnapshot(*client, path)); }

    std::vector<std::string> changed(const XenstoreSnapshot& before, const XenstoreSnapshot& after)
    {
        std::vector<std::string> lines;
        for (const XenstoreDifference& difference : differences(before, after)) {
            lines.push_back(toText(difference));
        }
        return lines;
    }

    std::unique_ptr<XenstoreEditor> editor;
};

} // namespace

TEST_F(XenstoreEdits, areDoneTogetherAndUndoneTogether)
{
    peer->write("/a/old", "1");
    peer->write("/a/tree/x", "2");
    peer->setPermissions("/a/tree/x", {{.id = 3, .perms = XS_PERM_READ}});
    const XenstoreSnapshot before = snapshot("/a");
    done(editor->apply(
        {{.kind = EditKind::Write, .path = "/a/old", .value = "new"},
         {.kind = EditKind::Write, .path = "/a/deep/er/node", .value = "3"},
         {.kind = EditKind::Remove, .path = "/a/tree"},
         {.kind = EditKind::MakeDirectory, .path = "/a/empty"},
         {.kind = EditKind::Permit, .path = "/a/old", .permissions = parsePermissions("n0 b5").value()}}));
    EXPECT_THAT(changed(before, snapshot("/a")),
                ElementsAre("+ /a/deep \"\"", "+ /a/deep/er \"\"", "+ /a/deep/er/node \"3\"",
                            "+ /a/empty \"\"", "~ /a/old \"1\" → \"new\" (n0) → (n0,b5)", "- /a/tree \"\"",
                            "- /a/tree/x \"2\""));
    ASSERT_EQ(editor->done().size(), 1U);
    done(editor->undo());
    EXPECT_THAT(changed(before, snapshot("/a")), IsEmpty());
    EXPECT_TRUE(editor->done().empty());
    EXPECT_THAT(toString(failed(editor->undo())), HasSubstr("nothing to undo"));
}

TEST_F(XenstoreEdits, allOrNoneAreDone)
{
    peer->write("/a", "1");
    failed(editor->apply({{.kind = EditKind::Write, .path = "/a", .value = "2"},
                          {.kind = EditKind::Remove, .path = "/not/there"}}));
    EXPECT_EQ(peer->read("/a"), "1");
    EXPECT_TRUE(editor->done().empty());
}

TEST_F(XenstoreEdits, whatSomebodyElseHasChangedSinceIsNotUndoneUnasked)
{
    peer->write("/a", "1");
    done(editor->apply({{.kind = EditKind::Write, .path = "/a", .value = "2"}}));
    peer->write("/a", "theirs");
    EXPECT_THAT(toString(failed(editor->undo())), HasSubstr("changed since"));
    EXPECT_EQ(peer->read("/a"), "theirs");
    done(editor->undo(true));
    EXPECT_EQ(peer->read("/a"), "1");
}

TEST_F(XenstoreEdits, theLastHundredCanBeUndone)
{
    for (int i = 0; i < 105; ++i) {
        done(editor->apply({{.kind = EditKind::Write, .path = "/n", .value = std::to_string(i)}}));
    }
    EXPECT_EQ(editor->done().size(), 100U);
    for (int i = 0; i < 100; ++i) {
        done(editor->undo());
    }
    EXPECT_EQ(peer->read("/n"), "4");
}

TEST_F(XenstoreEdits, aLargeSubtreeComesBackWhole)
{
    for (int i = 0; i < 700; ++i) {
        peer->write(formatted("/big/a-rather-long-name-{:04}", i), std::string(100, 'x'));
    }
    const XenstoreSnapshot before = snapshot("/big");
    done(editor->apply({{.kind = EditKind::Remove, .path = "/big"}}));
    EXPECT_EQ(peer->read("/big"), std::nullopt);
    done(editor->undo());
    EXPECT_EQ(snapshot("/big").root, before.root);
}

TEST_F(XenstoreEdits, snapshotsSurviveAsText)
{
    peer->write("/s/bytes", std::string("\0\xff\x1b", 3));
    peer->write("/s/text", "zwölf \\ \"x\"");
    peer->write("/s/10", "");
    peer->write("/s/9/deep", "");
    const XenstoreSnapshot taken = snapshot("/s");
    const Result<XenstoreSnapshot> read = parseSnapshot(toText(taken));
    ASSERT_TRUE(read) << toString(read.error());
    EXPECT_EQ(*read, taken);
    const XenstoreSnapshot none = snapshot("/nothing");
    EXPECT_EQ(parseSnapshot(toText(none)), none);
    EXPECT_THAT(changed(none, taken).front(), HasSubstr("+ /s"));
    EXPECT_THAT(changed(taken, none).back(), HasSubstr("- /s/text"));
}

TEST(XenstoreSnapshots, whatIsNoneIsRefused)
{
    for (const char* text :
         {"", "[]", "{}", R"({"xenstore":"/","nodes":3})", R"({"xenstore":"a","nodes":[]})",
          R"({"xenstore":"/a","nodes":[{"path":"/b","value":""}]})",
          R"({"xenstore":"/a","nodes":[{"path":"/a"}]})", R"({"xenstore":"/a","nodes":[7]})",
          R"({"xenstore":"/a","nodes":[{"path":"/a","value":""},{"path":"/a","value":""}]})",
          R"({"xenstore":"/a","nodes":[{"path":"/a","value":""},{"path":"/a/b/c","value":""}]})",
          R"({"xenstore":"/a","nodes":[{"path":"/a","value64":"*"}]})",
          R"({"xenstore":"/a","nodes":[{"path":"/a","value":"","permissions":"q"}]})"}) {
        EXPECT_FALSE(parseSnapshot(text)) << text;
    }
}

TEST(XenstoreEditing, dom0AndVmAskFirst)
{
    const auto asks = [](EditKind kind, const char* path) {
        return reasonToAsk({.kind = kind, .path = path}).has_value();
    };
    EXPECT_TRUE(asks(EditKind::Write, "/local/domain/0/name"));
    EXPECT_TRUE(asks(EditKind::Remove, "/local/domain/0/backend/vif/5"));
    EXPECT_TRUE(asks(EditKind::Permit, "/vm/u-1"));
    EXPECT_TRUE(asks(EditKind::Remove, "/vm"));
    EXPECT_TRUE(asks(EditKind::Remove, "/local"));
    EXPECT_FALSE(asks(EditKind::Permit, "/local"));
    EXPECT_FALSE(asks(EditKind::Write, "/local/domain/5/name"));
    EXPECT_FALSE(asks(EditKind::Remove, "/local/domain/05"));
    EXPECT_FALSE(asks(EditKind::Write, "/vmware"));
}

TEST(XenstoreEditing, anEditIsACommandOfXensTools)
{
    EXPECT_EQ(toCommand({.kind = EditKind::Write, .path = "/a", .value = "two words\n"}),
              "xenstore-write /a 'two words\\n'");
    EXPECT_EQ(toCommand({.kind = EditKind::Remove, .path = "/a"}), "xenstore-rm /a");
    EXPECT_EQ(
        toCommand({.kind = EditKind::Permit, .path = "/a", .permissions = parsePermissions("n0 r5").value()}),
        "xenstore-chmod /a n0 r5");
}

} // namespace rumpus
