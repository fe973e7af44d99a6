// Bytes as anybody might send them to the gdbstub for Xen, in slices and framed as packets: what it answers
// is of the protocol, and it never reads or says more than a packet holds.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/packet.h"
#include "platforms/xen/gdbstub/server.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/platforms/xen/gdbstub/no_guest.h"

namespace {

using namespace rumpus::gdbstub;

void expect(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

/// Has memory everywhere, runs when it is told to, and stops at once.
class Willing : public NoGuest {
public:
    std::vector<unsigned> vcpus() override { return {0, 1}; }
    Outcome<Bytes> read(Address address, std::size_t count) override
    {
        expect(count <= longestPacket);
        return Bytes(count, static_cast<char>(address));
    }
    Outcome<void> write(Address, const Bytes&) override { return {}; }
    Outcome<void> setRegisters(unsigned vcpu, const Bytes& values) override
    {
        expect(vcpu < 2 && values.size() == registersSize());
        return {};
    }
    Outcome<void> run(std::optional<unsigned> step) override
    {
        step_ = step;
        return {};
    }
    std::optional<Stop> poll() override
    {
        return Stop{.why = step_ ? Stop::Why::Step : Stop::Why::Breakpoint, .vcpu = step_.value_or(0) % 2};
    }
    Outcome<std::string> monitor(const std::string& command) override { return command; }

private:
    std::optional<unsigned> step_;
};

/// What the server has said is acknowledgements and whole packets.
void check(std::string_view said)
{
    PacketReader reader;
    reader.feed(said);
    while (const std::optional<Received> one = reader.next()) {
        expect(one->kind == Received::Kind::Packet && one->payload.size() <= longestPacket);
    }
}

void serve(std::string_view bytes, bool framing)
{
    Willing guest;
    std::string said;
    Server server(guest, [&said](std::string_view more) { said += more; });
    while (!bytes.empty()) {
        const std::size_t slice =
            std::min<std::size_t>(static_cast<std::uint8_t>(bytes[0]), bytes.size() - 1);
        const std::string_view piece = bytes.substr(1, slice);
        server.receive(framing ? framed(piece) : piece);
        server.look();
        bytes.remove_prefix(slice + 1);
    }
    check(said);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    serve(bytes, true);
    serve(bytes, false);
    PacketReader reader;
    reader.feed(framed(bytes.substr(0, longestPacket / 4)));
    const std::optional<Received> back = reader.next();
    expect(back && back->payload == bytes.substr(0, longestPacket / 4) && !reader.next());
    return 0;
}
