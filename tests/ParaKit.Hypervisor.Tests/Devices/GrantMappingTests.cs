using ParaKit.Abi;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Hypercalls;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>Two domains that grant, map, copy and give each other frames, against a model of what is allowed and what is in use.</summary>
public sealed class GrantMappingTests : IDisposable
{
    private const int References = 12;
    private const ulong Window = MicroGuest.Data + 0x1000;

    private readonly HypervisorHost _host;
    private readonly Domain _granter;
    private readonly Domain _mapper;
    private readonly ulong[] _frames;
    private readonly ulong _table;
    private readonly Dictionary<ulong, uint> _before;

    public GrantMappingTests()
    {
        const ulong Bytes = 8 << 20;
        var image = MicroGuest.Build(guest => guest.Shutdown());
        _host = new HypervisorHost(2 * Bytes, CostProfile.Default, domains: 2);
        (_granter, _mapper) = (_host.Build(image, Bytes, "", _ => { }), _host.Build(image, Bytes, "", _ => { }));
        _granter.Grants.TryGrow(1);
        _mapper.Grants.TryGrow(1);
        _table = _granter.Vcpu.CurrentTable;
        _frames = [_granter.Frames[^1], _granter.Frames[^2], _table, _host.Frames.Count + 3];
        _before = _frames.Take(3).ToDictionary(frame => frame, frame => _host.Frames[frame].ReferenceCount);
    }

    public void Dispose() => _host.Dispose();

    /// <summary>Thirty lines of what grants are: an entry is good for its domain and access; while it is in use, for its first frame; page tables are only read.</summary>
    private sealed class Model(GrantMappingTests test)
    {
        public Dictionary<uint, (uint Reference, ulong Frame, bool IsWrite, ulong Address)> Mappings { get; } = [];

        public GrantStatus Map(uint reference, bool isWrite, ulong address)
        {
            var entry = test.Entry(reference);
            var isGood = (entry.Flags & GrantEntryFlags.TypeMask) == GrantEntryFlags.PermitAccess && entry.Domain == test._mapper.Id.Value
                && !(isWrite && (entry.Flags & GrantEntryFlags.ReadOnly) != 0)
                && Mappings.Values.Where(m => m.Reference == reference).All(m => m.Frame == entry.Frame);
            return !isGood ? GrantStatus.BadGrantReference
                : !test._frames.Take(3).Contains(entry.Frame) || (isWrite && entry.Frame == test._table) ? GrantStatus.BadPage
                : address == 0 ? GrantStatus.BadVirtualAddress
                : GrantStatus.Okay;
        }

        public GrantStatus Unmap(uint handle, ulong address) => !Mappings.TryGetValue(handle, out var mapping) ? GrantStatus.BadHandle
            : Seen(address) == mapping.Frame ? GrantStatus.Okay : GrantStatus.GeneralError;

        public ulong? Seen(ulong address) => Mappings.Values.Where(m => m.Address == address).Select(m => (ulong?)m.Frame).LastOrDefault();

        public uint References(ulong frame) => (uint)Mappings.Values.Count(m => m.Frame == frame) * 2; // the grant's use, and the entry's

        public bool IsInUse(uint reference, bool isWrite) => Mappings.Values.Any(m => m.Reference == reference && (!isWrite || m.IsWrite));
    }

    [Fact]
    public void RandomMappings_AreThoseOfTheModel()
    {
        uint[] before = Counts();
        for (var seed = 1; seed <= 40; seed++)
        {
            var (random, model) = (new Random(seed), new Model(this));
            for (var step = 0; step < 200; step++)
            {
                Step(model, random, $"seed {seed}, step {step}");
            }

            foreach (var (handle, mapping) in model.Mappings.ToArray())
            {
                Assert.Equal(GrantStatus.Okay, Unmap(handle, mapping.Address));
            }

            Assert.Equal((0, 0), (_mapper.Mappings.Count, _granter.Grants.InUse));
            Assert.Equal(before, Counts());
        }
    }

