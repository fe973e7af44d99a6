// A host where polkit decides who comes in: nobody who could ask, and a question that the user puts away.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/connection.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusVirtualObject>

#include <chrono>
#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/platforms/libvirt/guest_case.h"
#include "tests/platforms/libvirt/lab.h"

namespace rumpus {

/// Whom polkit decides on, as it has it on D-Bus: (sa{sv}).
struct PolkitSubject {
    QString kind;
    QVariantMap details;
};

QDBusArgument& operator<<(QDBusArgument& argument, const PolkitSubject& subject)
{
    argument.beginStructure();
    argument << subject.kind << subject.details;
    argument.endStructure();
    return argument;
}

const QDBusArgument& operator>>(const QDBusArgument& argument, PolkitSubject& subject)
{
    argument.beginStructure();
    argument >> subject.kind >> subject.details;
    argument.endStructure();
    return argument;
}

namespace {

using testing::HasSubstr;
using testing::Not;
using State = Connection::State;
using Reach = HostCondition::Reach;

/// What a desktop has, and pkttyagent cannot do: its user closes each question unanswered.
class ClosingAgent : public QDBusVirtualObject {
public:
    ClosingAgent()
    {
        qDBusRegisterMetaType<PolkitSubject>();
        bus_.registerVirtualObject(path(), this);
        const PolkitSubject self{.kind = QStringLiteral("unix-process"),
                                 .details = {{QStringLiteral("pid"), static_cast<uint>(::getpid())},
                                             {QStringLiteral("start-time"), qulonglong{0}}}};
        QDBusMessage call =
            QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.PolicyKit1"),
                                           QStringLiteral("/org/freedesktop/PolicyKit1/Authority"),
                                           QStringLiteral("org.freedesktop.PolicyKit1.Authority"),
                                           QStringLiteral("RegisterAuthenticationAgent"));
        call << QVariant::fromValue(self) << QStringLiteral("C") << path();
        const QDBusMessage answer = bus_.call(call);
        EXPECT_EQ(answer.type(), QDBusMessage::ReplyMessage) << answer.errorMessage().toStdString();
    }
    ~ClosingAgent() override { QDBusConnection::disconnectFromBus(name()); }
    ClosingAgent(const ClosingAgent&) = delete;
    ClosingAgent& operator=(const ClosingAgent&) = delete;

    int asked() const { return asked_; }

    QString introspect(const QString& /*path*/) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& bus) override
    {
        if (message.member() != QStringLiteral("BeginAuthentication")) {
            return false;
        }
        ++asked_;
        return bus.send(message.createErrorReply(QStringLiteral("org.freedesktop.PolicyKit1.Error.Cancelled"),
                                                 QStringLiteral("closed")));
    }

private:
    static QString name() { return QStringLiteral("agent"); }
    static QString path() { return QStringLiteral("/agent"); }

    QDBusConnection bus_ = QDBusConnection::connectToBus(QDBusConnection::SystemBus, name());
    int asked_ = 0;
};

class Polkit : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        if (Lab::instance().obstacle().empty()) {
            Lab::instance().becomeNobody();
        }
    }
    void SetUp() override
    {
        if (const std::string& obstacle = Lab::instance().obstacle(); !obstacle.empty()) {
            GTEST_SKIP() << "NO LAB FOR POLKIT HERE: " << obstacle;
        }
        host_ = std::make_unique<LibvirtHost>(Lab::instance().uri());
    }
    std::string errorOfAsking()
    {
        const Result<HostCapabilities> capabilities = QCoro::waitFor(host_->capabilities());
        return capabilities ? "" : toString(capabilities.error());
    }

    std::unique_ptr<LibvirtHost> host_;
};

TEST_F(Polkit, WithoutAnAgentIsToldAtOnceWithTheCure)
{
    const auto begun = std::chrono::steady_clock::now();
    const std::string error = errorOfAsking();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
    EXPECT_THAT(error, HasSubstr("no polkit agent"));
    EXPECT_THAT(error, HasSubstr("start a polkit agent"));
    EXPECT_THAT(error, HasSubstr("usermod -aG libvirt"));
    EXPECT_THAT(error, HasSubstr("qemu:///session"));
    EXPECT_EQ(host_->condition().reach, Reach::Refused);
    EXPECT_EQ(host_->condition().words, error);
}

TEST_F(Polkit, IsNotAskedAtATerminalThatIsNotThere)
{
    ASSERT_GE(::setsid(), 0); // leaves the terminal of whoever runs the tests
    host_->connection().setPolkitAtTerminal(true);
    EXPECT_THAT(errorOfAsking(), HasSubstr("there is no terminal to ask at; start a polkit agent"));
}

TEST_F(Polkit, AQuestionThatIsClosedIsNotAskedAgainBeforeTheUserWantsIt)
{
    const ClosingAgent agent;
    EXPECT_THAT(errorOfAsking(), HasSubstr("cancelled"));
    EXPECT_EQ(agent.asked(), 1);
    EXPECT_EQ(host_->condition().reach, Reach::Refused);
    EXPECT_THAT(host_->condition().words, Not(HasSubstr("trying again in")));
    EXPECT_THAT(errorOfAsking(), HasSubstr("cancelled"));
    EXPECT_EQ(agent.asked(), 1);
    host_->askAgain();
    EXPECT_THAT(errorOfAsking(), HasSubstr("cancelled"));
    EXPECT_EQ(agent.asked(), 2);
}

} // namespace

} // namespace rumpus

int main(int argc, char** argv)
{
    rumpus::runTestsInLab(argc, argv, rumpus::Lab::Mode::Polkit);
}
