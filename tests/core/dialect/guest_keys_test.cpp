// What guests will do with what they are told, and what they say that they did.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/document.h"
#include "core/dialect/guest_keys.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <string>
#include <vector>

#include "../kinds.h"

namespace rumpus {
namespace {

using namespace kinds;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Pair;

/// A config with one of everything that rumprun's guests can be told.
constexpr std::string_view everything = R"({
  "image": "x", "arguments": ["httpd", "80"], "environment": {"A": "1"}, "hostname": "web",
  "interfaces": [{"backend": {"forward": [{"host": 8080, "guest": 80}]},
                  "ipv4": {"method": "static", "address": "10.0.2.15/24", "gateway": "10.0.2.2"}}],
  "disks": [{"file": "data.img", "mountpoint": "/data"}]})";

std::vector<GuestKey> keysOf(std::string_view json, ImageKind kind = RumprunHw,
                             const std::filesystem::path& folder = "/nowhere")
{
    return guestKeys(readConfig(json).config, dialectOf(kind), folder);
}

/// Pointer → intent.
std::map<std::string, std::string> intentsOf(const std::vector<GuestKey>& keys)
{
    std::map<std::string, std::string> intents;
    for (const GuestKey& key : keys) {
        intents[key.pointer] = key.intent;
    }
    return intents;
}

/// Pointer → "configured" or "failed: words", without the keys of which nothing was seen.
std::map<std::string, std::string> heard(const std::vector<GuestKey>& keys, ImageKind kind,
                                         std::string_view console)
{
    KeyListener listener(kind, keys);
    listener.hear(console);
    std::map<std::string, std::string> seen;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const KeyVerdict& verdict = listener.verdicts()[i];
        if (verdict.state != KeyVerdict::State::NotSeen) {
            seen[keys[i].pointer] = std::string(key(verdict.state)) +
                                    (verdict.state == KeyVerdict::State::Failed ? ": " + verdict.words : "");
        }
    }
    return seen;
}

TEST(GuestKeys, SayWhatTheGuestWillDo)
{
    EXPECT_THAT(intentsOf(keysOf(everything)),
                testing::UnorderedElementsAre(
                    Pair("/arguments", HasSubstr("\"httpd\" \"80\"")),
                    Pair("/environment/A", HasSubstr("getenv(\"A\") gives \"1\"")),
                    Pair("/hostname", HasSubstr("\"web\"")), Pair("/interfaces/0", HasSubstr("vioif0")),
                    Pair("/interfaces/0/ipv4/address", HasSubstr("10.0.2.15/24")),
                    Pair("/interfaces/0/ipv4/gateway", HasSubstr("10.0.2.2")),
                    Pair("/interfaces/0/backend/forward/0", HasSubstr("TCP port 8080")),
                    Pair("/disks/0", HasSubstr("/dev/ld0a")),
                    Pair("/disks/0/mountpoint", HasSubstr("ffs, ext2 and cd9660"))));
    EXPECT_THAT(
        intentsOf(keysOf(R"({"image": "x", "interfaces": [{"ipv4": {"method": "dhcp"}}]})", RumprunXen)),
        IsSupersetOf({Pair("/interfaces/0", "the guest makes an interface xenif0 on its vif 0"),
                      Pair("/interfaces/0/ipv4", "xenif0 asks the network for an address by DHCP; "
                                                 "main() waits for the answer")}));
}

TEST(GuestKeys, TellWhatADiskHolds)
{
    const std::filesystem::path folder = testing::TempDir();
    const auto intentWith = [&](std::size_t place, std::string_view magic) {
        std::ofstream file(folder / "data.img", std::ios::binary);
        file << std::string(place, '\0') << magic << std::string(65536, '\0');
        file.close();
        return intentsOf(keysOf(everything, RumprunHw, folder))["/disks/0/mountpoint"];
    };
    EXPECT_THAT(intentWith(1080, "\x53\xef"), HasSubstr("the file holds ext2"));
    EXPECT_THAT(intentWith(32769, "CD001"), HasSubstr("the file holds cd9660"));
    EXPECT_THAT(intentWith(8192 + 1372, std::string_view("\x54\x19\x01\0", 4)),
                HasSubstr("the file holds ffs"));
    EXPECT_THAT(intentWith(0, ""), HasSubstr("holds none of them"));
}

TEST(KeyListener, TakesASilentBootForSuccess)
{
    const std::vector<GuestKey> keys = keysOf(everything);
    EXPECT_THAT(heard(keys, RumprunHw, "vioif0 at virtio0: Ethernet address 52:54:00:12:34:56\r\n"),
                testing::ElementsAre(Pair("/interfaces/0", "configured")));
    const auto all = heard(keys, RumprunHw, "\r\n=== calling \"httpd\" main() ===\r\n");
    EXPECT_EQ(all.size(), keys.size() - 1) << "all but the forward, which only a connection can tell";
    for (const auto& [pointer, state] : all) {
        EXPECT_EQ(state, "configured") << pointer;
    }
}

