// Connections that break off while they are being set up.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/connection.h"

#include <array>
#include <cstring>
#include <format>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "tests/platforms/libvirt/guest_case.h"
#include "tests/platforms/libvirt/lab.h"

namespace rumpus {

namespace {

/// A socket that leads to the lab's daemon, once, until the daemon has answered so often.
class ShortLived {
public:
    ShortLived(std::filesystem::path path, const std::filesystem::path& daemon, int answers)
        : path_(std::move(path)), listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        std::filesystem::remove(path_);
        const sockaddr_un here = address(path_);
        const bool listens = ::bind(listening_, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0 &&
                             ::listen(listening_, 1) == 0;
        EXPECT_TRUE(listens) << std::strerror(errno);
        thread_ = std::thread([this, daemon, answers] { forward(daemon, answers); });
    }
    ~ShortLived()
    {
        ::shutdown(listening_, SHUT_RDWR);
        thread_.join();
        ::close(listening_);
    }
    ShortLived(const ShortLived&) = delete;
    ShortLived& operator=(const ShortLived&) = delete;

private:
    static sockaddr_un address(const std::filesystem::path& path)
    {
        sockaddr_un made{.sun_family = AF_UNIX, .sun_path = {}};
        path.native().copy(made.sun_path, sizeof made.sun_path - 1);
        return made;
    }

    void forward(const std::filesystem::path& daemon, int answers) const
    {
        const int client = ::accept(listening_, nullptr, nullptr);
        const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_un there = address(daemon);
        bool alive =
            client >= 0 && ::connect(server, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
        std::array<char, 65536> buffer{};
        while (alive && answers > 0) {
            std::array<pollfd, 2> both{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
            ::poll(both.data(), both.size(), -1);
            const bool answer = both[1].revents != 0;
            const ssize_t count = ::read(answer ? server : client, buffer.data(), buffer.size());
            alive = count > 0 && ::send(answer ? client : server, buffer.data(),
                                        static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
            answers -= answer ? 1 : 0;
        }
        ::close(client);
        ::close(server);
    }

    std::filesystem::path path_;
    int listening_;
    std::thread thread_;
};

TEST_F(GuestCase, AConnectionThatBreaksOffWhileItIsSetUpIsNotTakenForOneThatIsThere)
{
    const bool session = Lab::instance().mode() == Lab::Mode::Session;
    const std::filesystem::path daemon =
        session ? Lab::instance().folder() / "run/libvirt/libvirt-sock" : "/run/libvirt/libvirt-sock";
    const std::filesystem::path socket = Lab::instance().folder() / "short-lived";
    // one is set up by about ten calls
    for (int answers = 0; answers < 10; ++answers) {
        const ShortLived way(socket, daemon, answers);
        Connection connection(
            std::format("qemu+unix:///{}?socket={}", session ? "session" : "system", socket.native()));
        [[maybe_unused]] const Result<LinkPointer> link = QCoro::waitFor(connection.link());
        EXPECT_TRUE(until(connection, [&] {
            return connection.state() == Connection::State::Failed ||
                   connection.state() == Connection::State::Lost;
        })) << answers;
    }
}

} // namespace

} // namespace rumpus
