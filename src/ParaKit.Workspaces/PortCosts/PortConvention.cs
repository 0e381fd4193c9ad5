using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Workspaces.PortCosts;

/// <summary>
/// Which part of a kernel a piece of source is, told by names alone: the file's name without extension, then folders and namespaces
/// from the inside out. The first known name wins. What no name tells, the class of the operation decides.
/// </summary>
internal static class PortConvention
{
    private static readonly Dictionary<string, PortCategory> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Net"] = PortCategory.VirtualNetworkDriver,
        ["Network"] = PortCategory.VirtualNetworkDriver,
        ["Networking"] = PortCategory.VirtualNetworkDriver,
        ["NetFront"] = PortCategory.VirtualNetworkDriver,
        ["NetDriver"] = PortCategory.VirtualNetworkDriver,
        ["NetworkDriver"] = PortCategory.VirtualNetworkDriver,
        ["Block"] = PortCategory.VirtualBlockDriver,
        ["Blk"] = PortCategory.VirtualBlockDriver,
        ["BlkFront"] = PortCategory.VirtualBlockDriver,
        ["BlockDriver"] = PortCategory.VirtualBlockDriver,
        ["BlockDevice"] = PortCategory.VirtualBlockDriver,
        ["Disk"] = PortCategory.VirtualBlockDriver,
        ["DiskDriver"] = PortCategory.VirtualBlockDriver,
        ["Arch"] = PortCategory.XenSpecific,
        ["X86"] = PortCategory.XenSpecific,
        ["X64"] = PortCategory.XenSpecific,
        ["Amd64"] = PortCategory.XenSpecific,
        ["Xen"] = PortCategory.XenSpecific,
        ["Paravirt"] = PortCategory.XenSpecific,
        ["Hypervisor"] = PortCategory.XenSpecific,
    };

    /// <summary>The category of a use.</summary>
    /// <param name="path">File relative to its project, with forward slashes.</param>
    /// <param name="namespaceName">Namespace of the code, empty for the global one.</param>
    /// <param name="operation">Class of the operation used.</param>
    internal static PortCategory Of(string path, string namespaceName, OperationClass operation) =>
        Named(path, namespaceName) ?? (operation is OperationClass.Platform or OperationClass.Innocuous
            ? PortCategory.ArchitectureIndependent
            : PortCategory.XenSpecific);

    /// <summary>Whether a file belongs to a device driver: named as a network or block driver, or in a folder "Drivers".</summary>
    internal static bool IsDriver(string path) =>
        Named(path, "") is PortCategory.VirtualNetworkDriver or PortCategory.VirtualBlockDriver ||
        path.Split('/').SkipLast(1).Contains("Drivers", StringComparer.OrdinalIgnoreCase);

    private static PortCategory? Named(string path, string namespaceName)
    {
        var names = namespaceName.Split('.').Concat(Path.ChangeExtension(path, null).Split('/')).Reverse();
        return names.Select(name => s_names.TryGetValue(name, out var category) ? category : (PortCategory?)null)
            .FirstOrDefault(category => category is not null);
    }
}
