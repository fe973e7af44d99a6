// Connections that break off while they are being set up, and what hosts ask before they let us in.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/libvirt/connection.h"

#include <QCoroTask>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "tests/platforms/libvirt/guest_case.h"
#include "tests/platforms/libvirt/lab.h"

namespace rumpus {

namespace {

using testing::HasSubstr;

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
            formatted("qemu+unix:///{}?socket={}", session ? "session" : "system", socket.native()));
        [[maybe_unused]] const Result<LinkPointer> link = QCoro::waitFor(connection.link());
        EXPECT_TRUE(until(connection, [&] {
            return connection.state() == Connection::State::Failed ||
                   connection.state() == Connection::State::Lost;
        })) << answers;
    }
}

/// A host of libvirt's own for tests, which lets in who knows the password.
class Questions : public testing::Test {
protected:
    void SetUp() override
    {
        std::ofstream(file_) << "<node><auth><user password='sesame'>ada</user></auth></node>";
    }
    void TearDown() override { std::filesystem::remove(file_); }
    std::string uri() const { return "test://" + file_.native(); }

private:
    std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / formatted("rumpus-node-{}.xml", ::getpid());
};

TEST_F(Questions, OfAHostAreAnsweredByTheUser)
{
    Connection connection(uri());
    std::vector<HostQuestion> asked;
    connection.setAsker([&](const std::vector<HostQuestion>& questions, const HostAnswer& answer) {
        std::vector<std::string> answers;
        for (const HostQuestion& question : questions) {
            asked.push_back(question);
            answers.emplace_back(question.secret ? "sesame" : "ada");
        }
        answer(std::move(answers));
    });
    const Result<LinkPointer> link = QCoro::waitFor(connection.link());
    ASSERT_TRUE(link) << toString(link.error());
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_FALSE(asked[0].secret);
    EXPECT_TRUE(asked[1].secret);
    EXPECT_THAT(asked[1].prompt, HasSubstr("assword"));
}

TEST_F(Questions, ThatNobodyAnswersEndInAnErrorWithACure)
{
    for (const bool refuses : {true, false}) {
        Connection connection(uri());
        if (refuses) {
            connection.setAsker(
                [](const std::vector<HostQuestion>&, const HostAnswer& answer) { answer(std::nullopt); });
        }
        const Result<LinkPointer> link = QCoro::waitFor(connection.link());
        ASSERT_FALSE(link);
        EXPECT_NE(link.error().cure, "") << toString(link.error());
    }
}

} // namespace

} // namespace rumpus
