// What a debug session asks of a stopped guest: stack, variables, expressions, registers.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "debug/mi/c_string.h"
#include "debug/session/debug_session.h"
#include "debug/session/parse.h"

#include <QTimer>

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::string_view staleWords = "the guest has moved on";
/// How long a value may take to print before GDB is told to give up.
constexpr std::chrono::milliseconds printLimit{2000};
/// Arrays that are longer are shown in slices.
constexpr std::size_t longestWhole = 1000;

Result<void> outcome(const Result<mi::Message>& answer)
{
    return answer ? Result<void>() : std::unexpected(answer.error());
}

/// A frame that says nothing: what lies below the first function of a stack.
bool isMeaningless(const Frame& frame)
{
    return frame.function.empty() && frame.file.empty();
}

} // namespace

std::unexpected<Error> stale()
{
    return inputError(std::string(staleWords));
}

bool isStale(const Error& error)
{
    return error.what == staleWords;
}

QCoro::Task<Result<mi::Message>> DebugSession::ask(std::string command)
{
    const auto self = shared_from_this();
    if (state_ != State::Stopped) {
        co_return inputError("the guest is not stopped", "pause it first");
    }
    const std::uint64_t asked = generation_;
    Result<mi::Message> answer = co_await gdb_->send(std::move(command));
    if (asked != generation_ || state_ != State::Stopped) {
        co_return stale();
    }
    co_return answer;
}

QCoro::Task<Result<mi::Message>> DebugSession::askInFrame(std::string command, int level, std::string rest)
{
    return ask(formatted("{} --thread {} --frame {} {}", command, cpu_, level + levelOffset_, rest));
}

QCoro::Task<Result<mi::Message>> DebugSession::askWithin(std::string command, std::chrono::milliseconds limit)
{
    const auto self = shared_from_this();
    QTimer timer;
    bool late = false;
    connect(&timer, &QTimer::timeout, this, [this, &late, &timer] {
        // one value can need several printers, and each its own interruption
        static constexpr std::chrono::milliseconds again{100};
        late = true;
        timer.setInterval(again);
        gdb_->interrupt();
    });
    timer.start(limit);
    Result<mi::Message> answer = co_await ask(std::move(command));
    // interrupted, it prints nothing, or fails
    const bool empty = answer && answer->record()["value"].raw().empty();
    if (late && (answer ? empty : !isStale(answer.error()))) {
        co_return inputError(formatted("printing took longer than {} s and was ended", limit.count() / 1000),
                             "a pretty printer may be endless");
    }
    co_return answer;
}

QCoro::Task<Result<std::vector<Frame>>> DebugSession::stack(int low, int count)
{
    const int offset = levelOffset_;
    const Result<mi::Message> answer = co_await ask(
        formatted("-stack-list-frames --thread {} {} {}", cpu_, low + offset, low + offset + count - 1));
    if (!answer) {
        // asking behind the end is an error in GDB, and here an empty page
        if (low > 0 && !isStale(answer.error()) && state_ == State::Stopped) {
            co_return std::vector<Frame>();
        }
        co_return std::unexpected(answer.error());
    }
    std::vector<Frame> frames;
    for (const mi::Member member : answer->record()["stack"]) {
        Frame frame = frameOf(member.value);
        frame.level -= offset;
        place(frame);
        frames.push_back(std::move(frame));
    }
    while (!frames.empty() && frames.back().level > 0 && isMeaningless(frames.back()) &&
           static_cast<int>(frames.size()) < count) {
        frames.pop_back();
    }
    co_return frames;
}

QCoro::Task<Result<std::vector<Variable>>> DebugSession::variables(int level)
{
    const Result<mi::Message> answer = co_await askInFrame("-stack-list-variables", level, "--simple-values");
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return variablesOf(answer->record()["variables"]);
}

QCoro::Task<Result<std::string>> DebugSession::evaluate(std::string expression, int level)
{
    const Result<mi::Message> answer =
        co_await askWithin(formatted("-data-evaluate-expression --thread {} --frame {} {}", cpu_,
                                     level + levelOffset_, mi::quote(expression)),
                           printLimit);
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return answer->record()["value"].text();
}

QCoro::Task<Result<Expression>> DebugSession::createExpression(std::string expression, int level)
{
    const Result<mi::Message> answer =
        co_await askWithin(formatted("-var-create --thread {} --frame {} - * {}", cpu_, level + levelOffset_,
                                     mi::quote(expression)),
                           printLimit);
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    Expression created = expressionOf(answer.value()->results);
    created.name = expression;
    created.editable = created.children == 0;
    if (created.children > longestWhole && created.type.ends_with(']')) {
        // kept in a variable of GDB's, which knows its type and needs no frame
        const Result<mi::Message> kept =
            co_await askInFrame("-data-evaluate-expression", level,
                                mi::quote(formatted("$rumpus_{} = &({})", created.id, expression)));
        if (kept) {
            arrays_[created.id] = {.size = created.children, .slices = {}};
        }
    }
    co_return created;
}

