// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/event_loop.h"

#include <QCoreApplication>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <thread>

namespace rumpus {

namespace {

bool startEventThread()
{
    ::virInitialize();
    // every failure is returned to its caller; libvirt would print it as well
    ::virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
    if (::virEventRegisterDefaultImpl() < 0) {
        return false;
    }
    // it ends with the process: libvirt has no way to take an event implementation back
    std::thread([] {
        while (::virEventRunDefaultImpl() == 0) {
        }
    }).detach();
    return true;
}

} // namespace

void startLibvirtEvents()
{
    [[maybe_unused]] static const bool started = startEventThread();
}

void toFront(std::function<void()> function)
{
    if (QCoreApplication* application = QCoreApplication::instance(); application != nullptr) {
        QMetaObject::invokeMethod(application, std::move(function), Qt::QueuedConnection);
    }
}

QThreadPool& libvirtCalls()
{
    // never destroyed: a call that waits for a dead host must not hold up the end of the program
    static QThreadPool* const pool = [] {
        auto* made = new QThreadPool;
        static constexpr int mostAtOnce = 64;
        made->setMaxThreadCount(mostAtOnce);
        return made;
    }();
    return *pool;
}

} // namespace rumpus
