// What Rumpus reads in a config, for tests in other languages: each line of input is a config's text, each
// line of output {"config": as it would be saved, "problems": [{"pointer", "severity", "text"}]}.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/document.h"

#include <iostream>
#include <string>

int main()
{
    using namespace rumpus;
    for (std::string text; std::getline(std::cin, text);) {
        const ReadConfig read = readConfig(text);
        std::vector<Problem> problems = validate(read.config, ".", std::nullopt);
        problems.insert(problems.begin(), read.problems.begin(), read.problems.end());
        Json list = Json::array();
        for (const Problem& problem : problems) {
            list.push_back({{"pointer", problem.pointer},
                            {"severity", problem.severity == Severity::Error ? "error" : "warning"},
                            {"text", problem.text}});
        }
        std::cout << Json{{"config", toJson(read.config)}, {"problems", list}}.dump() << '\n';
    }
}