QCoro::Task<Result<std::vector<Expression>>> DebugSession::slice(std::string id, std::size_t from,
                                                                 std::size_t count)
{
    const std::size_t size = arrays_[id].size;
    if (from >= size || count == 0) {
        co_return std::vector<Expression>();
    }
    const std::size_t length = std::min(count, size - from);
    const std::string expression = formatted("(*$rumpus_{})[{}]@{}", id, from, length);
    const Result<mi::Message> made =
        co_await askWithin(formatted("-var-create - @ {}", mi::quote(expression)), printLimit);
    if (!made) {
        co_return std::unexpected(made.error());
    }
    const std::string name = made->record()["name"].text();
    arrays_[id].slices.push_back(name);
    Result<std::vector<Expression>> elements = co_await children(name, 0, length);
    if (elements) {
        for (std::size_t i = 0; i < elements->size(); ++i) {
            (*elements)[i].name = std::to_string(from + i);
        }
    }
    co_return elements;
}

QCoro::Task<Result<std::vector<Expression>>> DebugSession::children(std::string id, std::size_t from,
                                                                    std::size_t count)
{
    if (arrays_.contains(id)) {
        co_return co_await slice(id, from, count);
    }
    const Result<mi::Message> answer = co_await askWithin(
        formatted("-var-list-children --all-values {} {} {}", mi::quote(id), from, from + count), printLimit);
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    std::vector<Expression> children;
    for (const mi::Member child : answer->record()["children"]) {
        Expression expression = expressionOf(child.value);
        expression.editable = expression.children == 0;
        children.push_back(std::move(expression));
    }
    co_return children;
}

QCoro::Task<Result<std::vector<Expression>>> DebugSession::updateExpressions()
{
    const Result<mi::Message> answer = co_await askWithin("-var-update --all-values *", printLimit);
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    std::vector<Expression> changed;
    for (const mi::Member member : answer->record()["changelist"]) {
        Expression expression = expressionOf(member.value);
        expression.inScope = member.value["in_scope"].boolean().value_or(false);
        expression.changed = true;
        if (const mi::Value type = member.value["new_type"]) {
            expression.type = type.text();
        }
        changed.push_back(std::move(expression));
    }
    co_return changed;
}

QCoro::Task<Result<std::string>> DebugSession::assign(std::string id, std::string value)
{
    const Result<mi::Message> answer =
        co_await ask(formatted("-var-assign {} {}", mi::quote(id), mi::quote(value)));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return answer->record()["value"].text();
}

QCoro::Task<Result<void>> DebugSession::deleteExpression(std::string id)
{
    const auto self = shared_from_this();
    if (const auto array = arrays_.find(id); array != arrays_.end()) {
        const std::vector<std::string> slices = std::move(array->second.slices);
        arrays_.erase(array);
        for (const std::string& name : slices) {
            co_await gdb_->send("-var-delete " + name);
        }
    }
    co_return outcome(co_await gdb_->send("-var-delete " + mi::quote(id)));
}

QCoro::Task<Result<std::vector<RegisterGroup>>> DebugSession::registers(std::vector<std::string> groups,
                                                                        int level)
{
    if (registerNames_.empty()) {
        const Result<mi::Message> names = co_await ask("-data-list-register-names");
        if (!names) {
            co_return std::unexpected(names.error());
        }
        for (const mi::Member name : names->record()["register-names"]) {
            registerNames_.push_back(name.value.text());
        }
    }
    const bool is64Bit = std::ranges::contains(registerNames_, "rax");
    std::string numbers;
    for (std::size_t i = 0; i < registerNames_.size(); ++i) {
        const std::string& name = registerNames_[i];
        const bool wanted = groups.empty() ? registerGroup(name, is64Bit) != "Parts"
                                           : std::ranges::contains(groups, registerGroup(name, is64Bit));
        if (!name.empty() && wanted) {
            numbers += formatted(" {}", i);
        }
    }
    if (numbers.empty()) {
        co_return std::vector<RegisterGroup>(); // no number would mean all
    }
    const Result<mi::Message> answer =
        co_await ask(formatted("-data-list-register-values --thread {} --frame {} --skip-unavailable x{}",
                               cpu_, level + levelOffset_, numbers));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    // a caller's or another thread's registers are no news about the CPU's
    const bool isCpus = level == 0 && selectedThread_.empty() && stop_ && cpu_ == stop_->cpu;
    if (isCpus && registersGeneration_ != generation_) {
        registersBefore_ = registersNow_;
        registersGeneration_ = generation_;
    }
    std::vector<RegisterGroup> result;
    for (const mi::Member member : answer->record()["register-values"]) {
        const std::size_t number = member.value["number"].number().value_or(registerNames_.size());
        if (number >= registerNames_.size()) {
            continue;
        }
        const std::string& name = registerNames_[number];
        std::string value = member.value["value"].text();
        const auto before = registersBefore_.find(name);
        const bool changed = isCpus && before != registersBefore_.end() && before->second != value;
        if (isCpus) {
            registersNow_[name] = value;
        }
        const std::string_view group = registerGroup(name, is64Bit);
        auto place = std::ranges::find(result, group, &RegisterGroup::name);
        if (place == result.end()) {
            place = result.insert(result.end(), RegisterGroup{.name = std::string(group), .registers = {}});
        }
        place->registers.push_back({.name = name, .value = std::move(value), .changed = changed});
    }
    co_return result;
}

QCoro::Task<Result<void>> DebugSession::setRegister(std::string name, std::string value)
{
    co_return outcome(co_await ask(formatted("-gdb-set --thread {} var ${} = {}", cpu_, name, value)));
}

} // namespace rumpus