struct Failure {
    std::string console;
    std::string pointer;
};

TEST(KeyListener, KnowsWhatAGuestCouldNotDo)
{
    const std::vector<GuestKey> keys = keysOf(everything);
    for (const Failure& failure :
         {Failure{R"(rumprun: failed to mount fs type "blk" from "/dev/ld0a" to "/data")",
                  "/disks/0/mountpoint"},
          Failure{R"(rumprun: failed to create mp dir "": Not a directory)", "/disks/0/mountpoint"},
          Failure{R"(rumprun: gw "10.0.2.2" addition failed)", "/interfaces/0/ipv4/gateway"},
          Failure{R"(rumprun: ifconfig "vioif0" for "10.0.2.15/24" failed)", "/interfaces/0/ipv4/address"},
          Failure{"cannot init vioif0 (18)", "/interfaces/0"},
          Failure{"rumprun: putenv: Invalid argument", "/environment/A"},
          Failure{"rumprun: sethostname: Invalid argument", "/hostname"}}) {
        EXPECT_THAT(heard(keys, RumprunHw, failure.console + "\r\n\r\n=== bootstrap failed\r\n"),
                    testing::ElementsAre(Pair(failure.pointer, "failed: " + failure.console)))
            << failure.console;
    }
}

TEST(KeyListener, BlamesNoneOfSeveralThatALineCouldMean)
{
    const std::vector<GuestKey> keys = keysOf(
        R"({"image": "x", "disks": [{"file": "a", "mountpoint": "/a"}, {"file": "b", "mountpoint": "/b"}]})");
    EXPECT_THAT(heard(keys, RumprunHw, "rumprun: failed to create mp dir \"\": Not a directory\n"),
                testing::IsEmpty());
}

TEST(KeyListener, BelievesTheKernelAndNotTheApplication)
{
    const std::vector<GuestKey> keys = keysOf(everything);
    const auto seen = heard(keys, RumprunHw,
                            "=== calling \"httpd\" main() ===\n"
                            "rumprun: gw \"10.0.2.2\" addition failed\n");
    EXPECT_EQ(seen.at("/interfaces/0/ipv4/gateway"), "configured");
}

TEST(KeyListener, HearsSprig)
{
    const std::vector<GuestKey> keys = keysOf(everything, Sprig);
    EXPECT_THAT(heard(keys, Sprig,
                      "vioif0: virtio-net on PCI, 52:54:00:12:34:56\n"
                      "sprig: /dev/ld0a cannot be mounted: it is no ext2 file system\n"),
                testing::UnorderedElementsAre(
                    Pair("/interfaces/0", "configured"),
                    Pair("/disks/0/mountpoint",
                         "failed: sprig: /dev/ld0a cannot be mounted: it is no ext2 file system")));
}

TEST(KeyListener, HearsHermitInItsColours)
{
    const std::vector<GuestKey> keys = keysOf(
        R"({"image": "x", "arguments": ["a", "b"], "environment": {"A": "1"}, "interfaces": [{"ipv4":
            {"method": "static", "address": "10.0.2.15/24", "gateway": "10.0.2.2"}}]})",
        Hermit);
    const std::string called =
        "[    0.351948][0][\x1b[32mINFO \x1b[0m hermit    ] Jumping into application\n";
    EXPECT_THAT(heard(keys, Hermit,
                      "[    0.343312][0][\x1b[31mERROR\x1b[0m pci       ] Could not initialize virtio-pci "
                      "device: Virtio driver failed\n" +
                          called),
                testing::UnorderedElementsAre(
                    Pair("/interfaces/0", "failed: [    0.343312][0][ERROR pci       ] Could not initialize "
                                          "virtio-pci device: Virtio driver failed"),
                    Pair("/environment/A", "configured"), Pair("/arguments", "configured")));
    // an address comes when a server gives it, which may be late
    EXPECT_THAT(
        heard(keys, Hermit,
              called + "[    0.389131][0][\x1b[32mINFO \x1b[0m network   ] IP address:   10.0.2.15/24\n"),
        testing::Contains(Pair("/interfaces/0/ipv4/address", "configured")));
}

TEST(KeyListener, TellsProgramsApart)
{
    const std::vector<GuestKey> keys = keysOf(
        R"({"image": "x", "programs": [{"arguments": ["a"], "mode": "piped"}, {"arguments": ["b"]}]})");
    EXPECT_THAT(heard(keys, RumprunHw, "=== calling \"a\" main() ===\n"),
                testing::ElementsAre(Pair("/programs/0", "configured")));
    EXPECT_THAT(intentsOf(keys).at("/programs/0"), HasSubstr("the next program's input"));
}

} // namespace
} // namespace rumpus
