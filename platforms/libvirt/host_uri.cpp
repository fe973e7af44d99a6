// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/host_uri.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QUrl>
#include <QUrlQuery>

#include <algorithm>
#include <array>
#include <cctype>

namespace rumpus {

namespace {

constexpr std::array<std::string_view, 3> drivers{"qemu", "xen", "xl"};
constexpr std::array<std::string_view, 7> transports{"", "ssh", "tls", "tcp", "libssh", "libssh2", "unix"};
constexpr std::string_view forms = "qemu:///session, qemu:///system, qemu+ssh://USER@HOST/system, "
                                   "xen+ssh://USER@HOST/system, xl+ssh://USER@HOST/ (without libvirt), "
                                   "or USER@HOST";

QString decoded(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::unexpected<Error> wrong(std::string_view text, std::string_view what)
{
    return inputError(formatted("\"{}\" is no host: {}", printable(text.substr(0, 200)), what),
                      formatted("write {}", forms));
}

/// Letters, digits and what names, addresses and accounts are made of; never an option.
bool isPlainName(std::string_view name)
{
    return !name.starts_with('-') && std::ranges::all_of(name, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("._-:%+").contains(c);
    });
}

bool hasControls(std::string_view text)
{
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

/// "session", "system" and USER@HOST as URIs; anything else as it is.
std::string spelledOut(std::string_view text)
{
    if (text == "session" || text == "system") {
        return formatted("qemu:///{}", text);
    }
    const bool account = text.contains('@') && !text.contains('/') && !text.contains("://");
    return account ? formatted("qemu+ssh://{}/system", text) : std::string(text);
}

Result<void> readScheme(HostUri& uri, std::string_view text, const QString& scheme)
{
    const std::string word = scheme.toLower().toStdString();
    const std::size_t plus = word.find('+');
    uri.driver = word.substr(0, plus);
    uri.transport = plus == std::string::npos ? std::string() : word.substr(plus + 1);
    if (!std::ranges::contains(drivers, uri.driver)) {
        return wrong(text, uri.driver.empty() ? "it has no \"qemu:\" or \"xen:\" before it"
                                              : "Rumpus knows hosts of \"qemu\", \"xen\" and \"xl\" only");
    }
    if (uri.driver == "xl" && !uri.transport.empty() && uri.transport != "ssh") {
        return wrong(text, "xl is run by ssh, or on this machine");
    }
    if (!std::ranges::contains(transports, uri.transport)) {
        return wrong(text, formatted("there is no transport \"{}\"", printable(uri.transport)));
    }
    return {};
}

Result<void> readPath(HostUri& uri, std::string_view text, const QString& path)
{
    uri.path = path.toStdString();
    if (uri.path.empty() || uri.path == "/") {
        uri.path = "/system";
    }
    const bool known =
        uri.path == "/system" || (uri.driver == "qemu" && (uri.path == "/session" || uri.path == "/embed"));
    if (!known) {
        return wrong(text, formatted("{} has no \"{}\"", uri.driver, printable(uri.path)));
    }
    return {};
}

Result<void> readPlace(HostUri& uri, std::string_view text, const QUrl& url)
{
    uri.user = url.userName(QUrl::FullyDecoded).toStdString();
    uri.host = url.host(QUrl::FullyDecoded).toStdString();
    uri.port = static_cast<std::uint16_t>(std::max(url.port(), 0));
    if (!url.password().isEmpty()) {
        return wrong(text, "a password does not belong there; use a key, or answer when asked");
    }
    if (!isPlainName(uri.user) || !isPlainName(uri.host)) {
        return wrong(text, "its user or host has characters that no account or machine has");
    }
    if (uri.driver == "xl" && uri.transport.empty() && !uri.host.empty()) {
        return wrong(text, "xl runs on this machine where ssh is not said: write xl+ssh://");
    }
    if (uri.transport == "ssh" && uri.host.empty()) {
        return wrong(text, "it does not say which machine");
    }
    return {};
}

Result<void> readParameters(HostUri& uri, std::string_view text, const QUrl& url)
{
    for (const auto& [name, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded)) {
        uri.parameters.emplace_back(name.toStdString(), value.toStdString());
        if (hasControls(uri.parameters.back().first) || hasControls(uri.parameters.back().second)) {
            return wrong(text, "a parameter has a control character");
        }
    }
    return {};
}

} // namespace

std::string_view HostUri::parameter(std::string_view name) const
{
    const auto found = std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
    return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

Result<HostUri> parseHostUri(std::string_view text)
{
    static constexpr std::size_t longest = 4096;
    if (text.empty() || text.size() > longest || !isUtf8(text) || hasControls(text)) {
        return wrong(text, text.empty() ? "it is empty" : "it is too long, or not a line of text");
    }
    // not in the tolerant mode, which mends what somebody else may read otherwise
    const QUrl url(decoded(spelledOut(text)), QUrl::StrictMode);
    if (!url.isValid()) {
        return wrong(text,
                     url.errorString().isEmpty() ? "it cannot be read" : url.errorString().toStdString());
    }
    if (url.hasFragment()) {
        return wrong(text, "it has a '#'; write %23");
    }
    HostUri uri;
    Result<void> good = readScheme(uri, text, url.scheme());
    good = good ? readPath(uri, text, url.path(QUrl::FullyDecoded)) : good;
    good = good ? readPlace(uri, text, url) : good;
    good = good ? readParameters(uri, text, url) : good;
    if (!good) {
        return std::unexpected(good.error());
    }
    return uri;
}

std::string toString(const HostUri& uri)
{
    QUrl url;
    url.setScheme(decoded(uri.transport.empty() ? uri.driver : uri.driver + "+" + uri.transport));
    if (!uri.user.empty()) {
        url.setUserName(decoded(uri.user), QUrl::DecodedMode);
    }
    url.setHost(decoded(uri.host), QUrl::DecodedMode);
    if (uri.port != 0) {
        url.setPort(uri.port);
    }
    url.setPath(decoded(uri.path), QUrl::DecodedMode);
    std::string query;
    for (const auto& [name, value] : uri.parameters) {
        query += formatted("{}{}={}", query.empty() ? "?" : "&",
                           QUrl::toPercentEncoding(decoded(name)).toStdString(),
                           QUrl::toPercentEncoding(decoded(value), "/:").toStdString());
    }
    std::string text = url.toString(QUrl::FullyEncoded).toStdString();
    // QUrl leaves out an empty authority, which libvirt wants
    if (uri.host.empty()) {
        const std::size_t colon = text.find(':');
        if (!text.substr(colon + 1).starts_with("//")) {
            text.insert(colon + 1, "//");
        }
    }
    return text + query;
}

bool isXen(const HostUri& uri)
{
    return uri.driver == "xen" || uri.driver == "xl";
}

bool isRemote(const HostUri& uri)
{
    return !uri.host.empty();
}

std::optional<SshDestination> sshDestination(const HostUri& uri)
{
    if (uri.transport != "ssh") {
        return std::nullopt;
    }
    return SshDestination{.host = uri.host,
                          .user = uri.user,
                          .port = uri.port,
                          .keyFile = std::string(uri.parameter("keyfile")),
                          .knownHosts = std::string(uri.parameter("known_hosts")),
                          .anyHostKey = uri.parameter("no_verify") == "1"};
}

std::string connectionUri(const HostUri& uri, std::string_view sshProgram)
{
    HostUri full = uri;
    const auto add = [&full](std::string name, std::string_view value) {
        if (!value.empty() && full.parameter(name).empty()) {
            full.parameters.emplace_back(std::move(name), value);
        }
    };
    if (uri.transport == "ssh") {
        add("no_tty", "1");
        add("command", sshProgram);
    }
    return toString(full);
}

} // namespace rumpus
