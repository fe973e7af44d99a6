// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/domain_lookup.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/libvirt_error.h"

#include <cstdlib>

namespace rumpus {

namespace {

Result<std::string> xmlOf(virConnectPtr handle, const std::string& word)
{
    virDomainPtr domain = ::virDomainLookupByName(handle, word.c_str());
    domain = domain != nullptr ? domain : ::virDomainLookupByUUIDString(handle, word.c_str());
    if (domain == nullptr) {
        return inputError(formatted("the host has no domain \"{}\"", printable(word)),
                          "`virsh list --all` lists them");
    }
    char* xml = ::virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
    Result<std::string> text = libvirtFailed("cannot ask for the domain's XML");
    if (xml != nullptr) {
        text = xml;
    }
    std::free(xml);
    ::virDomainFree(domain);
    return text;
}

} // namespace

QCoro::Task<Result<std::string>> lookUpDomainXml(Connection& connection, std::string word)
{
    return connection.call([word = std::move(word)](virConnectPtr handle) { return xmlOf(handle, word); });
}

} // namespace rumpus
