// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/storage_read.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/xml_writer.h"

#include <algorithm>
#include <memory>
#include <string>

namespace rumpus {

namespace {

struct Free {
    void operator()(virStoragePoolPtr pool) const { ::virStoragePoolFree(pool); }
    void operator()(virStorageVolPtr volume) const { ::virStorageVolFree(volume); }
    void operator()(virStreamPtr stream) const { ::virStreamFree(stream); }
};
using PoolPointer = std::unique_ptr<virStoragePool, Free>;
using VolumePointer = std::unique_ptr<virStorageVol, Free>;
using StreamPointer = std::unique_ptr<virStream, Free>;

/// "/var/tmp/rumpus-1000/consoles" is of pool "var-tmp-rumpus-1000-consoles".
Result<std::string> poolXml(const std::string& folder)
{
    std::string name = folder.substr(folder.find_first_not_of('/'));
    std::ranges::replace(name, '/', '-');
    XmlWriter xml;
    xml.open("pool");
    xml.attribute("type", "dir");
    xml.element("name", name);
    xml.open("target");
    xml.element("path", folder);
    xml.close();
    xml.close();
    return std::move(xml).finish();
}

/// Has the daemon look into the folder for new files.
Result<void> lookInto(virConnectPtr handle, const std::string& folder)
{
    if (const PoolPointer pool{::virStoragePoolLookupByTargetPath(handle, folder.c_str())}) {
        return ::virStoragePoolRefresh(pool.get(), 0) == 0
                   ? Result<void>()
                   : libvirtFailed("the folder cannot be looked into");
    }
    const Result<std::string> xml = poolXml(folder);
    if (!xml) {
        return std::unexpected(xml.error());
    }
    const PoolPointer made(::virStoragePoolCreateXML(handle, xml->c_str(), 0));
    return made ? Result<void>() : libvirtFailed("the host makes no storage pool");
}

} // namespace

Result<QByteArray> readByStorage(virConnectPtr handle, const std::filesystem::path& file,
                                 std::uint64_t offset, std::uint64_t count)
{
    VolumePointer volume(::virStorageVolLookupByPath(handle, file.c_str()));
    if (!volume) {
        if (const Result<void> looked = lookInto(handle, file.parent_path().native()); !looked) {
            return std::unexpected(looked.error());
        }
        volume.reset(::virStorageVolLookupByPath(handle, file.c_str()));
    }
    const StreamPointer stream(::virStreamNew(handle, 0));
    if (!volume || !stream || ::virStorageVolDownload(volume.get(), stream.get(), offset, count, 0) < 0) {
        return libvirtFailed(formatted("the host does not read {}", printable(file.native())));
    }
    QByteArray bytes;
    const virStreamSinkFunc sink = [](virStreamPtr, const char* data, std::size_t size, void* opaque) {
        static_cast<QByteArray*>(opaque)->append(data, static_cast<qsizetype>(size));
        return static_cast<int>(size);
    };
    if (::virStreamRecvAll(stream.get(), sink, &bytes) < 0 || ::virStreamFinish(stream.get()) < 0) {
        return libvirtFailed(formatted("{} was not read to its end", printable(file.native())));
    }
    return bytes;
}

} // namespace rumpus
