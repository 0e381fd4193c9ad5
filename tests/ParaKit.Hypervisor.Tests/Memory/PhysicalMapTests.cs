using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Tests.Memory;

/// <summary>Contiguity is an illusion: what a guest counts from 0 without holes lies anywhere in the machine.</summary>
public sealed class PhysicalMapTests : IDisposable
{
    private readonly PhysicalMemory _machine = new(32 * PhysicalMemory.FrameBytes);

    public void Dispose() => _machine.Dispose();

    /// <summary>
    /// The example of the lecture notes: a Windows guest whose memory [0, n] is two ranges of the machine, R1 = [0, q] and R2 = (q, n], and a Linux guest with [0, l] and (l, m].
    /// </summary>
    [Fact]
    public void TwoGuests_WithSplitRanges_SeeContiguousMemoryOfTheirOwn()
    {
        const int Q = 4, N = 9, L = 2, M = 7;
        var windows = new PseudoPhysicalMemory(_machine, [.. Range(first: 20, Q + 1), .. Range(first: 3, N - Q)]);
        var linux = new PseudoPhysicalMemory(_machine, [.. Range(first: 10, L + 1), .. Range(first: 26, M - L)]);
        Assert.Equal(((ulong)(N + 1) * 4096, (ulong)(M + 1) * 4096), (windows.Size, linux.Size));
        Assert.Equal((new Mfn(24), new Mfn(3)), (windows[new Pfn(Q)], windows[new Pfn(Q + 1)]));
        Assert.Equal((new Mfn(12), new Mfn(26)), (linux[new Pfn(L)], linux[new Pfn(L + 1)]));

        // Over the seam in one write; the other guest's same addresses are elsewhere.
        var seam = ((ulong)(Q + 1) * 4096) - 4;
        windows.Write(seam, 0x1122_3344_5566_7788UL);
        Assert.Equal(0x5566_7788u, _machine.Read<uint>((24 * 4096) + 4092));
        Assert.Equal(0x1122_3344u, _machine.Read<uint>(3 * 4096));
        Assert.Equal(0UL, linux.Read<uint>(seam));
        Assert.Throws<ArgumentOutOfRangeException>(() => linux.ToMachine(linux.Size));
    }

    /// <summary>Frames are handed out shuffled, so that a guest that takes one kind of number for the other fails at once.</summary>
    [Fact]
    public void FramesOfADomain_AreNotContiguous()
    {
        using var memory = new MachineMemory(4096);
        var frames = memory.Allocator.Take(new DomainId(1), 4096);
        Assert.True(frames.Zip(frames.Skip(1)).Count(pair => pair.Second == pair.First + 1) < 20);
        Assert.Equal(4096, frames.Distinct().Count());
    }

    [Fact]
    public void Frames_AreFreedOnce_AndOnlyWhenUnused()
    {
        using var memory = new MachineMemory(16);
        var frame = memory.Allocator.Allocate(new DomainId(1));
        memory.Allocator.Return(frame);
        Assert.Throws<InvalidOperationException>(() => memory.Allocator.Return(frame));
        var shared = memory.Allocator.AllocateShared(new DomainId(1));
        Assert.Throws<InvalidOperationException>(() => memory.Allocator.Return(shared));
        Assert.Equal(15, memory.Allocator.Free);
    }

    private static IEnumerable<ulong> Range(ulong first, int count) => Enumerable.Range(0, count).Select(i => first + (ulong)i);
}
