using System.Text;
using ParaKit.Abi;

namespace ParaKit.Hypervisor.Domains;

/// <summary>Fills in what a guest finds at boot. Xen public/xen.h, "start_info".</summary>
internal static unsafe class StartInfoWriter
{
    private const string Magic = "xen-3.0-x86_64";

    /// <summary>Makes the structure.</summary>
    /// <param name="layout">Where things are.</param>
    /// <param name="frames">Machine frames by pseudo-physical frame.</param>
    /// <param name="sharedInfo">Machine address of the shared info page.</param>
    /// <param name="storePort">Event channel of the store.</param>
    /// <param name="consolePort">Event channel of the console.</param>
    /// <param name="commandLine">Command line; cut at 1023 bytes.</param>
    public static StartInfo Make(
        DomainLayout layout, ulong[] frames, ulong sharedInfo, uint storePort, uint consolePort, string commandLine)
    {
        var info = new StartInfo
        {
            PageCount = layout.FrameCount,
            SharedInfo = sharedInfo,
            Flags = StartFlags.None,
            StoreFrame = frames[layout.StoreFrame],
            StorePort = storePort,
            ConsoleFrame = frames[layout.ConsoleFrame],
            ConsolePort = consolePort,
            PageTableBase = layout.Address(layout.TableFrame),
            PageTableFrameCount = layout.TableCount,
            FrameList = layout.P2MAddress,
        };
        if (layout.HasSeparateP2M)
        {
            info.FirstP2MFrame = layout.P2MFrame;
            info.P2MFrameCount = layout.P2MFrameCount;
        }

        CopyText(Magic, new Span<byte>(info.Magic, StartInfo.MagicLength));
        CopyText(commandLine, new Span<byte>(info.CommandLine, StartInfo.CommandLineLength));
        return info;
    }

    private static void CopyText(string text, Span<byte> target)
    {
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        bytes[..Math.Min(bytes.Length, target.Length - 1)].CopyTo(target);
    }
}
