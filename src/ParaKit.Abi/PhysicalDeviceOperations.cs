using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of physdev_op. Xen public/physdev.h, "PHYSDEVOP_*".</summary>
public enum PhysicalDeviceOperation : uint
{
    /// <summary>Set the processor's I/O privilege level (<see cref="PhysicalDeviceSetIopl"/>).</summary>
    SetIopl = 6,
    /// <summary>Set the processor's I/O permission bitmap (<see cref="PhysicalDeviceSetIoBitmap"/>).</summary>
    SetIoBitmap = 7,
    /// <summary>End of a physical interrupt.</summary>
    Eoi = 12,
}

/// <summary>Argument of set_iopl.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PhysicalDeviceSetIopl
{
    /// <summary>IN: level, 0 to 3.</summary>
    public uint Iopl;
}

/// <summary>Argument of set_iobitmap.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PhysicalDeviceSetIoBitmap
{
    /// <summary>IN: address of the bitmap.</summary>
    public ulong Bitmap;
    /// <summary>IN: number of ports.</summary>
    public uint PortCount;
}
