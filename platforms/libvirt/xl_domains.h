// XlDomains: the domains of a Xen host as xl tells of them, asked again whenever Xenstore says that one came,
// ended or went.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/host_reach.h"
#include "platforms/libvirt/xl_answers.h"
#include "platforms/xen/xenstore_client.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <memory>
#include <vector>

namespace rumpus {

class XlDomains : public QObject {
    Q_OBJECT
public:
    explicit XlDomains(std::shared_ptr<HostReach> reach);

    using List = std::vector<XlDomain>;
    /// Whether it is also asked what they were made of, which costs the host as much again.
    enum class Detail : std::uint8_t { State, Origin };
    /// The domains that are there now, by their numbers; `told` follows. Errors: there is no xl, or it does
    /// not answer.
    QCoro::Task<Result<List>> ask(Detail detail = Detail::State);
    /// From now on `told` is emitted whenever something may have changed.
    void watch();
    const std::shared_ptr<HostReach>& reach() const { return reach_; }
    /// A client of the host's Xenstore. Errors: ssh does not lead there.
    QCoro::Task<Result<XenstoreClient*>> store();

Q_SIGNALS:
    void told(const rumpus::XlDomains::List& domains);
    /// While it is watched: the host answers no more, and why; or answers again (empty).
    void reached(const std::string& trouble);

private:
    QCoro::Task<> begin();
    QCoro::Task<> askQuietly();

    std::shared_ptr<HostReach> reach_;
    std::unique_ptr<XenstoreClient> store_;
    QTimer soon_;
    QTimer every_;      ///< for what Xenstore does not tell: somebody else pauses a guest
    int greetings_ = 0; ///< watches that have not fired yet for being set
    bool watching_ = false;
    bool answers_ = true;
};

} // namespace rumpus
