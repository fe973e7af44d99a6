// rumprun command lines and bare images as configs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/image_config.h"
#include "app/session/rumprun/command.h"
#include "app/session/shell_words.h"
#include "core/config/document.h"

#include <filesystem>
#include <gmock/gmock.h>

namespace rumpus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ShellWords, SplitsAsAShellDoes)
{
    EXPECT_THAT(shellWords("a  'b c' \"d \\\" $e\" f\\ g ''\t\\\n h").value(),
                ElementsAre("a", "b c", "d \" $e", "f g", "", "h"));
    EXPECT_THAT(shellWords("").value(), testing::IsEmpty());
    EXPECT_THAT(shellWords("say 'it").error().what, HasSubstr("never closed"));
    EXPECT_THAT(shellWords("say \"it").error().what, HasSubstr("never closed"));
    EXPECT_THAT(shellWords("say \\").error().what, HasSubstr("backslash"));
}

struct RumprunCase {
    std::string what;
    std::string command;
    std::string config; ///< as compact JSON
};

void PrintTo(const RumprunCase& one, std::ostream* out)
{
    *out << one.what;
}

class Rumprun : public testing::TestWithParam<RumprunCase> {};

TEST_P(Rumprun, BecomesAConfig)
{
    const Result<RumprunConfig> read = configFromRumprun(GetParam().command);
    ASSERT_TRUE(read) << toString(read.error());
    EXPECT_EQ(toJson(read->config).dump(), GetParam().config);
    EXPECT_TRUE(readConfig(toText(read->config)).problems.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Rumprun,
    testing::Values(
        RumprunCase{"image alone", "rumprun qemu hello.bin",
                    R"({"version":1,"name":"hello","image":"hello.bin","arguments":["hello.bin"]})"},
        RumprunCase{
            "options joined and attached, arguments after --",
            "sudo /opt/bin/rumprun -S kvm -ip -M128 ./hello.bin -- -v 'two words'",
            R"({"version":1,"name":"hello","image":"./hello.bin","memory":"128 MiB","arguments":["./hello.bin","-v","two words"]})"},
        RumprunCase{
            "user network with a forward",
            "$ RUMPRUN_WARNING_STFU=please rumprun qemu -i \\\n -I if,vioif,'-net "
            "user,hostfwd=tcp::8080-:80' -W if,inet,dhcp -N web httpd.bin",
            R"({"version":1,"name":"web","image":"httpd.bin","arguments":["httpd.bin"],"hostname":"web","interfaces":[{"name":"vioif0","backend":{"forward":[{"host":8080,"guest":80}]}}]})"},
        RumprunCase{
            "tap with a static address",
            "rumprun kvm -I t,vioif,'-net tap,script=no,ifname=tap3' -W "
            "t,inet,static,10.0.120.101/24,10.0.120.1 a.bin",
            R"({"version":1,"name":"a","image":"a.bin","arguments":["a.bin"],"interfaces":[{"name":"vioif0","backend":{"type":"tap","device":"tap3"},"ipv4":{"method":"static","address":"10.0.120.101/24","gateway":"10.0.120.1"}}]})"},
        RumprunCase{
            "IPv6 alone", "rumprun qemu -I t,vioif,'-net user' -W t,inet6,auto a.bin",
            R"({"version":1,"name":"a","image":"a.bin","arguments":["a.bin"],"interfaces":[{"name":"vioif0","ipv4":{"method":"none"},"ipv6":{"method":"auto"}}]})"},
        RumprunCase{
            "disks, environment, raw arguments",
            "rumprun qemu -b data.img,/data -b raw.img -e A=1 -e B -g '-nographic -vga none' a.bin",
            R"({"version":1,"name":"a","image":"a.bin","arguments":["a.bin"],"environment":{"A":"1","B":""},"disks":[{"file":"data.img","mountpoint":"/data"},{"file":"raw.img"}],"backendArguments":["-nographic","-vga","none"]})"},
        RumprunCase{
            "Xen", "rumprun -S xen -di -I x,xenif,bridge=br1 -W x,inet,dhcp -M 32 a.bin",
            R"({"version":1,"name":"a","image":"a.bin","host":"xen:///system","memory":"32 MiB","arguments":["a.bin"],"interfaces":[{"name":"xenif0","backend":{"type":"bridge","device":"br1"}}],"onCrash":"destroy"})"},
        RumprunCase{
            "November 2014",
            "rumprun xen -di -n inet:static:10.10.10.10/16 -b data.ffs:/data ./mathopd -n -f "
            "/data/mathopd.conf",
            R"({"version":1,"name":"mathopd","image":"./mathopd","host":"xen:///system","arguments":["./mathopd","-n","-f","/data/mathopd.conf"],"interfaces":[{"name":"xenif0","backend":{"type":"bridge","device":"xenbr0"},"ipv4":{"method":"static","address":"10.10.10.10/16"}}],"disks":[{"file":"data.ffs","mountpoint":"/data"}],"onCrash":"destroy"})"}));

TEST(Rumprun, SaysWhatItLeavesOut)
{
    const auto notes = [](const std::string& command) { return configFromRumprun(command).value().notes; };
    EXPECT_THAT(notes("rumprun qemu -D 1234 -p $DIR/a.bin | tee log"),
                testing::UnorderedElementsAre(HasSubstr("-D 1234"), HasSubstr("-p"), HasSubstr("$DIR"),
                                              HasSubstr("\"|\"")));
    EXPECT_THAT(notes("rumprun iso a.bin &"), ElementsAre(HasSubstr("iso")));
    EXPECT_THAT(notes("rumprun qemu -I t,vioif a.bin"), ElementsAre(HasSubstr("not connected")));
}

struct Wrong {
    std::string command;
    std::string what;
    std::string cure;
};

TEST(Rumprun, RefusesWithACure)
{
    for (const Wrong& wrong :
         {Wrong{"ls -l", "no rumprun command", "paste one"}, Wrong{"rumprun", "platform", "qemu"},
          Wrong{"rumprun qmeu a.bin", "\"qmeu\"", "did you mean qemu"},
          Wrong{"rumprun qemu -z a.bin", "-z", "after the image"},
          Wrong{"rumprun qemu -M", "-M has no value", "add it"},
          Wrong{"rumprun qemu -M lots a.bin", "\"lots\"", "megabytes"},
          Wrong{"rumprun qemu -i", "no image", "add"},
          Wrong{"rumprun qemu -W t,inet,dhcp a.bin", "\"t\"", "-I t,"},
          Wrong{"rumprun qemu -I t,vioif,'-net user' -W t,ipx,dhcp a.bin", "ipx", "inet,dhcp"},
          Wrong{"rumprun qemu -I t,vioif,'-net vde' a.bin", "\"vde\"", "user"},
          Wrong{"rumprun qemu -I t,vioif,'-net user' -n inet,dhcp a.bin", "exclude", "-I"},
          Wrong{"rumprun qemu 'a.bin", "never closed", "'"}}) {
        const Result<RumprunConfig> read = configFromRumprun(wrong.command);
        ASSERT_FALSE(read) << wrong.command;
        EXPECT_THAT(read.error().what, HasSubstr(wrong.what)) << wrong.command;
        EXPECT_THAT(read.error().cure, HasSubstr(wrong.cure)) << wrong.command;
    }
}

TEST(ConfigForImage, MakesOneThatIsReadyToRun)
{
    const std::filesystem::path image = RUMPUS_BINARY_DIR "/guests/hello/hello.elf";
    const Result<UnikernelConfig> config = configForImage(image);
    ASSERT_TRUE(config) << toString(config.error());
    EXPECT_EQ(toJson(*config).dump(),
              R"({"version":1,"name":"hello","image":"hello.elf","arguments":["hello"]})");
    EXPECT_TRUE(validate(*config, image.parent_path(), std::nullopt).empty());
    EXPECT_EQ(configPathFor(image), image.parent_path() / "hello.unikernel.json");
    EXPECT_FALSE(configForImage(RUMPUS_BINARY_DIR "/guests/hello/hello.c"));
}

} // namespace
} // namespace rumpus
