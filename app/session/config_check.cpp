// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/config_check.h"

#include "core/config/config_file.h"
#include "core/config/json_text.h"

#include <utility>

namespace rumpus {

namespace {

void lookAtImage(ConfigCheck& check, std::string_view text)
{
    ConfigFile& file = check.file;
    std::error_code failed;
    if (file.config.image.empty() || !std::filesystem::exists(file.imagePath(), failed)) {
        return;
    }
    Result<Image> image = readImage(file.imagePath(), Detail::Launch);
    if (image) {
        addProblems(file,
                    validate(file.config, file.folder(), ImageFacts{.memoryNeeded = image->memoryNeeded}),
                    text);
        check.image = std::move(*image);
    } else {
        addProblems(file,
                    {{.pointer = "/image", .severity = Severity::Error, .text = toString(image.error())}},
                    text);
    }
}

} // namespace

ConfigCheck checkConfig(const std::filesystem::path& path, std::string_view text)
{
    ConfigCheck check{.file = checkedConfig(path, text), .isJson = JsonText::parse(text).isJson};
    if (check.isJson) {
        lookAtImage(check, text);
    }
    return check;
}

} // namespace rumpus
