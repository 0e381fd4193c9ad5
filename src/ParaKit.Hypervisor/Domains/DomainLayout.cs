using ParaKit.Hypervisor.Memory;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// Where everything is in a new domain. The initial mapping is linear: address = base + pseudo-physical address.
/// Xen public/xen.h, "start_info", "Start-of-day memory layout".
/// </summary>
/// <remarks>
/// Order: kernel image, P2M list (unless the image wants it elsewhere), start info, store ring page, console ring page,
/// bootstrap page tables, boot stack; then at least 512 KiB of padding up to a multiple of 4 MiB.
/// </remarks>
internal sealed record DomainLayout
{
    private const ulong Frame = PageTableEntries.FrameBytes;
    private const ulong EndAlignment = 4 << 20;
    private const ulong MinimumPadding = 512 << 10;

    /// <summary>Address of pseudo-physical frame 0.</summary>
    public required ulong Base { get; init; }

    /// <summary>Frames of the domain.</summary>
    public required ulong FrameCount { get; init; }

    /// <summary>Frames that the P2M list needs.</summary>
    public required ulong P2MFrameCount { get; init; }

    /// <summary>First pseudo-physical frame of the P2M list.</summary>
    public required ulong P2MFrame { get; init; }

    /// <summary>Address of the P2M list.</summary>
    public required ulong P2MAddress { get; init; }

    /// <summary>Frame of the start info page.</summary>
    public required ulong StartInfoFrame { get; init; }

    /// <summary>Frame of the store's ring page.</summary>
    public ulong StoreFrame => StartInfoFrame + 1;

    /// <summary>Frame of the console's ring page.</summary>
    public ulong ConsoleFrame => StartInfoFrame + 2;

    /// <summary>First frame of the bootstrap page tables; the top-level table comes first.</summary>
    public ulong TableFrame => StartInfoFrame + 3;

    /// <summary>Number of bootstrap page tables.</summary>
    public required ulong TableCount { get; init; }

    /// <summary>Frame of the boot stack.</summary>
    public ulong StackFrame => TableFrame + TableCount;

    /// <summary>End of the initial mapping in frames.</summary>
    public required ulong EndFrame { get; init; }

    /// <summary>Whether the P2M list lies outside the initial mapping.</summary>
    public bool HasSeparateP2M => P2MFrame >= EndFrame;

    /// <summary>Address of a frame in the initial mapping.</summary>
    public ulong Address(ulong frame) => Base + (frame * Frame);

    /// <summary>Whether a frame holds a bootstrap page table.</summary>
    public bool IsTable(ulong frame) => frame >= TableFrame && frame < StackFrame;

    /// <summary>Plans a domain.</summary>
    /// <exception cref="DomainBuildException">The image does not fit.</exception>
    public static DomainLayout Plan(KernelImage image, XenNotes notes, ulong frameCount)
    {
        var kernelEnd = KernelEndFrame(image, notes, frameCount);
        var p2mCount = RoundUp(frameCount * sizeof(ulong), Frame) / Frame;
        var next = kernelEnd + (notes.InitP2M is null ? p2mCount : 0);
        var layout = new DomainLayout
        {
            Base = notes.VirtBase,
            FrameCount = frameCount,
            P2MFrameCount = p2mCount,
            P2MFrame = kernelEnd,
            P2MAddress = notes.VirtBase + (kernelEnd * Frame),
            StartInfoFrame = next,
            TableCount = 0,
            EndFrame = 0,
        };
        layout = layout.WithTables(notes.InitP2M);
        if (notes.InitP2M is { } address)
        {
            layout = layout with { P2MFrame = layout.EndFrame, P2MAddress = address };
        }

        var needed = layout.HasSeparateP2M ? layout.EndFrame + p2mCount : layout.EndFrame;
        return needed <= frameCount
            ? layout
            : throw new DomainBuildException($"'{image.Name}' needs at least {RoundUp(needed * Frame, 1 << 20) >> 20} MiB of memory.");
    }

    /// <summary>The number of tables and the end of the mapping depend on each other: grow until both fit.</summary>
    private DomainLayout WithTables(ulong? separateP2M)
    {
        var layout = this;
        while (true)
        {
            var stackEnd = layout.Address(layout.StackFrame + 1);
            var end = RoundUp(stackEnd, EndAlignment);
            end = end - stackEnd < MinimumPadding ? end + EndAlignment : end;
            var tables = CountTables(layout.Base, end, separateP2M, layout.P2MFrameCount * Frame);
            if (tables == layout.TableCount)
            {
                return layout with { EndFrame = (end - layout.Base) / Frame };
            }

            layout = layout with { TableCount = tables };
        }
    }

    private static ulong CountTables(ulong start, ulong end, ulong? separateP2M, ulong p2mBytes)
    {
        ulong tables = 1;
        for (var shift = 21; shift <= 39; shift += 9)
        {
            ulong last = (end - 1) >> shift;
            tables += last - (start >> shift) + 1;
            if (separateP2M is { } address)
            {
                var first = address >> shift;
                var lastOfP2M = (address + p2mBytes - 1) >> shift;
                for (var region = first; region <= lastOfP2M; region++)
                {
                    tables += region >= start >> shift && region <= last ? 0UL : 1;
                }
            }
        }

        return tables;
    }

    private static ulong KernelEndFrame(KernelImage image, XenNotes notes, ulong frameCount)
    {
        ulong end = 0;
        foreach (var segment in image.Segments)
        {
            var offset = segment.PhysicalAddress - notes.PaddrOffset;
            var memory = frameCount * Frame;
            if (segment.PhysicalAddress < notes.PaddrOffset || offset > memory || segment.MemorySize > memory - offset)
            {
                throw new DomainBuildException(
                    $"'{image.Name}': the segment at physical address 0x{segment.PhysicalAddress:x} does not fit into {memory >> 20} MiB of memory.");
            }

            end = Math.Max(end, RoundUp(offset + segment.MemorySize, Frame) / Frame);
        }

        return end;
    }

    private static ulong RoundUp(ulong value, ulong multiple) => (value + multiple - 1) / multiple * multiple;
}