    private void Step(Model model, Random random, string place)
    {
        var reference = (uint)(8 + random.Next(References));
        switch (random.Next(4))
        {
            case 0 when !model.IsInUse(reference, isWrite: false):
                var flags = random.Next(4) switch { 0 => GrantEntryFlags.Invalid, 1 => GrantEntryFlags.PermitAccess | GrantEntryFlags.ReadOnly, _ => GrantEntryFlags.PermitAccess };
                Grant(reference, flags, random.Next(5) == 0 ? (ushort)7 : _mapper.Id.Value, _frames[random.Next(_frames.Length)]);
                break;
            case 1 or 2:
                // An address that maps a grant already would be replaced: free ones only.
                var isWrite = random.Next(2) == 0;
                var address = Window + ((ulong)random.Next(16) << 12);
                if (model.Seen(address) is null)
                {
                    var expected = model.Map(reference, isWrite, address);
                    var frame = Entry(reference).Frame;
                    Assert.True(expected == Map(reference, isWrite, address, out var handle), place);
                    if (expected == GrantStatus.Okay)
                    {
                        model.Mappings.Add(handle, (reference, frame, isWrite, address));
                    }
                }

                break;
            default:
                var (some, at) = (model.Mappings.Count == 0 || random.Next(5) == 0 ? (uint)random.Next(40) : model.Mappings.Keys.ElementAt(random.Next(model.Mappings.Count)), Window + ((ulong)random.Next(16) << 12));
                at = model.Mappings.TryGetValue(some, out var known) && random.Next(4) != 0 ? known.Address : at;
                var wanted = model.Unmap(some, at);
                Assert.True(wanted == Unmap(some, at), place);
                if (wanted == GrantStatus.Okay)
                {
                    Forget(model, some, at);
                }

                break;
        }

        Assert.All(_frames.Take(3), frame => Assert.Equal(_before[frame] + model.References(frame), _host.Frames[frame].ReferenceCount));
        Assert.All(Enumerable.Range(8, References), i => Assert.Equal(model.IsInUse((uint)i, isWrite: true), (Entry((uint)i).Flags & GrantEntryFlags.Writing) != 0));
    }

    /// <summary>Unmapped at the address of another mapping of the same frame, that one's address is what is left.</summary>
    private static void Forget(Model model, uint handle, ulong at)
    {
        var gone = model.Mappings[handle];
        model.Mappings.Remove(handle);
        foreach (var (other, mapping) in model.Mappings.Where(m => m.Value.Address == at).ToArray())
        {
            model.Mappings[other] = mapping with { Address = gone.Address };
        }
    }

    [Fact]
    public void MappedFrame_IsSeen_AndCannotBecomeATable()
    {
        _host.Machine.Memory.Write(_frames[0] << 12, 0x1122_3344_5566_7788UL);
        Grant(9, GrantEntryFlags.PermitAccess, _mapper.Id.Value, _frames[0]);
        Assert.Equal(GrantStatus.Okay, Map(9, isWrite: true, Window, out var handle));
        Assert.True(_mapper.Memory.TryRead(Window, out ulong seen));
        Assert.Equal(0x1122_3344_5566_7788UL, seen);
        Assert.NotEqual(Errno.None, _granter.Paging.Acquire(_frames[0], _granter.Id, PageType.L1Table));
        Assert.Equal(GrantStatus.Okay, Unmap(handle, Window));
        Assert.False(_mapper.Memory.TryRead(Window, out seen));
    }

    /// <summary>The guest writes over the entry: its use ends, the grant's does not until the handle is given back, which no longer works.</summary>
    [Fact]
    public void OverwrittenEntry_GivesItsUseBackOnce()
    {
        Grant(9, GrantEntryFlags.PermitAccess, _mapper.Id.Value, _frames[0]);
        Assert.Equal(GrantStatus.Okay, Map(9, isWrite: true, Window, out var handle));
        Assert.Equal(0, Call(_mapper, HypercallNumber.UpdateVaMapping, Window, 0, 0));
        Assert.Equal(_before[_frames[0]] + 1, _host.Frames[_frames[0]].ReferenceCount);
        Assert.Equal(GrantStatus.GeneralError, Unmap(handle, Window));
        Assert.Equal(-(long)Errno.EBUSY, Call(_mapper, HypercallNumber.UpdateVaMapping, Window, (_frames[0] << 12) | 3, 0));
        _mapper.Destroy();
        _host.Remove(_mapper);
        Assert.Equal(_before[_frames[0]], _host.Frames[_frames[0]].ReferenceCount);
        Assert.Equal(0, _granter.Grants.InUse);
    }

