// The limits of Xenstore, and what may not be done: each said plainly.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/platforms/xen/xenstore_case.h"

namespace rumpus {

using testing::AllOf;
using testing::HasSubstr;
using testing::Optional;
using testing::SizeIs;

namespace {

class XenstoreLimits : public XenstoreCase {
protected:
    /// A client that speaks as guest 5 does, which owns /local/domain/5.
    std::unique_ptr<XenstoreClient> guest()
    {
        EXPECT_TRUE(peer->introduce(5));
        peer->write("/local/domain/5", "");
        peer->setPermissions("/local/domain/5", {{.id = 5, .perms = XS_PERM_NONE}});
        return std::make_unique<XenstoreClient>(XenstorePlace{.socket = lab->guestSocket(5)});
    }
};

} // namespace

TEST_F(XenstoreLimits, aPathAndItsValueFillOneMessage)
{
    const std::string most(4096 - 3, 'v');
    done(client->write("/v", most));
    EXPECT_THAT(done(client->read("/v")), Optional(most));
    EXPECT_EQ(peer->read("/v"), most);
    const Error error = failed(client->write("/v", most + "v"));
    EXPECT_EQ(error.fault, Fault::Input);
    EXPECT_THAT(toString(error), AllOf(HasSubstr("write /v"), HasSubstr("1 byte"), HasSubstr("4096")));
    EXPECT_THAT(done(client->read("/v")), Optional(most));
}

TEST_F(XenstoreLimits, theLongestPathWorksAndALongerOneIsTold)
{
    const std::string most = "/" + std::string(3071, 'p');
    done(client->write(most, "x"));
    EXPECT_THAT(done(client->read(most)), Optional(std::string("x")));
    EXPECT_THAT(toString(failed(client->write(most + "p", "x"))), HasSubstr("3072"));
    EXPECT_THAT(toString(failed(client->read("/a b"))), HasSubstr("letters"));
}

TEST_F(XenstoreLimits, directoriesThatFillManyMessagesAreListedWhole)
{
    for (int i = 0; i < 2000; ++i) {
        peer->write(formatted("/big/a-rather-long-name-{:04}", i), "");
    }
    const auto names = done(client->list("/big"));
    ASSERT_THAT(names, Optional(SizeIs(2000)));
    EXPECT_EQ(names->front(), "a-rather-long-name-0000");
    EXPECT_EQ(names->back(), "a-rather-long-name-1999");
}

TEST_F(XenstoreLimits, aDirectoryThatChangesWhileItIsListedIsOneOrTheOther)
{
    for (int i = 0; i < 1000; ++i) {
        peer->write(formatted("/big/a-rather-long-name-{:04}", i), "");
    }
    for (int i = 0; i < 20; ++i) {
        auto listing = client->list("/big");
        peer->write(formatted("/big/a-new-name-{:04}", i), "");
        const auto names = done(std::move(listing));
        ASSERT_TRUE(names);
        EXPECT_GE(names->size(), 1000U + static_cast<unsigned>(i));
        EXPECT_LE(names->size(), 1001U + static_cast<unsigned>(i));
        EXPECT_TRUE(std::ranges::contains(*names, "a-rather-long-name-0999"));
    }
}

TEST_F(XenstoreLimits, aGuestMayNotDoWhatIsNotItsOwn)
{
    peer->write("/local/domain/6/secret", "x");
    const auto other = guest();
    done(other->write("/local/domain/5/data", "mine"));
    EXPECT_EQ(peer->read("/local/domain/5/data"), "mine");
    for (const Error& error :
         {failed(other->read("/local/domain/6/secret")), failed(other->write("/local/domain/6/name", "x")),
          failed(other->remove("/local/domain/6/secret"))}) {
        EXPECT_EQ(error.fault, Fault::Host);
        EXPECT_THAT(toString(error), AllOf(HasSubstr("/local/domain/6"), HasSubstr("permission denied")));
    }
}

TEST_F(XenstoreLimits, aGuestsQuotasAreTold)
{
    const auto other = guest();
    const Error size = failed(other->write("/local/domain/5/data", std::string(3000, 'x')));
    EXPECT_THAT(toString(size), HasSubstr("quota"));
    Result<void> written;
    int count = 0;
    for (; written && count < 2000; ++count) {
        written = QCoro::waitFor(other->write(formatted("/local/domain/5/n{}", count), ""));
    }
    ASSERT_FALSE(written);
    EXPECT_LT(count, 1100);
    EXPECT_EQ(written.error().fault, Fault::Host);
    EXPECT_THAT(toString(written.error()), HasSubstr("quota"));
}

TEST_F(XenstoreLimits, onlyWhoMayOpenTheSocketConnects)
{
    XenstoreClient nowhere(XenstorePlace{.socket = lab->folder() / "none"});
    const Error missing = failed(nowhere.open());
    EXPECT_EQ(missing.fault, Fault::Host);
    EXPECT_THAT(toString(missing), AllOf(HasSubstr("none"), HasSubstr("--host")));
    EXPECT_EQ(nowhere.state(), XenstoreClient::State::Failed);

    XenstoreClient file(XenstorePlace{.socket = "/etc/passwd"});
    EXPECT_THAT(toString(failed(file.open())), HasSubstr("no socket"));

    XenstoreClient deep(XenstorePlace{.socket = "/tmp/" + std::string(200, 'x')});
    EXPECT_FALSE(QCoro::waitFor(deep.open()));
}

} // namespace rumpus
