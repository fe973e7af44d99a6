// The devices of a guest on the form: network interfaces and disks.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/fields.h"
#include "app/gui/config/form_parts.h"
#include "app/gui/config/form_sections.h"
#include "app/gui/config/json_edit.h"
#include "core/config/words.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace rumpus::gui {

namespace {

struct Devices {
    Q_DECLARE_TR_FUNCTIONS(rumpus::gui::Devices)
};

/// Whether a value is one of some words; `standard` where it is missing.
std::function<bool(const Json&)> whereIs(std::string pointer, std::string standard,
                                         std::vector<std::string> words)
{
    return [pointer = std::move(pointer), standard = std::move(standard),
            words = std::move(words)](const Json& root) {
        const Json* value = valueAt(root, pointer);
        const std::string word = value == nullptr ? standard : shownText(value).toStdString();
        return std::ranges::contains(words, word);
    };
}

Field* withSense(Field* field, std::function<bool(const Json&)> sense)
{
    field->setSense(std::move(sense));
    return field;
}

/// tcp 8080 → 80
void fillForward(ConfigDocument& document, const std::string& pointer, QVBoxLayout* inside)
{
    constexpr NumberField::Numbers ports{.least = 1, .most = 65535, .standard = 0};
    auto* protocol = new ChoiceField(
        document, pointer + "/protocol",
        {.label = Devices::tr("Protocol"), .help = Devices::tr("The protocol of both ports.")},
        {{"tcp", QStringLiteral("TCP")}, {"udp", QStringLiteral("UDP")}}, "tcp");
    auto* host = new NumberField(
        document, pointer + "/host",
        {.label = Devices::tr("Host port"), .help = Devices::tr("The port on this machine.")}, ports);
    auto* guest = new NumberField(
        document, pointer + "/guest",
        {.label = Devices::tr("Guest port"), .help = Devices::tr("The port in the guest.")}, ports);
    auto* row = new QHBoxLayout;
    row->addWidget(protocol->control());
    row->addWidget(new QLabel(Devices::tr("this machine's port")));
    row->addWidget(host->control());
    row->addWidget(new QLabel(Devices::tr("→ guest's port")));
    row->addWidget(guest->control());
    row->addStretch(1);
    inside->addLayout(row);
    for (Field* field :
         {static_cast<Field*>(protocol), static_cast<Field*>(host), static_cast<Field*>(guest)}) {
        field->dropLabel();
        inside->addWidget(field->note());
    }
}

void addIp(ConfigDocument& document, FieldGrid* grid, const std::string& pointer, const QString& title,
           ChoiceField::Choices methods, const std::string& standard, const QString& address,
           const QString& gateway)
{
    grid->add(new ChoiceField(
        document, pointer + "/method",
        {.label = title, .help = Devices::tr("How the interface gets its %1 address.").arg(title)},
        std::move(methods), standard));
    const auto isStatic = whereIs(pointer + "/method", standard, {"static"});
    grid->add(withSense(new TextField(document, pointer + "/address",
                                      {.label = Devices::tr("%1 address").arg(title),
                                       .help = Devices::tr("Address and prefix length.")},
                                      address),
                        isStatic));
    grid->add(withSense(new TextField(document, pointer + "/gateway",
                                      {.label = Devices::tr("%1 gateway").arg(title),
                                       .help = Devices::tr("The router's address.")},
                                      gateway),
                        isStatic));
}

void addBackend(ConfigDocument& document, FieldGrid* grid, const std::string& pointer)
{
    auto* backend =
        new ChoiceField(document, pointer + "/backend/type",
                        {.label = Devices::tr("Back end"),
                         .help = Devices::tr("What the interface is connected to on the host.")},
                        {{"user", Devices::tr("User mode: behind address translation, no privileges")},
                         {"tap", Devices::tr("A tap device of the host")},
                         {"bridge", Devices::tr("A bridge of the host")},
                         {"none", Devices::tr("Not connected")}},
                        "user");
    backend->setGranted([](const HostCapabilities& host, const std::string& word) {
        return std::ranges::any_of(host.networkBackends,
                                   [&](NetworkBackend granted) { return wordFor(granted) == word; });
    });
    grid->add(backend);
    grid->add(withSense(new TextField(document, pointer + "/backend/device",
                                      {.label = Devices::tr("Device"),
                                       .help = Devices::tr("The tap's or bridge's name on the host.")},
                                      QStringLiteral("tap0")),
                        whereIs(pointer + "/backend/type", "user", {"tap", "bridge"})));
    grid->add(
        withSense(new TextField(document, pointer + "/backend/script",
                                {.label = Devices::tr("Script"),
                                 .help = Devices::tr("On Xen, the script of the host's /etc/xen/scripts that "
                                                     "connects it.")},
                                Devices::tr("Xen's usual one")),
                  whereIs(pointer + "/backend/type", "user", {"bridge"})));
}

/// The forwarded ports stand where the other fields' boxes do.
QWidget* forwardsRow(ConfigDocument& document, const std::string& pointer, int indent)
{
    auto* forwards = new CardList(
        document, pointer + "/backend/forward",
        {.card = Devices::tr("Forward %1"), .add = Devices::tr("Forward a port"), .none = {}}, Json::object(),
        [&document](const std::string& place, QWidget* /*row*/, QVBoxLayout* column) {
            fillForward(document, place, column);
        });
    forwards->setCompact();
    auto* row = new QHBoxLayout;
    auto* holder = new QWidget;
    row->setContentsMargins(0, 0, 0, 0);
    row->addSpacing(indent);
    row->addWidget(forwards, 1);
    holder->setLayout(row);
    return holder;
}

void fillInterface(ConfigDocument& document, const std::string& pointer, QVBoxLayout* inside)
{
    auto* grid = new FieldGrid;
    addBackend(document, grid, pointer);
    grid->addWide(forwardsRow(document, pointer, grid->fontMetrics().averageCharWidth() * 20 + 2));
    addIp(document, grid, pointer + "/ipv4", QStringLiteral("IPv4"),
          {{"dhcp", Devices::tr("DHCP: the network gives it")},
           {"static", Devices::tr("Static")},
           {"none", Devices::tr("None")}},
          "dhcp", QStringLiteral("10.0.2.15/24"), QStringLiteral("10.0.2.2"));
    addIp(document, grid, pointer + "/ipv6", QStringLiteral("IPv6"),
          {{"none", Devices::tr("None")},
           {"auto", Devices::tr("Automatic: from the router")},
           {"static", Devices::tr("Static")}},
          "none", QStringLiteral("fd00::15/64"), QStringLiteral("fd00::2"));
    grid->add(new TextField(document, pointer + "/name",
                            {.label = Devices::tr("Name in the guest"),
                             .help = Devices::tr("What the guest calls the interface.")},
                            Devices::tr("the kind's usual name")));
    grid->add(new TextField(document, pointer + "/mac",
                            {.label = Devices::tr("MAC address"),
                             .help = Devices::tr("Without it, one made from the unikernel's name.")},
                            Devices::tr("made from the unikernel's name")));
    grid->add(new FileField(document, pointer + "/capture",
                            {.label = Devices::tr("Capture"),
                             .help = Devices::tr("A pcap file that gets the interface's traffic.")},
                            FileField::What::NewFile, Devices::tr("none")));
    inside->addWidget(grid);
}

void fillDisk(ConfigDocument& document, const std::string& pointer, QVBoxLayout* inside)
{
    auto* grid = new FieldGrid;
    grid->add(new FileField(
        document, pointer + "/file",
        {.label = Devices::tr("File"), .help = Devices::tr("The disk's content: a file, or a block device.")},
        FileField::What::File));
    grid->add(new ChoiceField(
        document, pointer + "/format",
        {.label = Devices::tr("Format"), .help = Devices::tr("How the content is stored in the file.")},
        {{"raw", QStringLiteral("raw")}, {"qcow2", QStringLiteral("qcow2")}}, "raw"));
    grid->add(new FlagField(
        document, pointer + "/readOnly",
        {.label = Devices::tr("Read-only"), .help = Devices::tr("The guest cannot write to the disk.")}));
    grid->add(new TextField(
        document, pointer + "/mountpoint",
        {.label = Devices::tr("Mountpoint"), .help = Devices::tr("Where the guest mounts the disk.")},
        Devices::tr("not mounted")));
    grid->add(new TextField(
        document, pointer + "/fileSystem",
        {.label = Devices::tr("File system"), .help = Devices::tr("What the guest mounts the disk as.")},
        Devices::tr("the guest's own guess")));
    inside->addWidget(grid);
}

} // namespace

QWidget* networkFields(ConfigDocument& document)
{
    return new CardList(document, "/interfaces",
                        {.card = Devices::tr("Interface %1"),
                         .add = Devices::tr("Add interface"),
                         .none = Devices::tr("The guest has no network.")},
                        Json::object(),
                        [&document](const std::string& pointer, QWidget* /*card*/, QVBoxLayout* inside) {
                            fillInterface(document, pointer, inside);
                        });
}

QWidget* diskFields(ConfigDocument& document)
{
    return new CardList(document, "/disks",
                        {.card = Devices::tr("Disk %1"),
                         .add = Devices::tr("Add disk"),
                         .none = Devices::tr("The guest has no disks.")},
                        Json::object(),
                        [&document](const std::string& pointer, QWidget* /*card*/, QVBoxLayout* inside) {
                            fillDisk(document, pointer, inside);
                        });
}

} // namespace rumpus::gui