    [Fact]
    public void DomainThatEnds_TakesItsFramesWithIt()
    {
        Grant(9, GrantEntryFlags.PermitAccess, _mapper.Id.Value, _frames[0]);
        Assert.Equal(GrantStatus.Okay, Map(9, isWrite: true, Window, out var handle));
        _granter.Destroy();
        _host.Remove(_granter);
        Assert.False(_mapper.Memory.TryRead(Window, out ulong _));
        Assert.Equal(GrantStatus.BadHandle, Unmap(handle, Window));
        Assert.Equal(0, _mapper.Mappings.Count);
    }

    [Fact]
    public void Transfer_MovesAFrameThatNobodyUses()
    {
        var frame = _mapper.Frames[MicroGuest.FrameOf(Window)];
        Accept(9, _mapper.Id.Value);
        Assert.Equal(GrantStatus.BadPage, Transfer(frame, 9)); // mapped
        Drop(frame);
        Assert.Equal(GrantStatus.BadGrantReference, Transfer(frame, 10));
        Assert.Equal(GrantStatus.NoSpace, Transfer(frame, 9)); // it has all that it may have
        Assert.True(_mapper.Paging.Owns(frame, _mapper.Id));
        _granter.Quota.Remove();
        Assert.Equal(GrantStatus.Okay, Transfer(frame, 9));
        Assert.True(_granter.Paging.Owns(frame, _granter.Id));
        Assert.Equal(frame, Entry(9).Frame);
        Assert.Equal(GrantStatus.BadPage, Transfer(frame, 9));
        Assert.Equal(_mapper.Quota.Maximum - 1, _mapper.Quota.Current);
    }

    private uint[] Counts() => [.. _before.Keys.Select(frame => _host.Frames[frame].ReferenceCount)];

    private void Drop(ulong frame)
    {
        ref var info = ref _host.Frames.Mutable(frame);
        info = new FrameInfo { Owner = info.Owner, ReferenceCount = 1 };
    }

    private GrantStatus Map(uint reference, bool isWrite, ulong address, out uint handle)
    {
        var request = new GrantMap { HostAddress = address, Flags = GrantMapFlags.HostMap | (isWrite ? 0 : GrantMapFlags.ReadOnly), Reference = reference, Domain = _granter.Id.Value };
        var done = Do(GrantTableOperation.MapGrantReference, request);
        handle = done.Handle;
        return done.Status;
    }

    private GrantStatus Unmap(uint handle, ulong address) => Do(GrantTableOperation.UnmapGrantReference, new GrantUnmap { HostAddress = address, Handle = handle }).Status;

    private GrantStatus Transfer(ulong frame, uint reference) =>
        Do(GrantTableOperation.Transfer, new GrantTransfer { Frame = frame, Domain = _granter.Id.Value, Reference = reference }).Status;

    private T Do<T>(GrantTableOperation operation, T request)
        where T : unmanaged
    {
        Assert.True(_mapper.Memory.TryWrite(MicroGuest.Data, in request));
        Assert.Equal(0, Call(_mapper, HypercallNumber.GrantTableOp, (ulong)operation, MicroGuest.Data, 1));
        Assert.True(_mapper.Memory.TryRead(MicroGuest.Data, out T answer));
        return answer;
    }

    private static long Call(Domain domain, HypercallNumber number, ulong first, ulong second, ulong third)
    {
        var context = new HypercallContext { Domain = domain, Number = (ulong)number, Argument1 = first, Argument2 = second, Argument3 = third };
        return HypercallTable.Invoke(ref context);
    }

    private GrantEntryV1 Entry(uint reference) => _host.Machine.Memory.Read<GrantEntryV1>(Address(reference));

    private void Grant(uint reference, GrantEntryFlags flags, ushort domain, ulong frame) =>
        _host.Machine.Memory.Write(Address(reference), new GrantEntryV1 { Flags = flags, Domain = domain, Frame = (uint)frame });

    private void Accept(uint reference, ushort domain) => Grant(reference, GrantEntryFlags.AcceptTransfer, domain, 0);

    private ulong Address(uint reference) => (_granter.Grants.Frames[0] << 12) + (reference * 8);
}
