// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_guest.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/xen_dump.h"
#include "platforms/libvirt/xen_launch.h"
#include "platforms/xen/xenstore_client.h"

#include <QTimer>

#include <algorithm>
#include <charconv>
#include <utility>

namespace rumpus {

namespace {

/// libvirt opens no console of such a guest: who wants it is told where it is.
class XlConsole : public ConsoleChannel {
public:
    explicit XlConsole(std::string guest) : guest_(std::move(guest)) {}

    void start() override
    {
        Q_EMIT noticed(
            {formatted("{} was not made by libvirt, which has no console of it: use `xl console {}` "
                       "on its host",
                       guest_, guest_)});
        QTimer::singleShot(0, this, &ConsoleChannel::finished);
    }
    void drain() override {}
    void setHeld(bool /*held*/) override {}
    Result<void> write(QByteArray /*bytes*/) override
    {
        return hostError("nothing can be typed here", formatted("use `xl console {}` on the host", guest_));
    }

private:
    std::string guest_;
};

std::uint64_t numberOf(std::string_view text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// One domain of Xenstore's; null: it is dom0, known, or gone meanwhile.
QCoro::Task<Result<std::unique_ptr<Guest>>> xlGuest(LibvirtHostParts host, XenstoreClient* store,
                                                    std::string hostName, std::set<std::string> known,
                                                    std::string number)
{
    const std::string home = "/local/domain/" + number + "/";
    const auto vm = co_await store->read(home + "vm");
    const auto name = co_await store->read(home + "name");
    const auto memory = co_await store->read(home + "memory/target");
    if (!vm || !name || !memory) {
        co_return std::unexpected(!vm ? vm.error() : !name ? name.error() : memory.error());
    }
    const std::string path = vm->value_or("");
    const std::string uuid = path.substr(path.rfind('/') + 1);
    if (number == "0" || uuid.empty() || known.contains(uuid)) {
        co_return std::unique_ptr<Guest>();
    }
    static constexpr std::uint64_t kibibyte = 1024;
    LaunchPlan plan{.name = printable(name->value_or("domain " + number)), .host = std::move(hostName)};
    plan.accelerator = Accelerator::Xen;
    plan.boot = BootProtocol::XenPv;
    plan.memory = numberOf(memory->value_or("")) * kibibyte;
    std::unique_ptr<Guest> guest = std::make_unique<XlGuest>(
        std::move(host), static_cast<std::uint32_t>(numberOf(number)), uuid, std::move(plan));
    co_return guest;
}

} // namespace

XlGuest::XlGuest(LibvirtHostParts host, std::uint32_t number, std::string uuid, LaunchPlan plan)
    : host_(std::move(host)), number_(number), uuid_(std::move(uuid)), plan_(std::move(plan))
{
}

std::unique_ptr<ConsoleChannel> XlGuest::openConsole()
{
    return std::make_unique<XlConsole>(name());
}

QCoro::Task<Result<void>> XlGuest::xl(std::string verb, GuestState then)
{
    const QPointer<XlGuest> self(this);
    const std::vector<std::string> command{"xl", std::move(verb), std::to_string(number_)};
    const Result<std::string> said = co_await host_.reach->run(command);
    if (!said) {
        co_return std::unexpected(said.error());
    }
    if (self && state_ != then) {
        state_ = then;
        Q_EMIT stateChanged(then);
    }
    co_return {};
}

QCoro::Task<Result<void>> XlGuest::resume()
{
    return xl("unpause", GuestState::Running);
}

QCoro::Task<Result<void>> XlGuest::pause()
{
    return xl("pause", GuestState::Paused);
}

QCoro::Task<Result<void>> XlGuest::reset(AfterReset /*after*/)
{
    co_return notThere("is not ours to start again");
}

QCoro::Task<Result<void>> XlGuest::stop(std::chrono::milliseconds /*patience*/)
{
    // without an end that libvirt would tell, there is nothing to be patient for
    return kill();
}

QCoro::Task<Result<void>> XlGuest::kill()
{
    end_ = GuestEnd{.how = GuestEnd::How::Stopped};
    return xl("destroy", GuestState::Gone);
}

QCoro::Task<Result<void>> XlGuest::dump(std::filesystem::path file)
{
    const std::shared_ptr<HostReach> reach = host_.reach;
    const std::string number = std::to_string(number_);
    const auto write = [reach, number](std::filesystem::path there) -> QCoro::Task<Result<void>> {
        const std::vector<std::string> command{"xl", "dump-core", number, there.native()};
        const Result<std::string> said = co_await reach->run(command);
        co_return said ? Result<void>() : std::unexpected(said.error());
    };
    co_return co_await receiveXenDump(reach, write, std::filesystem::absolute(file));
}

QCoro::Task<Result<GdbEndpoint>> XlGuest::openGdb()
{
    co_return notThere("has no gdbstub");
}

QCoro::Task<Result<void>> XlGuest::closeGdb()
{
    co_return notThere("has no gdbstub");
}

QCoro::Task<Result<GuestUsage>> XlGuest::usage()
{
    co_return notThere("is not counted by libvirt");
}

std::unexpected<Error> XlGuest::notThere(std::string_view deed) const
{
    return hostError(formatted("{} {}", name(), deed),
                     formatted("libvirt did not make it: use `xl` on {}", printable(plan_.host)));
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>>
findXlGuests(LibvirtHostParts host, std::string hostName, std::set<std::string> known)
{
    const Result<std::unique_ptr<XenstoreClient>> store = co_await openXenstore(host);
    if (!store) {
        co_return std::unexpected(store.error());
    }
    const auto numbers = co_await (*store)->list("/local/domain");
    if (!numbers) {
        co_return std::unexpected(numbers.error());
    }
    std::vector<std::string> sorted = numbers->value_or(std::vector<std::string>());
    std::ranges::sort(sorted, {}, numberOf);
    std::vector<std::unique_ptr<Guest>> found;
    for (const std::string& number : sorted) {
        Result<std::unique_ptr<Guest>> guest = co_await xlGuest(host, store->get(), hostName, known, number);
        if (!guest) {
            co_return std::unexpected(guest.error());
        }
        if (*guest) {
            found.push_back(std::move(*guest));
        }
    }
    co_return found;
}

} // namespace rumpus
