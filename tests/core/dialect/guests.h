// What guests make of what they are told: their parsers, written anew from their sources' behaviour.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// Arguments as rumprun splits its "cmdline" (lib/librumprun_base/parseargs.c): a backslash takes the next
/// character as it is.
inline std::vector<std::string> rumprunArguments(std::string_view line)
{
    std::vector<std::string> arguments;
    char quote = '\0';
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool escaped = line[i] == '\\';
        if (escaped && ++i == line.size()) {
            break;
        }
        const char c = line[i];
        const bool blank = !escaped && (c == ' ' || c == '\n' || c == '\t');
        if (blank && quote == '\0') {
            inside = false;
            continue;
        }
        if (!inside) {
            arguments.emplace_back();
            inside = true;
        }
        if (!escaped && quote != '\0' && c == quote) {
            quote = '\0';
        } else if (!escaped && (c == '\'' || c == '"')) {
            quote = c;
        } else {
            arguments.back() += c;
        }
    }
    return arguments;
}

struct RumprunProgram {
    std::vector<std::string> arguments;
    std::string mode;
    bool operator==(const RumprunProgram&) const = default;
};

/// The configuration as rumprun reads it (lib/librumprun_base/config.c, lib/libbmk_core/jsmn.c): strings
/// are taken raw, escapes are checked and stay. Throws what a guest would end over.
class RumprunConfig {
public:
    using Settings = std::map<std::string, std::string>;

    explicit RumprunConfig(std::string_view words) : text_(words)
    {
        at_ = text_.find('{');
        if (at_ == std::string_view::npos) {
            programs.push_back({.arguments = {"rumprun"}});
            return;
        }
        for (const std::string& key : keys()) {
            readMember(key);
        }
        if (programs.empty()) {
            throw std::runtime_error("no bins");
        }
        if (programs.back().mode == "|") {
            throw std::runtime_error("last bin may not output to pipe");
        }
        if (at_ != text_.size()) {
            throw std::runtime_error("more than one object");
        }
    }

    std::vector<RumprunProgram> programs;
    std::vector<std::string> environment;
    std::vector<Settings> nets, blocks;
    std::string hostname;

private:
    /// Steps from one key of an object to the next, so that keys may repeat; ends behind its '}'.
    class Keys {
    public:
        explicit Keys(RumprunConfig& config) : config_(config) {}
        struct End {};
        class Iterator {
        public:
            explicit Iterator(RumprunConfig& config) : config_(config) { step('{'); }
            bool operator==(End) const { return ended_; }
            const std::string& operator*() const { return key_; }
            void operator++() { step(','); }

        private:
            void step(char before)
            {
                if (before == ',' && config_.peek() == '}') {
                    ++config_.at_;
                    ended_ = true;
                    return;
                }
                config_.expect(before);
                key_ = config_.string();
                config_.expect(':');
            }
            RumprunConfig& config_;
            std::string key_;
            bool ended_ = false;
        };
        Iterator begin() { return Iterator(config_); }
        static End end() { return {}; }

    private:
        RumprunConfig& config_;
    };
    Keys keys() { return Keys(*this); }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void expect(char c)
    {
        if (peek() != c) {
            throw std::runtime_error("json parse failed");
        }
        ++at_;
    }
    std::string string()
    {
        expect('"');
        const std::size_t start = at_;
        for (; peek() != '"'; ++at_) {
            if (at_ == text_.size()) {
                throw std::runtime_error("json parse failed: no end of a string");
            }
            // \u, which would need four digits, is never written
            if (peek() == '\\' && !std::string_view("\"/\\bfrnt").contains(text_.at(++at_))) {
                throw std::runtime_error("json parse failed: bad escape");
            }
        }
        return std::string(text_.substr(start, at_++ - start));
    }
    std::vector<std::string> strings()
    {
        std::vector<std::string> list;
        expect('[');
        while (peek() != ']') {
            if (!list.empty()) {
                expect(',');
            }
            list.push_back(string());
        }
        expect(']');
        return list;
    }
    Settings settings()
    {
        Settings settings;
        for (const std::string& key : keys()) {
            settings[key] = string();
        }
        return settings;
    }
    void readProgram()
    {
        RumprunProgram program;
        std::vector<std::string> rest;
        for (const std::string& key : keys()) {
            if (key == "bin") {
                program.arguments = {string()};
            } else if (key == "argv") {
                rest = strings();
            } else if (key == "runmode") {
                program.mode = string();
            } else {
                throw std::runtime_error("unexpected key " + key);
            }
        }
        program.arguments.insert(program.arguments.end(), rest.begin(), rest.end());
        programs.push_back(std::move(program));
    }
    void readMember(const std::string& key)
    {
        if (key == "cmdline") {
            programs.push_back({.arguments = rumprunArguments(string())});
        } else if (key == "rc") {
            for (char before = '['; peek() != ']'; before = ',') {
                expect(before);
                readProgram();
            }
            expect(']');
        } else if (key == "env") {
            environment.push_back(string());
        } else if (key == "hostname") {
            hostname = string();
        } else if (key == "blk") {
            blocks.push_back(settings());
        } else if (key == "net") {
            if (!nets.empty()) {
                throw std::runtime_error("currently only 1 \"net\" configuration is supported");
            }
            nets.push_back(settings());
        } else {
            throw std::runtime_error("no match for key " + key);
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// A command line as Unikraft 0.17 splits it (lib/ukargparse): quotes without anything in them are nothing.
inline std::vector<std::string> unikraftArguments(std::string_view line)
{
    std::vector<std::string> arguments;
    char quote = '\0';
    bool inside = false;
    bool escape = false; // the last character of the argument is a backslash that has not done its work yet
    for (const char c : line) {
        if (std::string_view(" \r\n\t\v").contains(c) && quote == '\0' && !escape) {
            inside = false;
            continue;
        }
        if (c == '"' || c == '\'') {
            const bool taken = escape && (quote == '\0' || c == '"');
            if (!taken && (quote == '\0' || quote == c)) {
                quote = quote == '\0' ? c : '\0';
                continue;
            }
            if (taken && quote != '\0') {
                arguments.back().pop_back();
                escape = false;
            }
        }
        if (!inside) {
            arguments.emplace_back();
            inside = true;
            escape = false;
        }
        std::string& argument = arguments.back();
        if (c == '\\' && quote != '\'') {
            if (!escape) {
                argument += c;
            }
            escape = !escape;
            continue;
        }
        if (escape && quote == '\0') {
            argument.pop_back();
        }
        argument += c;
        escape = false;
    }
    return arguments;
}

/// What Unikraft 0.17 makes of a whole line (lib/ukboot/early_init.c): parameters before the first "--"
/// that something stands before, and arguments; without such a "--" all are arguments.
struct UnikraftLine {
    std::vector<std::string> parameters, arguments;

    explicit UnikraftLine(std::string_view line) : arguments(unikraftArguments(line))
    {
        std::size_t stop = 0;
        while (stop < arguments.size() && arguments[stop] != "--") {
            ++stop;
        }
        if (stop > 0 && stop < arguments.size()) {
            const auto end = arguments.begin() + static_cast<std::ptrdiff_t>(stop);
            parameters.assign(arguments.begin(), end);
            arguments.erase(arguments.begin(), end + 1);
        }
    }
};

} // namespace rumpus
