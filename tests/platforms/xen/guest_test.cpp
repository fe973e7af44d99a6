// What a guest is told by Xenstore, it can read: as the guest itself sees it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_guest.h"

#include "tests/platforms/xen/xenstore_case.h"

namespace rumpus {

namespace {

using testing::HasSubstr;

/// A xenstored with a domain 5 as the toolstack makes one (libxl__domain_make).
class XenstoreOfAGuest : public XenstoreCase {
protected:
    void SetUp() override
    {
        XenstoreCase::SetUp();
        if (!lab) {
            return;
        }
        peer->write("/local/domain/5", "");
        peer->setPermissions("/local/domain/5",
                             {{.id = 0, .perms = XS_PERM_NONE}, {.id = 5, .perms = XS_PERM_READ}});
        peer->write("/local/domain/5/data", "");
        peer->setPermissions("/local/domain/5/data", {{.id = 5, .perms = XS_PERM_NONE}});
    }

    std::string permissionsOf(const std::string& node)
    {
        const auto permissions = done(client->permissions("/local/domain/5/" + node));
        return permissions ? toString(*permissions) : "none";
    }
};

} // namespace

TEST_F(XenstoreOfAGuest, isReadableForIt)
{
    done(tellGuest(*client, 5, {{"rumprun/cfg", R"({"cmdline":"a"})"}, {"data/word", "b"}}));
    EXPECT_EQ(peer->read("/local/domain/5/rumprun/cfg"), R"({"cmdline":"a"})");
    EXPECT_EQ(peer->read("/local/domain/5/data/word"), "b");
    EXPECT_EQ(permissionsOf("rumprun"), "n0,r5");
    EXPECT_EQ(permissionsOf("rumprun/cfg"), "n0,r5");
    EXPECT_EQ(permissionsOf("data/word"), "n5"); // below what is its own
}

TEST_F(XenstoreOfAGuest, isReadableAlsoWhereItsPlaceWasClosed)
{
    peer->write("/local/domain/5/closed", "");
    peer->setPermissions("/local/domain/5/closed", {{.id = 0, .perms = XS_PERM_NONE}});
    done(tellGuest(*client, 5, {{"closed/deep/word", "a"}}));
    EXPECT_EQ(permissionsOf("closed"), "n0,r5");
    EXPECT_EQ(permissionsOf("closed/deep"), "n0,r5");
    EXPECT_EQ(permissionsOf("closed/deep/word"), "n0,r5");
}

TEST_F(XenstoreOfAGuest, isWrittenAllOrNot)
{
    const std::string tooLong(5000, 'x');
    EXPECT_THAT(toString(failed(tellGuest(*client, 5, {{"a", "1"}, {"b", tooLong}}))), HasSubstr("4096"));
    EXPECT_EQ(peer->read("/local/domain/5/a"), std::nullopt);
    EXPECT_THAT(toString(failed(tellGuest(*client, 6, {{"a", "1"}}))), HasSubstr("no domain 6"));
    EXPECT_EQ(peer->read("/local/domain/6/a"), std::nullopt);
}

} // namespace rumpus
