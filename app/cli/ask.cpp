// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ask.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QFileInfo>

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <termios.h>
#include <unistd.h>

namespace rumpus::cli {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using Terminal = std::unique_ptr<std::FILE, CloseFile>;

/// While it lives, what is typed is not shown.
class Unseen {
public:
    explicit Unseen(int terminal) : terminal_(terminal), known_(::tcgetattr(terminal, &before_) == 0)
    {
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (known_) {
            ::tcsetattr(terminal_, TCSAFLUSH, &silent);
        }
    }
    ~Unseen()
    {
        if (known_) {
            ::tcsetattr(terminal_, TCSAFLUSH, &before_);
        }
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;

private:
    int terminal_;
    termios before_{};
    bool known_;
};

std::optional<std::string> readLine(std::FILE* terminal)
{
    std::string line;
    std::array<char, 256> part{};
    while (std::fgets(part.data(), part.size(), terminal) != nullptr) {
        line += part.data();
        if (line.ends_with('\n')) {
            line.pop_back();
            return line;
        }
    }
    return std::nullopt;
}

std::optional<std::string> ask(std::FILE* terminal, const HostQuestion& question)
{
    const std::string prompt(trimmed(printable(question.prompt)));
    const std::string hint =
        question.suggestion.empty() ? "" : formatted(" [{}]", printable(question.suggestion));
    std::fputs(formatted("{}{}{} ", prompt, hint, prompt.ends_with(':') ? "" : ":").c_str(), terminal);
    std::fflush(terminal);
    std::optional<std::string> answer;
    if (question.secret) {
        const Unseen unseen(::fileno(terminal));
        answer = readLine(terminal);
        std::fputs("\n", terminal);
    } else {
        answer = readLine(terminal);
    }
    return answer && answer->empty() ? question.suggestion : answer;
}

} // namespace

HostAsker terminalAsker()
{
    return [](const std::vector<HostQuestion>& questions, const HostAnswer& answer) {
        const Terminal terminal(std::fopen("/dev/tty", "r+e"));
        if (!terminal) {
            answer(std::nullopt);
            return;
        }
        std::vector<std::string> answers;
        for (const HostQuestion& question : questions) {
            std::optional<std::string> given = ask(terminal.get(), question);
            if (!given) {
                answer(std::nullopt);
                return;
            }
            answers.push_back(std::move(*given));
        }
        answer(std::move(answers));
    };
}

void showProgress(Host& host)
{
    if (::isatty(STDERR_FILENO) == 0) {
        return;
    }
    QObject::connect(&host, &Host::progressed, &host, [](const QString& file, qint64 done, qint64 total) {
        const std::string name = printable(QFileInfo(file).fileName().toStdString());
        const bool over = done >= total;
        const qint64 share = total > 0 ? done * 100 / total : 100;
        std::fputs(formatted("\rsending {} {:3} %{}", name, share, over ? "\n" : "").c_str(), stderr);
    });
}

} // namespace rumpus::cli
