using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>Grants against a model that is a table of what is allowed and what is in use.</summary>
public sealed class GrantTableTests
{
    private static readonly DomainId s_backend = new(0);

    [Fact]
    public void RandomUses_AreThoseOfTheModel()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            using TestHost host = TestHost.Idle();
            Assert.True(host.Domain.Grants.TryGrow(1));
            var (random, model) = (new Random(seed), new Model(host));
            for (var step = 0; step < 400; step++)
            {
                var reference = (uint)random.Next(20);
                if (random.Next(3) == 0)
                {
                    model.Write(reference, random);
                }
                else if (random.Next(2) == 0)
                {
                    model.Acquire(reference, isWrite: random.Next(2) == 0, seed, step);
                }
                else
                {
                    model.ReleaseAny(random);
                }

                model.CheckFlags(seed, step);
            }

            model.ReleaseAll();
            Assert.Equal(0, host.Domain.Grants.InUse);
            Assert.Equal(model.CountsBefore, model.Counts());
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(511u)]
    [InlineData(512u)]
    [InlineData(uint.MaxValue)]
    public void ReferencesThatGrantNothing_AreBad(uint reference)
    {
        using TestHost host = TestHost.Idle();
        host.Domain.Grants.TryGrow(1);
        Assert.Equal(GrantStatus.BadGrantReference, host.Domain.Grants.Acquire(reference, s_backend, isWrite: false, out _));
    }

    [Fact]
    public void PageTables_CanBeGrantedForReadingOnly()
    {
        using TestHost host = TestHost.Idle();
        host.Domain.Grants.TryGrow(1);
        var table = host.Domain.Frames[host.Layout.TableFrame];
        Write(host, 9, GrantEntryFlags.PermitAccess, s_backend, table);
        Assert.Equal(GrantStatus.BadPage, host.Domain.Grants.Acquire(9, s_backend, isWrite: true, out _));
        Assert.Equal(GrantStatus.Okay, host.Domain.Grants.Acquire(9, s_backend, isWrite: false, out var frame));
        Assert.Equal(table, frame);
        host.Domain.Grants.Release(9, isWrite: false);
    }

    [Fact]
    public void FramesOfOthers_CannotBeGranted()
    {
        using TestHost host = TestHost.Idle();
        host.Domain.Grants.TryGrow(1);
        foreach (var frame in new[] { 0UL, host.Host.Frames.Count, uint.MaxValue, host.Host.MachineToPhysical.Slot.Entry >> 12 & 0xffff_ffff })
        {
            Write(host, 10, GrantEntryFlags.PermitAccess, s_backend, frame);
            Assert.Equal(GrantStatus.BadPage, host.Domain.Grants.Acquire(10, s_backend, isWrite: false, out _));
        }
    }

    /// <summary>Random copies: each ends with a status, moves nothing it must not, and leaves nothing in use.</summary>
    [Fact]
    public void RandomCopies_LeaveNothingInUse()
    {
        using TestHost host = TestHost.Idle();
        host.Domain.Grants.TryGrow(1);
        var random = new Random(5);
        ulong[] frames = [host.Domain.Frames[^1], host.Domain.Frames[^2], host.Domain.Frames[host.Layout.TableFrame], 0, ulong.MaxValue, host.Host.Frames.Count];
        for (uint i = 8; i < 16; i++)
        {
            Write(host, i, GrantEntryFlags.PermitAccess | (i % 2 == 0 ? 0 : GrantEntryFlags.ReadOnly), new DomainId((ushort)(i < 14 ? 1 : 0)), frames[i % 3]);
        }

        var before = host.Domain.Frames.Select(f => host.Info(f).ReferenceCount).ToArray();
        byte[] table = host.Host.Machine.Memory.ReadOnlySpan(frames[2] << 12, 4096).ToArray();
        var statuses = new HashSet<GrantStatus>();
        for (var i = 0; i < 20_000; i++)
        {
            var copy = new GrantCopy
            {
                Source = Place(random, frames),
                Destination = Place(random, frames),
                Length = (ushort)random.Next(5000),
                Flags = (GrantCopyFlags)random.Next(4),
            };
            host.Write(MicroGuest.Data, copy);
            Assert.Equal(0, host.Call(HypercallNumber.GrantTableOp, (ulong)GrantTableOperation.Copy, MicroGuest.Data, 1));
            statuses.Add((GrantStatus)(short)(host.Read(MicroGuest.Data + 32) >> 32));
        }

        Assert.Superset(new HashSet<GrantStatus> { GrantStatus.Okay, GrantStatus.BadCopyArgument, GrantStatus.BadDomain, GrantStatus.BadGrantReference, GrantStatus.BadPage }, statuses);
        Assert.Equal(0, host.Domain.Grants.InUse);
        Assert.Equal(before, host.Domain.Frames.Select(f => host.Info(f).ReferenceCount));
        Assert.Equal(table, host.Host.Machine.Memory.ReadOnlySpan(frames[2] << 12, 4096).ToArray());
    }

    private static GrantCopyPlace Place(Random random, ulong[] frames) => new()
    {
        Frame = random.Next(2) == 0 ? (ulong)random.Next(20) : frames[random.Next(frames.Length)],
        Domain = random.Next(5) switch { 0 => (ushort)9, 1 => 1, _ => DomainIds.Self },
        Offset = (ushort)(random.Next(3) == 0 ? random.Next(65536) : random.Next(500)),
    };

    private static void Write(TestHost host, uint reference, GrantEntryFlags flags, DomainId domain, ulong frame) => host.Host.Machine.Memory.Write(
        (host.Domain.Grants.Frames[0] << 12) + (reference * 8), new GrantEntryV1 { Flags = flags, Domain = domain.Value, Frame = (uint)frame });

    /// <summary>What is allowed, what is in use.</summary>
    private sealed class Model(TestHost host)
    {
        private readonly List<(uint Reference, bool IsWrite, ulong Frame)> _uses = [];
        private readonly ulong[] _candidates =
            [host.Domain.Frames[host.Layout.TableFrame], host.Domain.Frames[^1], host.Domain.Frames[^2], host.Domain.Frames[^3], host.Host.Frames.Count + 5, 0];

        public uint[] CountsBefore { get; } = Count(host);

        public uint[] Counts() => Count(host);

        public void Write(uint reference, Random random)
        {
            // As a guest may at any time, except that it keeps the marks, which the back end owns.
            var entry = Entry(reference);
            var flags = random.Next(4) switch { 0 => GrantEntryFlags.Invalid, 1 => GrantEntryFlags.PermitAccess | GrantEntryFlags.ReadOnly, _ => GrantEntryFlags.PermitAccess };
            var frame = _candidates[random.Next(_candidates.Length)];
            GrantTableTests.Write(host, reference, flags | (entry.Flags & (GrantEntryFlags.Reading | GrantEntryFlags.Writing)), new DomainId((ushort)(random.Next(5) == 0 ? 3 : 0)), frame);
        }

        public void Acquire(uint reference, bool isWrite, int seed, int step)
        {
            var entry = Entry(reference);
            var isGranted = (entry.Flags & GrantEntryFlags.TypeMask) == GrantEntryFlags.PermitAccess && entry.Domain == 0
                && !(isWrite && (entry.Flags & GrantEntryFlags.ReadOnly) != 0)
                && _uses.Where(u => u.Reference == reference).All(u => u.Frame == entry.Frame);
            var isOurs = Array.IndexOf(host.Domain.Frames, entry.Frame) >= 0 && !(isWrite && entry.Frame == _candidates[0]);
            var expected = !isGranted ? GrantStatus.BadGrantReference : isOurs ? GrantStatus.Okay : GrantStatus.BadPage;
            Assert.True(expected == host.Domain.Grants.Acquire(reference, s_backend, isWrite, out var frame), $"seed {seed}, step {step}: {expected} for {entry.Flags} {entry.Frame:x}");
            if (expected == GrantStatus.Okay)
            {
                Assert.Equal(entry.Frame, frame);
                _uses.Add((reference, isWrite, frame));
            }
        }

        public void ReleaseAny(Random random)
        {
            if (_uses.Count > 0)
            {
                var use = _uses[random.Next(_uses.Count)];
                host.Domain.Grants.Release(use.Reference, use.IsWrite);
                _uses.Remove(use);
            }
        }

        public void ReleaseAll()
        {
            foreach (var use in _uses)
            {
                host.Domain.Grants.Release(use.Reference, use.IsWrite);
            }

            _uses.Clear();
        }

        public void CheckFlags(int seed, int step)
        {
            foreach (var uses in _uses.GroupBy(u => u.Reference))
            {
                var flags = Entry(uses.Key).Flags;
                Assert.True((flags & GrantEntryFlags.Reading) != 0, $"seed {seed}, step {step}");
                Assert.Equal(uses.Any(u => u.IsWrite), (flags & GrantEntryFlags.Writing) != 0);
            }
        }

        private GrantEntryV1 Entry(uint reference) => host.Host.Machine.Memory.Read<GrantEntryV1>((host.Domain.Grants.Frames[0] << 12) + (reference * 8));

        private static uint[] Count(TestHost host) => [.. host.Domain.Frames.Select(f => host.Info(f).ReferenceCount)];
    }
}
