// What people call hosts.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/host_uri.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace rumpus {

namespace {

std::string normal(std::string_view text)
{
    const Result<HostUri> uri = parseHostUri(text);
    return uri ? toString(*uri) : "error: " + toString(uri.error());
}

HostUri parsed(std::string_view text)
{
    const Result<HostUri> uri = parseHostUri(text);
    EXPECT_TRUE(uri) << toString(uri.error());
    return uri.value_or(HostUri{});
}

} // namespace

TEST(HostUri, isReadAndWrittenInItsFullForm)
{
    struct Row {
        const char* text;
        const char* full;
    };
    for (const Row& row : {
             Row{"qemu:///session", "qemu:///session"},
             Row{"session", "qemu:///session"},
             Row{"system", "qemu:///system"},
             Row{"QEMU:///system", "qemu:///system"},
             Row{"xen:///", "xen:///system"},
             Row{"xen:///system", "xen:///system"},
             Row{"xl:///", "xl:///system"},
             Row{"xl+ssh://root@rack1", "xl+ssh://root@rack1/system"},
             Row{"ada@rack1", "qemu+ssh://ada@rack1/system"},
             Row{"ada@rack1:2222", "qemu+ssh://ada@rack1:2222/system"},
             Row{"qemu+ssh://rack1", "qemu+ssh://rack1/system"},
             Row{"qemu+ssh://ada@[fd00::1]:22/session", "qemu+ssh://ada@[fd00::1]:22/session"},
             Row{"qemu+ssh://ada@rack1/system?keyfile=/home/a%20b/key&no_verify=1",
                 "qemu+ssh://ada@rack1/system?keyfile=/home/a%20b/key&no_verify=1"},
             Row{"xen+ssh://root@lab:2022/system", "xen+ssh://root@lab:2022/system"},
             Row{"qemu:///embed?root=/tmp/x", "qemu:///embed?root=/tmp/x"},
             Row{"qemu+unix:///system?socket=/run/s", "qemu+unix:///system?socket=/run/s"},
             Row{"qemu+tls://rack1/system", "qemu+tls://rack1/system"},
         }) {
        EXPECT_EQ(normal(row.text), row.full);
        EXPECT_EQ(normal(row.full), row.full);
    }
}

TEST(HostUri, whatIsNoHostIsRefusedWithTheFormsThatAre)
{
    for (const char* text : {"",
                             "rack1",
                             "lxc:///system",
                             "qemu",
                             "qemu+carrier-pigeon://x/system",
                             "qemu:///elsewhere",
                             "xen:///session",
                             "qemu+ssh:///system",
                             "qemu+ssh://ada@/system",
                             "qemu+ssh://-oProxyCommand=touch%20x/system",
                             "qemu+ssh://-l@host/system",
                             "-v@host",
                             "ada@-oProxyCommand=x",
                             "ada@ho st",
                             "qemu+ssh://ada:secret@host/system",
                             "qemu+ssh://host:99999/system",
                             "qemu+ssh://host:x/system",
                             "qemu:///system#x",
                             "qemu+ssh://a;rm@host/system",
                             "qemu+ssh://h/system?command=%0Ax",
                             "\x1b[31m",
                             "\xff",
                             "http://host/"}) {
        EXPECT_THAT(normal(text), testing::AllOf(testing::StartsWith("error: "),
                                                 testing::HasSubstr("qemu+ssh://USER@HOST/system")))
            << text;
    }
}

TEST(HostUri, saysWhereItsGuestsRun)
{
    EXPECT_FALSE(isRemote(parsed("qemu:///session")));
    EXPECT_FALSE(isRemote(parsed("xen:///system")));
    EXPECT_TRUE(isRemote(parsed("ada@rack1")));
    EXPECT_TRUE(isRemote(parsed("qemu+tls://rack1/system")));
}

TEST(HostUri, saysHowSshReachesIt)
{
    EXPECT_EQ(sshDestination(parsed("qemu:///session")), std::nullopt);
    EXPECT_EQ(sshDestination(parsed("qemu+tls://rack1/system")), std::nullopt);
    EXPECT_EQ(sshDestination(parsed("ada@rack1:2222")),
              (SshDestination{.host = "rack1", .user = "ada", .port = 2222}));
    EXPECT_EQ(sshDestination(parsed("xen+ssh://lab/?keyfile=/k&known_hosts=/h&no_verify=1")),
              (SshDestination{.host = "lab", .keyFile = "/k", .knownHosts = "/h", .anyHostKey = true}));
}

TEST(HostUri, connectsWithoutATerminalAndByTheGivenSsh)
{
    EXPECT_EQ(connectionUri(parsed("ada@rack1"), "/run/me/ssh"),
              "qemu+ssh://ada@rack1/system?no_tty=1&command=/run/me/ssh");
    EXPECT_EQ(connectionUri(parsed("qemu+ssh://rack1/system?command=/my/ssh"), "/run/me/ssh"),
              "qemu+ssh://rack1/system?command=/my/ssh&no_tty=1");
    EXPECT_EQ(connectionUri(parsed("qemu:///system"), "/run/me/ssh"), "qemu:///system");
}

} // namespace rumpus
