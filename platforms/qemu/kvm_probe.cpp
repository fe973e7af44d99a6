// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/qemu/kvm_probe.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/config.h"

#include <QCoroProcess>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryFile>

#include <array>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace rumpus {

namespace {

constexpr std::string_view slowNote = "running without KVM, about 20 times slower";

/// A multiboot image that goes to 64-bit mode, counts for a moment, and writes 0x15 to port 0xf4. It was
/// written in assembly:
///   build page tables at 2 MiB that map the first 2 MiB; CR4.PAE = 1; CR3 = 2 MiB; EFER.LME = 1; CR0.PG = 1;
///   load a descriptor table with one 64-bit code segment; jump far into it; count 0x400000 down in a loop of
///   two instructions; out 0xf4; hlt.
/// Some machines open /dev/kvm, run a few instructions in 32-bit mode and fail in the 64-bit one. On others
/// KVM emulates a kernel's every instruction, and soon meets one that it does not know: a processor counts so
/// far in 2 ms, QEMU's own emulator in 30, and such a machine in 2 s.
constexpr std::array<std::uint8_t, 160> image{
    0x02, 0xb0, 0xad, 0x1b, 0x00, 0x00, 0x01, 0x00, 0xfe, 0x4f, 0x51, 0xe4, 0x00, 0x00, 0x10, 0x00,
    0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x20, 0x00, 0x10, 0x00,
    0xbf, 0x00, 0x00, 0x20, 0x00, 0xb8, 0x03, 0x10, 0x20, 0x00, 0x89, 0x07, 0xb8, 0x03, 0x20, 0x20,
    0x00, 0x89, 0x87, 0x00, 0x10, 0x00, 0x00, 0xb8, 0x83, 0x00, 0x00, 0x00, 0x89, 0x87, 0x00, 0x20,
    0x00, 0x00, 0x0f, 0x20, 0xe0, 0x0c, 0x20, 0x0f, 0x22, 0xe0, 0x0f, 0x22, 0xdf, 0xb9, 0x80, 0x00,
    0x00, 0xc0, 0x0f, 0x32, 0x80, 0xcc, 0x01, 0x0f, 0x30, 0x0f, 0x20, 0xc0, 0x0d, 0x00, 0x00, 0x00,
    0x80, 0x0f, 0x22, 0xc0, 0x0f, 0x01, 0x15, 0x98, 0x00, 0x10, 0x00, 0xea, 0x72, 0x00, 0x10, 0x00,
    0x08, 0x00, 0xb9, 0x00, 0x00, 0x40, 0x00, 0xff, 0xc9, 0x75, 0xfc, 0x66, 0xba, 0xf4, 0x00, 0xb0,
    0x15, 0xee, 0xf4, 0xeb, 0xfd, 0x0f, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x9a, 0x20, 0x00, 0x0f, 0x00, 0x88, 0x00, 0x10, 0x00, 0x00, 0x00};

/// isa-debug-exit makes 0x15 QEMU's exit status (0x15 << 1) | 1.
constexpr int goodStatus = 43;

/// What the verdict depends on: this boot of the machine, /dev/kvm as it is now, our right to it, QEMU
/// itself.
std::string circumstances(const std::string& emulator)
{
    struct stat device{};
    struct stat program{};
    ::stat("/dev/kvm", &device);
    ::stat(emulator.c_str(), &program);
    const std::string boot(trimmed(readFile("/proc/sys/kernel/random/boot_id").value_or("")));
    return formatted("{} {}:{} {} {} {}", boot, device.st_ino, device.st_ctim.tv_sec,
                     ::access("/dev/kvm", R_OK | W_OK), program.st_ino, program.st_mtim.tv_sec);
}

std::filesystem::path verdictFile()
{
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    return std::filesystem::path(cache.toStdString()) / "rumpus" / "kvm.json";
}

std::optional<KvmVerdict> keptVerdict(const std::string& now)
{
    const Json kept = Json::parse(readFile(verdictFile()).value_or(""), nullptr, false);
    if (!kept.is_object() || kept.value("circumstances", Json()) != Json(now)) {
        return std::nullopt;
    }
    const Json works = kept.value("works", Json());
    const Json note = kept.value("note", Json());
    if (!works.is_boolean() || !note.is_string()) {
        return std::nullopt;
    }
    return KvmVerdict{.works = works.get<bool>(), .note = note.get<std::string>()};
}

void keep(const KvmVerdict& verdict, const std::string& now)
{
    std::error_code ignored;
    std::filesystem::create_directories(verdictFile().parent_path(), ignored);
    const Json json = {{"circumstances", now}, {"works", verdict.works}, {"note", verdict.note}};
    // a verdict that cannot be kept is asked for again, which costs a moment and nothing else
    (void)saveFile(verdictFile(), json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

/// Why /dev/kvm need not be tried, or nothing.
std::optional<std::string> closedDoor()
{
    const int descriptor = ::open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (descriptor >= 0) {
        ::close(descriptor);
        return std::nullopt;
    }
    if (errno == ENOENT) {
        return formatted(
            "{}: there is no /dev/kvm (load the module kvm_intel or kvm_amd, or switch virtualization on "
            "in the firmware)",
            slowNote);
    }
    if (errno == EACCES || errno == EPERM) {
        return formatted("{}: no permission on /dev/kvm (add yourself to the group kvm, and log in again)",
                         slowNote);
    }
    return formatted("{}: /dev/kvm does not open ({})", slowNote, std::strerror(errno));
}

QCoro::Task<KvmVerdict> tryGuest(std::string emulator)
{
    QTemporaryFile file;
    if (!file.open() || file.write(reinterpret_cast<const char*>(image.data()), image.size()) < 0 ||
        !file.flush()) {
        co_return KvmVerdict{.works = false, .note = formatted("{}: no room to test KVM", slowNote)};
    }
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QString::fromStdString(emulator),
                  {QStringLiteral("-nodefaults"), QStringLiteral("-no-user-config"),
                   QStringLiteral("-display"), QStringLiteral("none"), QStringLiteral("-machine"),
                   QStringLiteral("microvm,acpi=off,x-option-roms=off"), QStringLiteral("-bios"),
                   QStringLiteral("qboot.rom"), QStringLiteral("-accel"), QStringLiteral("kvm"),
                   QStringLiteral("-cpu"), QStringLiteral("host"), QStringLiteral("-m"),
                   QStringLiteral("16M"), QStringLiteral("-kernel"), file.fileName(),
                   QStringLiteral("-device"), QStringLiteral("isa-debug-exit,iobase=0xf4,iosize=4")});
    static constexpr std::chrono::milliseconds patience{900};
    const bool ended = co_await qCoro(process).waitForFinished(patience);
    if (!ended) {
        process.kill();
        co_await qCoro(process).waitForFinished(patience);
        co_return KvmVerdict{
            .works = false,
            .note = formatted(
                "{}: /dev/kvm opens here, but a guest under it does nothing, or is far too slow", slowNote)};
    }
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == goodStatus) {
        co_return KvmVerdict{.works = true, .note = {}};
    }
    const std::string words(trimmed(process.readAll().left(200).toStdString()));
    co_return KvmVerdict{.works = false,
                         .note = formatted("{}: /dev/kvm opens here, but runs no guest ({})", slowNote,
                                           printable(words.substr(0, words.find('\n'))))};
}

} // namespace

QCoro::Task<KvmVerdict> probeKvm(std::string emulator)
{
    if (std::optional<std::string> closed = closedDoor()) {
        co_return KvmVerdict{.works = false, .note = std::move(*closed)};
    }
    const std::string now = circumstances(emulator);
    if (std::optional<KvmVerdict> kept = keptVerdict(now)) {
        co_return *kept;
    }
    const KvmVerdict verdict = co_await tryGuest(emulator);
    keep(verdict, now);
    co_return verdict;
}

} // namespace rumpus
