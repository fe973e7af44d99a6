// XenLine: the console of a Xen guest by its pty on the host.
//
// xenconsoled(8) makes the pty and names it in Xenstore. Guests of libvirt's have no other way in either:
// where a console's stream is open in the moment in which its guest ends, libvirt's daemon (11.3) locks
// itself up (virChrdevFree waits for the stream that its main loop closes, which waits for virChrdevFree).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/console_way.h"
#include "platforms/libvirt/host_reach.h"

#include <QCoroTask>
#include <QPointer>
#include <QProcess>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace rumpus {

class XenLine : public ConsoleWay {
    Q_OBJECT
public:
    /// `domain` is Xen's number. What comes is added to `file`, of which no more is kept after `limit` bytes
    /// (0: all); empty: it is thrown away.
    XenLine(std::shared_ptr<HostReach> reach, std::uint32_t domain, std::filesystem::path file,
            std::uint64_t limit);
    ~XenLine() override;

    /// Who has the file keeps it: with Claim::Take the line is then for typing alone. Errors: the guest is
    /// gone, or its pty is not for us.
    QCoro::Task<Result<Outcome>> open(Claim claim);
    bool isOpen() const override { return ready_ && !over_; }
    Result<void> write(const QByteArray& bytes) override;
    /// The guest is gone: ends when all that it had printed is in the file.
    QCoro::Task<> finish();

Q_SIGNALS:
    /// It is open, or will never be; or it was, and is over.
    void settled();

private:
    bool keepFile();
    QCoro::Task<> run(bool reads);
    void take(QByteArray bytes);
    void keep(const QByteArray& bytes);
    void closeFile();

    std::shared_ptr<HostReach> reach_;
    std::uint32_t domain_;
    std::filesystem::path path_;
    std::uint64_t limit_;
    QPointer<QProcess> process_;
    int file_ = -1;
    std::uint64_t room_ = 0; ///< bytes that the file still takes
    bool told_ = false;      ///< that bytes are lost
    bool ready_ = false;
    bool over_ = false;
    std::string trouble_; ///< why it is over
};

} // namespace rumpus
