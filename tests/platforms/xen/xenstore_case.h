// What the tests of Xenstore share: a xenstored, our client of it, and libxenstore as somebody else.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/format.h"
#include "platforms/xen/xenstore_client.h"

#include <QCoroTask>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/platforms/xen/lab.h"

extern "C" {
#include <xenstore.h>
}

namespace rumpus {

constexpr int patience = 20000; // ms

/// Another program's view of the same xenstored.
class Peer {
public:
    explicit Peer(const std::filesystem::path& socket)
    {
        ::setenv("XENSTORED_PATH", socket.c_str(), 1);
        handle_ = ::xs_open(0);
        ::unsetenv("XENSTORED_PATH");
    }
    ~Peer() { ::xs_close(handle_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    bool write(const std::string& path, std::string_view value, xs_transaction_t in = XBT_NULL)
    {
        return ::xs_write(handle_, in, path.c_str(), value.data(), static_cast<unsigned>(value.size()));
    }
    bool remove(const std::string& path) { return ::xs_rm(handle_, XBT_NULL, path.c_str()); }
    std::optional<std::string> read(const std::string& path)
    {
        unsigned size = 0;
        void* const value = ::xs_read(handle_, XBT_NULL, path.c_str(), &size);
        std::optional<std::string> copy;
        if (value != nullptr) {
            copy = std::string(static_cast<const char*>(value), size);
        }
        std::free(value);
        return copy;
    }
    bool setPermissions(const std::string& path, std::vector<xs_permissions> permissions)
    {
        return ::xs_set_permissions(handle_, XBT_NULL, path.c_str(), permissions.data(),
                                    static_cast<unsigned>(permissions.size()));
    }
    bool introduce(unsigned domain) { return ::xs_introduce_domain(handle_, domain, 1, 1); }
    bool release(unsigned domain) { return ::xs_release_domain(handle_, domain); }
    xs_handle* handle() const { return handle_; }

private:
    xs_handle* handle_ = nullptr;
};

class XenstoreCase : public testing::Test {
protected:
    void SetUp() override
    {
        Result<std::unique_ptr<XenstoreLab>> started = XenstoreLab::start();
        if (!started) {
            GTEST_SKIP() << "NOT TESTED: no xenstored of our own here: " << toString(started.error());
        }
        lab = std::move(*started);
        client = std::make_unique<XenstoreClient>(lab->place());
        peer = std::make_unique<Peer>(lab->socket());
    }

    /// The value of a task that succeeds.
    template <typename T>
    static T done(QCoro::Task<Result<T>> task)
    {
        Result<T> result = QCoro::waitFor(std::move(task));
        EXPECT_TRUE(result) << toString(result.error());
        if constexpr (!std::is_void_v<T>) {
            return result ? std::move(*result) : T();
        }
    }
    /// The error of one that does not.
    template <typename T>
    static Error failed(QCoro::Task<Result<T>> task)
    {
        const Result<T> result = QCoro::waitFor(std::move(task));
        EXPECT_FALSE(result);
        return result ? Error{} : result.error();
    }

    std::unique_ptr<XenstoreLab> lab;
    std::unique_ptr<Peer> peer;
    std::unique_ptr<XenstoreClient> client;
};

} // namespace rumpus
