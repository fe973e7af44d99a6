// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/dialect/guest_keys.h"
#include "core/dialect/guest_speech.h"

#include <array>
#include <utility>

namespace rumpus {

namespace {

using State = KeyVerdict::State;

/// "/dev/ld0a" as the driver calls it: "ld0".
std::string driverName(std::string_view device)
{
    static constexpr std::string_view folder = "/dev/";
    std::string name(device.starts_with(folder) ? device.substr(folder.size()) : device);
    if (device.starts_with(folder) && !name.empty() && name.back() >= 'a' && name.back() <= 'p') {
        name.pop_back(); // the partition
    }
    return name;
}

std::string filled(const KeySign& sign, const GuestKey& key, bool asDriver)
{
    std::string text(sign.text);
    const std::string subject = asDriver ? driverName(key.subject) : key.subject;
    for (const auto& [mark, word] :
         {std::pair<std::string_view, std::string_view>{"{s}", subject}, {"{d}", key.device}}) {
        if (const std::size_t at = text.find(mark); at != std::string::npos) {
            text.replace(at, mark.size(), word);
        }
    }
    return text;
}

} // namespace

std::string_view key(KeyVerdict::State state)
{
    static constexpr std::array<std::string_view, 3> keys{"not seen", "configured", "failed"};
    return keys.at(std::to_underlying(state));
}

KeyListener::KeyListener(ImageKind kind, std::vector<GuestKey> keys)
    : kind_(kind), keys_(std::move(keys)), verdicts_(keys_.size())
{
}

void KeyListener::hear(std::string_view bytes)
{
    lines_.add(bytes, [this](std::string_view line) { hearLine(line); });
}

void KeyListener::judge(std::size_t index, State state, std::string words)
{
    KeyVerdict& verdict = verdicts_[index];
    // a failure is not undone, and what was said at first is nearer to it
    if (verdict.state == State::NotSeen || (verdict.state == State::Done && verdict.words.empty())) {
        verdict = {.state = state, .words = std::move(words)};
    }
}

void KeyListener::judgeOnlyOne(GuestTopic topic, State state, std::string words)
{
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i].topic == topic && verdicts_[i].state == State::NotSeen) {
            open.push_back(i);
        }
    }
    if (open.size() == 1) {
        judge(open.front(), state, std::move(words));
    }
}

void KeyListener::hearLine(std::string_view line)
{
    const std::string_view text = trimmed(line);
    const GuestSpeech& speech = speechOf(kind_);
    for (const KeySign& sign : speech.signs) {
        // once the application speaks, only what the kernel says then is believed
        if (started_ && sign.topic != GuestTopic::Mount && !speech.goesOnWithoutNetwork) {
            continue;
        }
        if (!sign.text.contains('{') && text.contains(sign.text)) {
            judgeOnlyOne(sign.topic, sign.state, printable(text));
            continue;
        }
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            const GuestKey& key = keys_[i];
            const bool asDriver = key.topic == GuestTopic::Device && speech.saysDriverNames;
            if (key.topic == sign.topic && text.contains(filled(sign, key, asDriver))) {
                judge(i, sign.state, printable(text));
                // of two keys that the line could mean, the one before the other
                break;
            }
        }
    }
    if (!speech.call.empty() && text.contains(speech.call)) {
        programStarts(text);
    }
}

void KeyListener::programStarts(std::string_view line)
{
    const bool first = !std::exchange(started_, true);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i].topic == GuestTopic::Program) {
            const bool named = line.contains(formatted("\"{}\"", keys_[i].subject));
            if (verdicts_[i].state == State::NotSeen && (named || !speechOf(kind_).callNamesProgram)) {
                judge(i, State::Done, printable(line));
                break;
            }
        }
    }
    if (!first) {
        return;
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const GuestTopic topic = keys_[i].topic;
        const bool ofNetwork =
            topic == GuestTopic::Device || topic == GuestTopic::Address || topic == GuestTopic::Gateway;
        // these kernels end over what they cannot do, or say nothing of it
        if (topic != GuestTopic::Program && topic != GuestTopic::Forward &&
            !(ofNetwork && speechOf(kind_).goesOnWithoutNetwork)) {
            judge(i, State::Done, "");
        }
    }
}

} // namespace rumpus
