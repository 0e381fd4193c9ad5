using FsCheck;
using FsCheck.Fluent;
using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Memory;

/// <summary>
/// Random requests on a few frames. After each: no frame is used as two things, no mapping is foreign, every count equals a
/// recount. A refused request leaves frames and frame table as they were.
/// </summary>
public sealed class DirectPagingPropertyTests
{
    private const int PoolFrames = 10;
    private const int BytesPerRequest = 5;

    [Fact]
    public void RandomRequests_KeepTheInvariants()
    {
        var requests = Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(60 * BytesPerRequest).ToArbitrary();
        Prop.ForAll(requests, bytes => Play(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void RandomRequests_AreNotAllRefused()
    {
        var random = new Random(1);
        var bytes = new byte[400 * BytesPerRequest];
        random.NextBytes(bytes);
        var accepted = Play(bytes);
        Assert.InRange(accepted, 40, 399);
    }

    private static int Play(byte[] bytes)
    {
        using var host = TestHost.Idle();
        var pool = Pool(host);
        var accepted = 0;
        for (var i = 0; i + BytesPerRequest <= bytes.Length; i += BytesPerRequest)
        {
            var before = Snapshot(host, pool);
            var result = Apply(host, pool, bytes.AsSpan(i, BytesPerRequest));
            if (result != Errno.None)
            {
                Assert.Equal(before, Snapshot(host, pool));
            }

            accepted += result == Errno.None ? 1 : 0;
            PagingOracle.Check(host);
        }

        return accepted;
    }

    /// <summary>Scratch frames (mapped writable at first), unused frames, bootstrap tables, a hypervisor frame and no frame at all.</summary>
    private static ulong[] Pool(TestHost host)
    {
        var frames = host.Domain.Frames;
        var spare = host.Layout.EndFrame;
        return
        [
            .. Enumerable.Range(0, 2).Select(i => host.MachineFrame(MicroGuest.ScratchPage(i))),
            .. Enumerable.Range(0, PoolFrames - 2).Select(i => frames[spare + (ulong)i]),
            frames[host.Layout.TableFrame], frames[host.Layout.TableFrame + 1],
            host.Domain.Shared.Address >> 12,
            PageTableEntries.Frame(host.Host.MachineToPhysical.Slot.Entry),
            0xff_ffff,
        ];
    }

    private static Errno Apply(TestHost host, ulong[] pool, ReadOnlySpan<byte> request)
    {
        var domain = host.Domain;
        var frame = pool[request[1] % pool.Length];
        var other = pool[request[2] % pool.Length];
        switch (request[0] % 16)
        {
            case < 3:
                return domain.Paging.Pin(frame, domain.Id, PageType.L1Table + (byte)(request[3] % 4));
            case 3:
                return domain.Paging.Unpin(frame, domain.Id);
            case 4:
                return BasePointers.SetUser(domain, request[3] < 64 ? 0 : frame);
            case 5:
                return BasePointers.SetKernel(domain, frame);
            case 6:
                return domain.Paging.Fill(frame, domain.Id, request[3] < 128 ? null : other);
            case 7:
                return SetGdt(host, request[3] < 64 ? [] : [frame, other]);
            default:
                var address = (frame << 12) + (ulong)(Slot(request[3]) * 8);
                return domain.Paging.Update(address, (other << 12) | Flags(request[4]), domain.Id, request[0] % 16 == 15);
        }
    }

    private static Errno SetGdt(TestHost host, ulong[] frames)
    {
        var result = host.Domain.Paging.AcquireAll(frames, host.Domain.Id, PageType.SegmentDescriptors);
        if (result == Errno.None)
        {
            foreach (var old in host.Domain.Vcpu.DescriptorFrames)
            {
                host.Domain.Paging.Release(old);
            }

            host.Domain.Vcpu.DescriptorFrames = frames;
        }

        return result;
    }

    private static int Slot(byte value) => (value % 6) switch { 0 => 0, 1 => 1, 2 => 511, 3 => 256, 4 => 260, _ => 271 + (value % 2) };

    private static ulong Flags(byte value) => (value % 8) switch
    {
        0 => 0,
        1 => 0x1,
        2 => 0x3,
        3 or 4 => 0x7,
        5 => 0x5 | PageTableEntries.NoExecute,
        6 => 0x67,
        _ => 0x87,
    };

    private static byte[] Snapshot(TestHost host, ulong[] pool)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var frame in pool.Where(host.Host.Frames.Contains))
        {
            stream.Write(host.Host.Machine.Memory.ReadOnlySpan(frame << 12, 4096));
        }

        for (ulong frame = 0; frame < host.Host.Frames.Count; frame++)
        {
            var info = host.Info(frame);
            writer.Write(info.TypeCount);
            writer.Write(info.ReferenceCount);
            writer.Write((byte)info.Type);
            writer.Write(info.Pinned);
            writer.Write(info.Validated);
        }

        writer.Flush();
        return stream.ToArray();
    }
}
