// Packets of GDB's remote protocol: whole, in pieces, broken; and a server that is sent anything.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/description.h"
#include "platforms/xen/gdbstub/packet.h"
#include "platforms/xen/gdbstub/server.h"

#include <gtest/gtest.h>

#include <format>
#include <gmock/gmock.h>
#include <random>

#include "tests/platforms/xen/gdbstub/no_guest.h"

namespace rumpus::gdbstub {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Kind = Received::Kind;

std::vector<Received> allOf(PacketReader& reader)
{
    std::vector<Received> all;
    while (std::optional<Received> one = reader.next()) {
        all.push_back(std::move(*one));
    }
    return all;
}

std::vector<Received> readFrom(std::string_view bytes)
{
    PacketReader reader;
    reader.feed(bytes);
    return allOf(reader);
}

/// What is answered to one packet.
std::string answerTo(std::string_view payload)
{
    NoGuest guest;
    std::string said;
    Server server(guest, [&said](std::string_view bytes) { said += bytes; });
    server.receive(framed(payload));
    const std::vector<Received> answers = readFrom(said);
    EXPECT_TRUE(said.starts_with('+')) << said;
    EXPECT_EQ(answers.size(), 1U) << said;
    return answers.empty() ? "" : answers.front().payload;
}

} // namespace

TEST(GdbPacket, comesWholeOrInPieces)
{
    const std::string bytes = "+" + framed("vCont;c") + "\x03" + framed("g");
    const std::vector<Received> wanted{{Kind::Packet, "vCont;c"}, {Kind::Interrupt, ""}, {Kind::Packet, "g"}};
    EXPECT_EQ(readFrom(bytes), wanted);
    PacketReader reader;
    std::vector<Received> pieces;
    for (const char c : bytes) {
        reader.feed({&c, 1});
        for (Received& one : allOf(reader)) {
            pieces.push_back(std::move(one));
        }
    }
    EXPECT_EQ(pieces, wanted);
}

TEST(GdbPacket, whatMustBeEscapedIs)
{
    const std::string all("$#}*\x03\0a", 7);
    EXPECT_EQ(readFrom(framed(all)), (std::vector<Received>{{Kind::Packet, all}}));
}

TEST(GdbPacket, aBrokenOneIsTold)
{
    EXPECT_EQ(readFrom("$g#00"), (std::vector<Received>{{Kind::Broken, ""}}));
    EXPECT_EQ(readFrom("$g#zz"), (std::vector<Received>{{Kind::Broken, ""}}));
    EXPECT_EQ(readFrom("$" + std::string(3 * longestPacket, 'a')),
              (std::vector<Received>{{Kind::Broken, ""}}));
}

TEST(GdbServer, answersAsGdbUnderstandsIt)
{
    EXPECT_THAT(answerTo("qSupported:swbreak+"), AllOf(HasSubstr("PacketSize=4000"), HasSubstr("swbreak+")));
    EXPECT_EQ(answerTo("?"), "T05thread:1;");
    EXPECT_EQ(answerTo("qfThreadInfo"), "m1");
    EXPECT_EQ(answerTo("g").size(), 2 * registersSize());
    EXPECT_EQ(answerTo("p10"), "0101010101010101");
    EXPECT_EQ(answerTo("m1000,8"), "E01");
    EXPECT_EQ(answerTo("Z3,1000,4"), "") << "GDB watches for writing too then";
    EXPECT_EQ(answerTo("z2,1000,4"), "OK");
    EXPECT_EQ(answerTo("vNobodyKnows"), "");
    EXPECT_THAT(answerTo("vKill;1"), HasSubstr("monitor destroy"));
    EXPECT_EQ(answerTo("vCont;c"), "E.it has  ended ") << "what is no part of a packet is left out";
    EXPECT_EQ(answerTo("qRcmd,68656c70"), toHex("yes\n"));
    for (const char* odd : {"m", "m1000", "mzz,1", "m1000,1x", "M0,4:00", "G00", "P0=00", "p999", "Z0,zz,1",
                            "Z2,1000", "qRcmd,6"}) {
        EXPECT_THAT(answerTo(odd), StartsWith("E.")) << odd;
    }
}

TEST(GdbServer, itsDescriptionIsReadInPieces)
{
    std::string xml;
    while (xml.size() <= targetXml().size()) {
        const std::string piece =
            answerTo(std::format("qXfer:features:read:target.xml:{:x},100", xml.size()));
        ASSERT_FALSE(piece.empty());
        xml += piece.substr(1);
        if (piece.front() == 'l') {
            break;
        }
    }
    EXPECT_EQ(xml, targetXml());
}

TEST(GdbServer, survivesWhateverIsSent)
{
    std::mt19937 random(7); // NOLINT: the same bytes every time
    static constexpr std::string_view likely = "$#}*+-\x03vCont;sc:0123456789abcdefqXfermMxXZzgGpPHT?,=";
    NoGuest guest;
    std::size_t said = 0;
    for (int round = 0; round < 2000; ++round) {
        Server server(guest, [&said](std::string_view bytes) { said += bytes.size(); });
        for (int piece = 0; piece < 20; ++piece) {
            std::string bytes;
            for (auto i = random() % 40; i > 0; --i) {
                bytes += random() % 8 == 0 ? static_cast<char>(random()) : likely[random() % likely.size()];
            }
            server.receive(random() % 2 == 0 ? framed(bytes) : bytes);
            server.look();
        }
    }
    EXPECT_GT(said, 0U);
    EXPECT_LE(guest.most, longestPacket) << "no more is read than a packet holds";
}

} // namespace rumpus::gdbstub
