// SPDX-License-Identifier: GPL-3.0-or-later
#include "mi_peer.h"

#include <cctype>
#include <cstddef>
#include <utility>

namespace rumpus::bench {

namespace {

class PlainParser {
public:
    explicit PlainParser(std::string_view line) : line_(line) {}

    PlainRecord record()
    {
        PlainRecord result;
        while (std::isdigit(static_cast<unsigned char>(peek())) != 0) {
            result.token += take();
        }
        if (peek() == '(') {
            return result;
        }
        result.kind = take();
        if (peek() == '"') {
            result.results.text = string();
            return result;
        }
        while (peek() != ',' && peek() != '\0') {
            result.klass += take();
        }
        while (peek() == ',') {
            take();
            std::string name = this->name();
            result.results.members[std::move(name)] = value();
        }
        return result;
    }

private:
    [[nodiscard]] char peek() const { return at_ < line_.size() ? line_[at_] : '\0'; }
    char take() { return at_ < line_.size() ? line_[at_++] : '\0'; }

    std::string name()
    {
        std::string result;
        while (peek() != '=' && peek() != '\0') {
            result += take();
        }
        take();
        return result;
    }

    std::string string()
    {
        std::string result;
        take();
        while (peek() != '"' && peek() != '\0') {
            const char c = take();
            result += c == '\\' ? escape() : c;
        }
        take();
        return result;
    }

    char escape()
    {
        const char c = take();
        if (c < '0' || c > '7') {
            return c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        int byte = c - '0';
        for (int i = 0; i < 2; ++i) {
            byte = byte * 8 + (take() - '0');
        }
        return static_cast<char>(byte);
    }

    PlainValue value()
    {
        PlainValue result;
        if (peek() == '"') {
            result.text = string();
            return result;
        }
        const char closing = take() == '{' ? '}' : ']';
        while (peek() != closing && peek() != '\0') {
            if (peek() == '"' || peek() == '{' || peek() == '[') {
                result.elements.push_back(value());
            } else {
                std::string name = this->name();
                PlainValue member = value();
                if (closing == ']') {
                    result.elements.push_back(std::move(member));
                } else {
                    result.members[std::move(name)] = std::move(member);
                }
            }
            if (peek() == ',') {
                take();
            }
        }
        take();
        return result;
    }

    std::string_view line_;
    std::size_t at_ = 0;
};

} // namespace

PlainRecord plainParse(std::string_view line)
{
    return PlainParser(line).record();
}

} // namespace rumpus::bench
