// Messages of Xenstore, whole, in pieces and broken.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_wire.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <random>

namespace rumpus {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const XenstoreMessage sample{
    .verb = XenstoreVerb::Write, .request = 7, .transaction = 3, .body = std::string("/a\0\0\xff", 5)};

} // namespace

TEST(XenstoreWire, aMessageIsAHeaderOfFourWordsAndItsBody)
{
    const std::string bytes = encoded(sample);
    EXPECT_EQ(bytes, std::string("\x0b\0\0\0\x07\0\0\0\x03\0\0\0\x05\0\0\0/a\0\0\xff", 21));
}

TEST(XenstoreWire, messagesComeInAnyPieces)
{
    const std::string bytes = encoded(sample) + encoded({.verb = XenstoreVerb::Read}) + encoded(sample);
    for (std::size_t piece = 1; piece < 24; ++piece) {
        XenstoreDecoder decoder;
        std::vector<XenstoreMessage> messages;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            decoder.feed(std::string_view(bytes).substr(at, piece));
            while (const auto message = decoder.next().value()) {
                messages.push_back(*message);
            }
        }
        EXPECT_THAT(messages, ElementsAre(sample, XenstoreMessage{.verb = XenstoreVerb::Read}, sample));
    }
}

TEST(XenstoreWire, aLengthThatNoMessageHasIsAnError)
{
    XenstoreDecoder decoder;
    decoder.feed(std::string(12, '\0') + std::string("\x01\x10\0\0", 4)); // 4097
    EXPECT_FALSE(decoder.next());
}

TEST(XenstoreWire, hostileBytesAreReadToTheirEnd)
{
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        XenstoreDecoder decoder;
        std::string bytes(random() % 100, '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random() % 4);
        }
        decoder.feed(bytes);
        while (true) {
            const auto message = decoder.next();
            if (!message || !*message) {
                break;
            }
            (void)stringsOf((*message)->body);
            (void)permissionsOf((*message)->body);
        }
    }
}

TEST(XenstoreWire, stringsEndWithANul)
{
    EXPECT_THAT(stringsOf(std::string_view("a\0bc\0", 5)), ElementsAre("a", "bc"));
    EXPECT_THAT(stringsOf(std::string_view("a\0bc", 4)), ElementsAre("a", "bc"));
    EXPECT_THAT(stringsOf(std::string_view("\0\0", 2)), ElementsAre("", ""));
    EXPECT_THAT(stringsOf(""), ElementsAre());
}

TEST(XenstoreWire, aRefusalSaysWhatFailedAndTheCure)
{
    EXPECT_EQ(xenstoreError({.name = "ENOENT"}, "read /a").fault, Fault::Input);
    EXPECT_THAT(toString(xenstoreError({.name = "EACCES"}, "write /a")),
                testing::AllOf(HasSubstr("write /a"), HasSubstr("permission denied"), HasSubstr("owner")));
    EXPECT_THAT(toString(xenstoreError({.name = ""}, "write /a")), HasSubstr("connection"));
    EXPECT_THAT(toString(xenstoreError({.name = "E\x1b[2J"}, "write /a")), HasSubstr("\\x1b"));
}

} // namespace rumpus
