// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_tree.h"

#include "core/base/text.h"
#include "platforms/xen/xenstore_directory.h"
#include "platforms/xen/xenstore_path.h"

#include <algorithm>
#include <utility>

namespace rumpus {

namespace {

/// Permissions that are asked for at once: what is reported meanwhile waits no longer than for these.
constexpr std::size_t permissionWindow = 32;

/// What is below a node is read again so often at most, however often the node is written.
constexpr std::chrono::milliseconds verifyPause{500};

} // namespace

XenstoreTree::XenstoreTree(XenstoreClient& client, std::string root)
    : client_(&client), rootPath_(std::move(root)), root_(std::make_unique<XenstoreNode>(rootPath_))
{
    verifyTimer_.setSingleShot(true);
    connect(&verifyTimer_, &QTimer::timeout, this, &XenstoreTree::verifyLater);
    connect(&client, &XenstoreClient::fired, this, &XenstoreTree::takeEvent);
    connect(&client, &XenstoreClient::stateChanged, this, &XenstoreTree::followClient);
}

XenstoreTree::~XenstoreTree()
{
    if (client_ && state_ != State::Idle) {
        client_->unwatch(rootPath_);
    }
}

QCoro::Task<Result<void>> XenstoreTree::start()
{
    const QPointer<XenstoreTree> self = this;
    setState(State::Loading);
    // watched first: what changes while it is read is reported, and read again
    Result<void> watched = co_await client_->watch(rootPath_);
    if (watched && self && rootPath_ == "/") {
        (void)co_await client_->watch("@introduceDomain");
        watched = self ? co_await client_->watch("@releaseDomain") : watched;
    }
    if (!self) {
        co_return hostError("the tree is gone");
    }
    if (!watched) {
        setState(State::Failed, toString(watched.error()));
        co_return watched;
    }
    co_await reload();
    if (!self) {
        co_return hostError("the tree is gone");
    }
    if (state_ != State::Live) {
        co_return hostError(words_);
    }
    co_return {};
}

void XenstoreTree::setState(State state, std::string words)
{
    state_ = state;
    words_ = std::move(words);
    Q_EMIT stateChanged(state);
}

void XenstoreTree::followClient()
{
    const bool following = state_ == State::Live || state_ == State::Waiting || state_ == State::Loading;
    if (!following) {
        return;
    }
    if (client_->state() == XenstoreClient::State::Lost) {
        // whatever was asked has been answered with nothing
        dirty_.clear();
        unpermitted_.clear();
        ++loads_;
        if (loadedOnce_ && !gapBegan_) {
            gapBegan_ = std::chrono::system_clock::now();
            gapWhy_ = client_->words();
        }
        setState(State::Waiting, client_->words());
    } else if (client_->state() == XenstoreClient::State::Connected && state_ == State::Waiting) {
        setState(State::Loading);
        reload();
    }
}

QCoro::Task<> XenstoreTree::reload()
{
    const QPointer<XenstoreTree> self = this;
    const std::uint64_t load = ++loads_;
    // the watch's first report says only that it is there: it comes before this answer
    (void)co_await client_->read(rootPath_);
    if (!self || load != loads_) {
        co_return;
    }
    dirty_.clear();
    Result<std::optional<XenstoreBranch>> branch = co_await loadXenstore(*client_, rootPath_);
    if (!self || load != loads_) {
        co_return;
    }
    if (!branch) {
        // a connection that is lost now will be back, and then there is another load
        const bool lost = client_->channel() == nullptr && loadedOnce_;
        setState(lost ? State::Waiting : State::Failed, toString(branch.error()));
        co_return;
    }
    adopt(std::move(*branch));
    goLive();
}

void XenstoreTree::adopt(std::optional<XenstoreBranch> branch)
{
    if (gapBegan_) {
        Q_EMIT gapped({.from = *gapBegan_, .to = std::chrono::system_clock::now(), .why = gapWhy_});
    }
    if (loadedOnce_ && exists_ && branch) {
        inGap_ = gapBegan_.has_value();
        merge(*root_, std::move(*branch));
        inGap_ = false;
    } else if (loadedOnce_ && exists_) {
        inGap_ = gapBegan_.has_value();
        remove(*root_, 0);
        inGap_ = false;
    } else {
        Q_EMIT aboutToReset();
        size_ = 0;
        exists_ = branch.has_value();
        root_ = branch ? made(std::move(*branch), nullptr) : std::make_unique<XenstoreNode>(rootPath_);
        Q_EMIT reset();
    }
    loadedOnce_ = true;
    gapBegan_.reset();
}

/// What was reported while it was loaded is read again, and then all permissions.
void XenstoreTree::goLive()
{
    const std::set<std::string, std::less<>> dirty = std::exchange(dirty_, {});
    reading_.clear();
    verified_.clear();
    unverified_.clear();
    setState(State::Live);
    for (const std::string& path : dirty) {
        refresh(path);
    }
    // those below it follow when it is asked for: to name all of them at once takes long
    unpermitted_.clear();
    if (exists_) {
        unpermitted_.push_back(rootPath_);
    }
    askPermissions();
}

void XenstoreTree::askPermissions()
{
    while (!unpermitted_.empty() && permitting_ < permissionWindow && client_->channel() != nullptr) {
        std::string path = std::move(unpermitted_.front());
        unpermitted_.pop_front();
        const XenstoreNode* const node = lookup(path);
        if (node == nullptr) {
            continue;
        }
        for (const auto& child : node->children()) {
            unpermitted_.push_back(childPath(path, child->name()));
        }
        ++permitting_;
        client_->channel()->ask(
            XenstoreVerb::GetPermissions, 0, path + '\0',
            [self = QPointer<XenstoreTree>(this), path, load = loads_](const XenstoreReply& reply) {
                if (!self) {
                    return;
                }
                --self->permitting_;
                const bool lost = !reply && reply.error().name.empty();
                if (load == self->loads_ && !lost) {
                    self->takePermissions(path, reply, Told::Quietly);
                    self->askPermissions();
                }
            });
    }
    if (knowsPermissions()) {
        Q_EMIT permissionsKnown();
    }
}

void XenstoreTree::takeEvent(const XenstoreEvent& event)
{
    if (event.path.starts_with('@')) {
        if (rootPath_ == "/") {
            Q_EMIT domainsChanged();
        }
    } else if (event.token != rootPath_) {
        return; // another tree's
    } else if (state_ == State::Loading) {
        dirty_.insert(event.path);
    } else if (state_ == State::Live) {
        refresh(event.path);
    }
}

void XenstoreTree::refresh(const std::string& path)
{
    if (!isAtOrBelow(path, rootPath_)) {
        return;
    }
    // nodes above it can be new without a word of their own; the topmost of them leads to all the rest
    const XenstoreNode* const known = deepest(path);
    const std::string knownPath = known != nullptr ? known->path() : std::string();
    std::string top = path;
    while (top != rootPath_ && top != knownPath && parentPath(top) != knownPath) {
        top = parentPath(top);
    }
    report(top, top != path);
}

/// A node is not as it was; or, where it is not known and `deeper`, one below it.
void XenstoreTree::report(const std::string& path, bool deeper)
{
    const auto reading = reading_.find(path);
    if (reading == reading_.end()) {
        readAgain(path, deeper, 0);
        return;
    }
    reading->second.deeper = reading->second.deeper || deeper;
    folded_ += reading->second.reports > 0 ? 1 : 0;
    ++reading->second.reports;
}

void XenstoreTree::readAgain(const std::string& path, bool deeper, std::uint32_t unseen)
{
    const XenstoreNode* const node = lookup(path);
    const bool atOnce = node == nullptr || deeper;
    ask(path, atOnce, unseen);
    if (!atOnce && !node->children().empty()) {
        reading_[path].listed = true;
        verify(path);
    }
}

void XenstoreTree::ask(const std::string& path, bool withNames, std::uint32_t unseen)
{
    XenstoreChannel* const channel = client_->channel();
    if (channel == nullptr) {
        return;
    }
    reading_[path] = {.unseen = unseen, .listed = withNames};
    channel->ask(XenstoreVerb::Read, 0, path + '\0',
                 [self = QPointer<XenstoreTree>(this), path, load = loads_](const XenstoreReply& reply) {
                     if (self && load == self->loads_) {
                         self->takeValue(path, reply);
                     }
                 });
    if (withNames) {
        askNames(path);
    }
}

/// After the value, which so comes sooner.
void XenstoreTree::askPermission(const std::string& path)
{
    if (client_->channel() == nullptr) {
        return;
    }
    client_->channel()->ask(
        XenstoreVerb::GetPermissions, 0, path + '\0',
        [self = QPointer<XenstoreTree>(this), path, load = loads_](const XenstoreReply& reply) {
            if (self && load == self->loads_) {
                self->takePermissions(path, reply, Told::Aloud);
            }
        });
}

void XenstoreTree::askNames(const std::string& path)
{
    if (client_->channel() == nullptr) {
        return;
    }
    askDirectory(*client_->channel(), 0, path,
                 [self = QPointer<XenstoreTree>(this), path, load = loads_](const XenstoreNames& names) {
                     if (self && load == self->loads_ && names) {
                         self->takeNames(path, *names);
                     }
                 });
}

void XenstoreTree::takeValue(const std::string& path, const XenstoreReply& reply)
{
    if (!reply && reply.error().name.empty()) {
        return; // the connection is lost: all is read again when it is back
    }
    const auto reading = reading_.extract(path);
    const Reading last = reading ? reading.mapped() : Reading();
    apply(path, reply, last.unseen);
    const XenstoreNode* const node = lookup(path);
    if (last.reports > 0) {
        readAgain(path, last.deeper, last.reports - 1);
        return;
    }
    if (node != nullptr) {
        askPermission(path);
    }
    if (!last.listed && node != nullptr && !node->children().empty()) {
        // they have come to be known while it was being read
        verify(path);
    }
}

/// Reads all that is known below a node again.
void XenstoreTree::verify(const std::string& path)
{
    const auto now = std::chrono::steady_clock::now();
    const auto last = verified_.find(path);
    if (last != verified_.end() && now - last->second < verifyPause) {
        unverified_.insert(path);
        if (!verifyTimer_.isActive()) {
            verifyTimer_.start(verifyPause);
        }
        return;
    }
    verified_[path] = now;
    askNames(path);
}

void XenstoreTree::verifyLater()
{
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(verified_, [&](const auto& entry) { return now - entry.second >= verifyPause; });
    for (const std::string& path : std::exchange(unverified_, {})) {
        verify(path);
    }
}

void XenstoreTree::apply(const std::string& path, const XenstoreReply& reply, std::uint32_t unseen)
{
    XenstoreNode* const node = lookup(path);
    if (!reply && reply.error().name == "ENOENT") {
        if (node != nullptr) {
            remove(*node, unseen);
        }
        return;
    }
    if (node != nullptr) {
        setValue(*node, reply.value_or(std::string()), reply.has_value(), unseen);
        return;
    }
    XenstoreBranch branch{.name = path == rootPath_ ? path : std::string(nameIn(path)),
                          .value = reply.value_or(std::string()),
                          .readable = reply.has_value()};
    if (path == rootPath_) {
        Q_EMIT aboutToReset();
        root_ = made(std::move(branch), nullptr);
        exists_ = true;
        Q_EMIT reset();
        tellCreated(*root_, unseen);
    } else if (XenstoreNode* const parent = lookup(parentPath(path))) {
        insert(*parent, made(std::move(branch), parent), unseen);
    } else {
        // its parent was removed, and is there again
        refresh(path);
    }
}

void XenstoreTree::takePermissions(const std::string& path, const XenstoreReply& reply, Told told)
{
    XenstoreNode* const node = lookup(path);
    if (!reply || node == nullptr) {
        return;
    }
    if (Result<XenstorePermissions> permissions = permissionsOf(*reply)) {
        setPermissions(*node, std::move(*permissions), told);
    }
}

void XenstoreTree::takeNames(const std::string& path, const std::vector<std::string>& names)
{
    XenstoreNode* const node = lookup(path);
    if (node == nullptr) {
        return;
    }
    const std::set<std::string_view> there(names.begin(), names.end());
    std::vector<XenstoreNode*> gone;
    for (const auto& child : node->children_) {
        if (!there.contains(child->name())) {
            gone.push_back(child.get());
        }
    }
    for (XenstoreNode* const child : gone) {
        remove(*child, 0);
    }
    for (const std::string& name : names) {
        const XenstoreNode* const child = node->child(name);
        report(childPath(path, name), child == nullptr || !child->children().empty());
    }
}

} // namespace rumpus
