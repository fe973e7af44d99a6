// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/server.h"

#include "platforms/xen/gdbstub/description.h"

#include <algorithm>
#include <array>
#include <format>
#include <utility>

namespace rumpus::gdbstub {

namespace {

constexpr std::string_view ok = "OK";
constexpr std::string_view malformed = "E.the packet is not understood";

/// GDB shows what is behind "E." to its user (GDB manual, "Standard Replies").
std::string refusal(std::string_view why)
{
    std::string text = "E.";
    for (const char c : why) {
        text += c == '#' || c == '$' || static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return text;
}

template <typename Value>
std::string okOr(const Outcome<Value>& outcome)
{
    return outcome ? std::string(ok) : refusal(outcome.error());
}

/// GDB's numbers of threads begin with 1.
std::string threadId(unsigned vcpu)
{
    return std::format("{:x}", vcpu + 1);
}

std::string signalReply(std::string_view signal, const Stop& stop, std::string_view more)
{
    return std::format("T{}{}thread:{};", signal, more, threadId(stop.vcpu));
}

std::string metReason(const Watchpoint& met)
{
    switch (met.what) {
    case Watching::Execute: return "hwbreak:;";
    case Watching::Write: return std::format("watch:{:x};", met.address);
    case Watching::Access: break;
    }
    return std::format("awatch:{:x};", met.address);
}

} // namespace

Resumption resumptionFrom(std::string_view actions, unsigned usual)
{
    while (!actions.empty()) {
        std::string_view action = actions.substr(0, actions.find(';'));
        actions.remove_prefix(std::min(action.size() + 1, actions.size()));
        const bool ranges = takeChar(action, 'r');
        if (!ranges && !takeChar(action, 's') && !takeChar(action, 'S')) {
            continue;
        }
        Resumption resumption;
        const std::optional<std::uint64_t> first = takeHex(action); // of an S, a signal
        if (ranges && first && takeChar(action, ',')) {
            resumption.begin = *first;
            resumption.end = takeHex(action).value_or(*first);
        }
        const bool named = takeChar(action, ':');
        const std::optional<std::uint64_t> thread = takeHex(action);
        resumption.step = named && thread && *thread > 0 ? static_cast<unsigned>(*thread - 1) : usual;
        return resumption;
    }
    return {};
}

Server::Server(Target& target, std::function<void(std::string_view)> send)
    : target_(&target), send_(std::move(send))
{
}

void Server::receive(std::string_view bytes)
{
    reader_.feed(bytes);
    while (!detached_) {
        const std::optional<Received> received = reader_.next();
        if (!received) {
            return;
        }
        take(*received);
    }
}

void Server::take(const Received& received)
{
    if (received.kind == Received::Kind::Interrupt) {
        if (running_) {
            running_ = false;
            reply(stopReply(target_->interrupt()));
        }
        return;
    }
    if (received.kind == Received::Kind::Broken) {
        send_(acknowledges_ ? "-" : "");
        return;
    }
    if (acknowledges_) {
        send_("+");
    }
    if (running_) {
        return; // all-stop: nothing but an interrupt is to come
    }
    const std::string said = answer(received.payload);
    if (!running_) {
        reply(said);
    }
    if (received.payload == "QStartNoAckMode") {
        acknowledges_ = false;
    }
}

void Server::reply(std::string_view payload)
{
    send_(framed(payload));
}

void Server::look()
{
    if (!running_) {
        return;
    }
    const std::optional<Stop> stop = target_->poll();
    if (stop && !goesOn(*stop)) {
        running_ = false;
        reply(stopReply(*stop));
    }
}

std::string Server::answer(std::string_view packet)
{
    const char first = packet.empty() ? '\0' : packet.front();
    const std::string_view rest = packet.substr(std::min<std::size_t>(1, packet.size()));
    switch (first) {
    case '?': return lastStop();
    case 'g': return readRegisters();
    case 'G': return writeRegisters(rest);
    case 'p': return readRegister(rest);
    case 'P': return writeRegister(rest);
    case 'm': return readMemory(rest, false);
    case 'x': return readMemory(rest, true);
    case 'M': return writeMemory(rest, false);
    case 'X': return writeMemory(rest, true);
    case 'Z': return breakpoint(rest, true);
    case 'z': return breakpoint(rest, false);
    case 'H': return selectThread(rest);
    case 'T': return isAlive(rest);
    case 'q':
    case 'Q': return query(packet);
    case 'v': return general(packet);
    case 'c': return resume("c");
    case 's': return resume("s:" + threadId(vcpu_));
    case 'D':
    case 'k':
        detached_ = true;
        return std::string(ok); // to end a guest, it is asked for by name (monitor destroy)
    default: return {};
    }
}

std::string Server::general(std::string_view packet)
{
    if (packet == "vCont?") {
        return "vCont;c;C;s;S;r";
    }
    if (packet.starts_with("vCont;")) {
        return resume(packet.substr(6));
    }
    if (packet.starts_with("vKill;")) {
        return refusal("the guest is not ended with the debugger: `monitor destroy` tells how");
    }
    return {};
}

std::string Server::query(std::string_view packet)
{
    static constexpr std::string_view transferWord = "qXfer:";
    static constexpr std::string_view monitorWord = "qRcmd,";
    if (packet.starts_with("qSupported")) {
        return std::format("PacketSize={:x};QStartNoAckMode+;qXfer:features:read+;qXfer:memory-map:read+;"
                           "qXfer:threads:read+;swbreak+;hwbreak+;vContSupported+;binary-upload+",
                           longestPacket);
    }
    if (packet.starts_with(transferWord)) {
        return transfer(packet.substr(transferWord.size()));
    }
    if (packet.starts_with(monitorWord)) {
        return monitor(packet.substr(monitorWord.size()));
    }
    if (packet == "QStartNoAckMode") {
        return std::string(ok);
    }
    if (packet == "qC") {
        return "QC" + threadId(vcpu_);
    }
    if (packet == "qAttached") {
        return "1";
    }
    if (packet == "qfThreadInfo") {
        return threads();
    }
    return packet == "qsThreadInfo" ? "l" : "";
}

std::string Server::threads()
{
    std::string list = "m";
    for (const unsigned vcpu : target_->vcpus()) {
        list += (list.size() > 1 ? "," : "") + threadId(vcpu);
    }
    return list.size() > 1 ? list : "l";
}

/// OBJECT:read:ANNEX:OFFSET,LENGTH
std::string Server::transfer(std::string_view request)
{
    const auto part = [&request] {
        const std::string_view word = request.substr(0, request.find(':'));
        request.remove_prefix(std::min(word.size() + 1, request.size()));
        return word;
    };
    const std::string_view object = part();
    const std::string_view verb = part();
    const std::string_view annex = part();
    const std::optional<std::uint64_t> offset = takeHex(request);
    const bool comma = takeChar(request, ',');
    const std::optional<std::uint64_t> length = takeHex(request);
    if (verb != "read" || !offset || !comma || !length) {
        return std::string(malformed);
    }
    std::string text;
    if (object == "features" && annex == "target.xml") {
        text = targetXml();
    } else if (object == "memory-map") {
        text = memoryMapXml();
    } else if (object == "threads") {
        text = "<?xml version=\"1.0\"?><threads>";
        for (const unsigned vcpu : target_->vcpus()) {
            text += std::format(R"(<thread id="{}" name="vcpu {}"/>)", threadId(vcpu), vcpu);
        }
        text += "</threads>";
    } else {
        return "E00";
    }
    if (*offset >= text.size()) {
        return "l";
    }
    const auto count = std::min<std::size_t>({*length, longestPacket / 2, text.size() - *offset});
    return (*offset + count < text.size() ? "m" : "l") + text.substr(*offset, count);
}

std::string Server::readRegisters()
{
    const Outcome<Bytes> values = target_->registers(vcpu_);
    return values ? toHex(*values) : refusal(values.error());
}

std::string Server::writeRegisters(std::string_view hex)
{
    const std::optional<std::string> values = fromHex(hex);
    if (!values || values->size() != registersSize()) {
        return std::string(malformed);
    }
    return okOr(target_->setRegisters(vcpu_, *values));
}

std::string Server::readRegister(std::string_view text)
{
    const std::optional<std::uint64_t> number = takeHex(text);
    if (!number || *number >= registers().size()) {
        return std::string(malformed);
    }
    const Register& which = registers()[*number];
    const Outcome<Bytes> values = target_->registers(vcpu_);
    return values ? toHex(values->substr(which.offset, which.size)) : refusal(values.error());
}

std::string Server::writeRegister(std::string_view text)
{
    const std::optional<std::uint64_t> number = takeHex(text);
    const bool equals = takeChar(text, '=');
    const std::optional<std::string> value = fromHex(text);
    if (!number || *number >= registers().size() || !equals || !value ||
        value->size() != registers()[*number].size) {
        return std::string(malformed);
    }
    Outcome<Bytes> values = target_->registers(vcpu_);
    if (!values) {
        return refusal(values.error());
    }
    values->replace(registers()[*number].offset, value->size(), *value);
    return okOr(target_->setRegisters(vcpu_, *values));
}

std::string Server::readMemory(std::string_view text, bool binary)
{
    static constexpr std::size_t most = (longestPacket - 8) / 2;
    const std::optional<std::uint64_t> address = takeHex(text);
    const bool comma = takeChar(text, ',');
    const std::optional<std::uint64_t> count = takeHex(text);
    if (!address || !comma || !count || !text.empty()) {
        return std::string(malformed);
    }
    if (*count == 0) {
        return binary ? "b" : "";
    }
    const Outcome<Bytes> bytes = target_->read(*address, std::min<std::size_t>(*count, most));
    if (!bytes) {
        return "E01";
    }
    return binary ? 'b' + *bytes : toHex(*bytes);
}

std::string Server::writeMemory(std::string_view text, bool binary)
{
    const std::optional<std::uint64_t> address = takeHex(text);
    const bool comma = takeChar(text, ',');
    const std::optional<std::uint64_t> count = takeHex(text);
    const bool colon = takeChar(text, ':');
    const std::optional<std::string> bytes = binary ? std::optional(std::string(text)) : fromHex(text);
    if (!address || !comma || !count || !colon || !bytes || bytes->size() != *count) {
        return std::string(malformed);
    }
    return bytes->empty() ? std::string(ok) : okOr(target_->write(*address, *bytes));
}

std::string Server::breakpoint(std::string_view text, bool add)
{
    const std::optional<std::uint64_t> kind = takeHex(text);
    const bool comma = takeChar(text, ',');
    const std::optional<std::uint64_t> address = takeHex(text);
    const bool sized = takeChar(text, ',');
    const std::optional<std::uint64_t> size = takeHex(text);
    if (!kind || !comma || !address || !sized || !size) {
        return std::string(malformed);
    }
    switch (*kind) {
    case 0: return okOr(add ? target_->addBreakpoint(*address) : target_->removeBreakpoint(*address));
    case 1: return watchpoint({.address = *address, .size = 1, .what = Watching::Execute}, add);
    case 2: return watchpoint({.address = *address, .size = *size, .what = Watching::Write}, add);
    case 4: return watchpoint({.address = *address, .size = *size, .what = Watching::Access}, add);
    default: return {}; // no processor of this kind notices reading alone: GDB takes 4 then
    }
}

std::string Server::watchpoint(const Watchpoint& watchpoint, bool add)
{
    if (add) {
        return okOr(target_->addWatchpoint(watchpoint));
    }
    target_->removeWatchpoint(watchpoint);
    return std::string(ok);
}

std::string Server::selectThread(std::string_view text)
{
    takeChar(text, 'g');
    takeChar(text, 'c');
    if (text == "-1" || text == "0") {
        return std::string(ok);
    }
    const std::optional<std::uint64_t> thread = takeHex(text);
    const std::vector<unsigned> all = target_->vcpus();
    if (!thread || *thread == 0 || std::ranges::find(all, *thread - 1) == all.end()) {
        return "E02";
    }
    vcpu_ = static_cast<unsigned>(*thread - 1);
    return std::string(ok);
}

std::string Server::isAlive(std::string_view text)
{
    const std::optional<std::uint64_t> thread = takeHex(text);
    const std::vector<unsigned> all = target_->vcpus();
    const bool alive = thread && *thread > 0 && std::ranges::find(all, *thread - 1) != all.end();
    return alive ? std::string(ok) : "E02";
}

std::string Server::monitor(std::string_view hex)
{
    const std::optional<std::string> command = fromHex(hex);
    if (!command) {
        return std::string(malformed);
    }
    const Outcome<std::string> said = target_->monitor(*command);
    const std::string text = (said ? *said : said.error()) + "\n";
    return toHex(text.substr(0, longestPacket / 2 - 1));
}

std::string Server::resume(std::string_view actions)
{
    resumption_ = resumptionFrom(actions, vcpu_);
    if (const Outcome<void> run = target_->run(resumption_.step); !run) {
        return refusal(run.error());
    }
    running_ = true;
    return {};
}

/// It has stepped, and is where it is to step again: the debugger need not hear of it. An instruction that a
/// breakpoint of the debugger's is at is not passed by.
bool Server::goesOn(const Stop& stop)
{
    if (stop.why != Stop::Why::Step || resumption_.begin == resumption_.end) {
        return false;
    }
    const Outcome<Bytes> values = target_->registers(stop.vcpu);
    const Address rip = values ? instructionPointer(*values) : resumption_.end;
    return rip >= resumption_.begin && rip < resumption_.end && !target_->hasBreakpoint(rip) &&
           target_->run(stop.vcpu).has_value();
}

std::string Server::stopReply(const Stop& stop)
{
    stop_ = stop;
    vcpu_ = stop.vcpu;
    switch (stop.why) {
    case Stop::Why::Breakpoint: return signalReply("05", stop, "swbreak:;");
    case Stop::Why::Step: return signalReply("05", stop, "");
    case Stop::Why::Watchpoint: return signalReply("05", stop, metReason(stop.met));
    case Stop::Why::Interrupt: return signalReply("02", stop, "");
    case Stop::Why::Crashed: return signalReply("0b", stop, "");
    case Stop::Why::ShutDown: return "W00";
    case Stop::Why::Gone: return "X09";
    }
    return {};
}

std::string Server::lastStop()
{
    if (const std::optional<Stop> end = target_->end()) {
        return stopReply(*end);
    }
    return stop_ ? stopReply(*stop_) : stopReply({.why = Stop::Why::Step, .vcpu = vcpu_});
}

} // namespace rumpus::gdbstub
