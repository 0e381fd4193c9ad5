using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;
using static ParaKit.Hypervisor.Memory.PageTableEntries;

namespace ParaKit.Hypervisor.Tests.Memory;

/// <summary>
/// The same random requests on two equal memories, in one piece on one and in steps of random length on the other: results, types, counts and tables are equal after each, and in the
/// other all memory is scanned after each step.
/// </summary>
public sealed class SteppedValidationTests
{
    private const int Frames = 40;
    private const int Requests = 60;
    private static readonly DomainId Self = new(1);

    [Fact]
    public void StepsEndAsOnePieceDoes()
    {
        var seeds = Random.Shared;
        var (accepted, refused, restarted) = (0, 0, 0);
        for (var round = 0; round < 60; round++)
        {
            var seed = seeds.Next();
            using var whole = new World(seed);
            using var stepped = new World(seed);
            var (choices, steps) = (new Random(seed), new Random(seed ^ 1));
            for (var i = 0; i < Requests; i++)
            {
                var request = World.Choose(choices);
                var where = $"seed {seed}, request {i}: {request}";
                var expected = whole.Apply(request);
                var actual = stepped.ApplyInSteps(request, () => steps.Next(1, 1500), where);
                Assert.True(expected == actual, $"{actual} instead of {expected}: {where}");
                whole.AssertEqual(stepped, where);
                stepped.TakeContents(whole);
                (accepted, refused) = (accepted + (expected == Errno.None ? 1 : 0), refused + (expected == Errno.None ? 0 : 1));
            }

            restarted += stepped.Restarts;
        }

        Assert.True(accepted > 400 && refused > 400 && restarted > 100, $"{accepted} accepted, {refused} refused, {restarted} restarts: not enough happens.");
    }

    /// <summary>Between two steps the guest's event handler, or another of its processors, makes requests of its own; some requests are never made again.</summary>
    [Fact]
    public void OtherRequestsBetweenSteps_KeepTheInvariants()
    {
        var finished = 0;
        for (var round = 0; round < 40; round++)
        {
            var seed = Random.Shared.Next();
            using var world = new World(seed);
            var random = new Random(seed);
            var open = new List<World.Request>();
            for (var i = 0; i < Requests * 4; i++)
            {
                var request = open.Count > 0 && random.Next(4) != 0 ? open[random.Next(open.Count)] : World.Choose(random);
                var result = world.Step(request, random.Next(1, 1500));
                world.Check($"seed {seed}, step {i}: {request}");
                finished += result == Errno.None && open.Remove(request) ? 1 : 0;
                if (result == Errno.ERESTART && random.Next(10) != 0)
                {
                    open.Add(request);
                }
            }
        }

        Assert.True(finished > 5, $"{finished} requests ended after others came between: not enough happens.");
    }

    /// <summary>Two processors that prepare trees in turn do not undo each other's work for ever.</summary>
    [Fact]
    public void TwoLongRequestsInTurn_BothEnd()
    {
        using var world = new World(seed: 7, isRandom: false);
        world.Build(root: 1, leaves: [2, 3, 4, 5, 6, 7, 8]);
        world.Build(root: 11, leaves: [12, 13, 14, 15, 16, 17, 18]);
        var (first, second) = (Errno.ERESTART, Errno.ERESTART);
        for (var i = 0; i < 20 && (first, second) != (Errno.None, Errno.None); i++)
        {
            first = first == Errno.None ? first : world.Step(new(World.Kind.Pin, 1, 0, 0, PageType.L2Table), 1);
            second = second == Errno.None ? second : world.Step(new(World.Kind.Pin, 11, 0, 0, PageType.L2Table), 1);
            world.Check($"turn {i}");
        }

        Assert.Equal((Errno.None, Errno.None), (first, second));
    }

    private sealed class World : IDisposable
    {
        private readonly PhysicalMemory _memory = new(Frames * PhysicalMemory.FrameBytes);
        private readonly FrameTable _frames = new(Frames);
        private readonly DirectPaging _paging;

        public World(int seed, bool isRandom = true)
        {
            _paging = new DirectPaging(_frames, _memory);
            for (ulong frame = 1; frame < Frames; frame++)
            {
                _frames.Assign(frame, frame == Frames - 1 ? new DomainId(2) : Self);
            }

            if (isRandom)
            {
                Fill(new Random(seed));
            }
        }

        public enum Kind
        {
            Pin,
            Unpin,
            Update,
        }

        public int Restarts { get; private set; }

        public static Request Choose(Random random)
        {
            var frame = random.Next(Frames);
            return random.Next(10) switch
            {
                < 4 => new(Kind.Pin, (ulong)frame, 0, 0, Level(frame) == PageType.None || random.Next(8) == 0 ? PageType.L1Table + (byte)random.Next(4) : Level(frame)),
                < 7 => new(Kind.Unpin, (ulong)frame, 0, 0, PageType.None),
                _ => new(Kind.Update, (ulong)frame, random.Next(4), Entry(random, frame), PageType.None),
            };
        }

        public void Build(ulong root, ulong[] leaves)
        {
            for (var i = 0; i < leaves.Length; i++)
            {
                _memory.Write((root << FrameShift) + ((ulong)i * 8), Make(leaves[i], Present | Writable | User));
            }
        }

        public Errno Apply(Request request) => request.Kind switch
        {
            Kind.Pin => _paging.Pin(request.Frame, Self, request.Type),
            Kind.Unpin => _paging.Unpin(request.Frame, Self),
            _ => _paging.Update((request.Frame << FrameShift) + ((ulong)request.Index * 8), request.Value, Self),
        };

        /// <summary>One step: the request, and what it leaves over as far as the step goes.</summary>
        public Errno Step(Request request, int work)
        {
            _paging.BeginStep(work);
            var result = Apply(request);
            _ = _paging.TryEndStep();
            return result;
        }

        public Errno ApplyInSteps(Request request, Func<int> work, string where)
        {
            var result = Errno.ERESTART;
            var isClean = false;
            for (var steps = 0; result == Errno.ERESTART || !isClean; steps++)
            {
                Assert.True(steps < 4 * Frames, $"no end: {where}");
                _paging.BeginStep(work());
                result = result == Errno.ERESTART ? Apply(request) : result;
                isClean = _paging.TryEndStep();
                Restarts += result == Errno.ERESTART || !isClean ? 1 : 0;
                Check(where);
            }

            Assert.Empty(_paging.Held);
            return result;
        }

        public void AssertEqual(World other, string where)
        {
            for (ulong frame = 0; frame < Frames; frame++)
            {
                Assert.True(Summary(_frames[frame]) == Summary(other._frames[frame]), $"Frame {frame}: {_frames[frame]} and {other._frames[frame]}: {where}");
                for (ulong offset = 0; offset < 8 * sizeof(ulong); offset += sizeof(ulong))
                {
                    Assert.True(Said(frame, offset) == other.Said(frame, offset), $"Frame {frame}, offset {offset}: {where}");
                }
            }
        }

        /// <summary>A refused request in steps leaves the bits that validation adds in tables that were good, as real Xen does; a later request may meet them at another level.</summary>
        public void TakeContents(World other)
        {
            for (ulong frame = 0; frame < Frames; frame++)
            {
                other._memory.ReadOnlySpan(frame << FrameShift, FrameBytes).CopyTo(_memory.Span(frame << FrameShift, FrameBytes));
            }
        }

        public void Check(string where) => new FrameScan(_memory, _frames, where).Check(_paging.Held);

        public void Dispose() => _memory.Dispose();

        /// <summary>What a type was last, and whether it was looked at, means nothing when nobody uses it.</summary>
        private static (DomainId, uint, uint, bool, PageType) Summary(FrameInfo info) =>
            (info.Owner, info.ReferenceCount, info.TypeCount, info.Pinned, info.TypeCount == 0 ? PageType.None : info.Type);

        /// <summary>What a frame is meant for: most trees are well-formed.</summary>
        private static PageType Level(int frame) => (frame % 10) switch { 0 => PageType.L4Table, 1 => PageType.L3Table, 2 or 3 => PageType.L2Table, < 7 => PageType.L1Table, _ => PageType.None };

        private static ulong Entry(Random random, int table)
        {
            var target = random.Next(Frames);
            for (var tries = 0; tries < 50 && random.Next(40) != 0 && Level(target) != Level(table) - 1; tries++)
            {
                target = random.Next(Frames);
            }

            return Make((ulong)target, random.Next(40) switch { 0 => Present | PageSize, < 8 => 0, < 16 => Present | User, _ => Present | Writable | User });
        }

        private void Fill(Random random)
        {
            for (var frame = 1; frame < Frames; frame++)
            {
                for (var index = 0; index < 4 && Level(frame) != PageType.None; index++)
                {
                    _memory.Write(((ulong)frame << FrameShift) + ((ulong)index * 8), Entry(random, frame));
                }
            }
        }

        /// <summary>An entry without the bits that validation adds.</summary>
        private ulong Said(ulong frame, ulong offset) => _memory.Read<ulong>((frame << FrameShift) + offset) & ~(User | Global | GuestKernel);

        internal sealed record Request(Kind Kind, ulong Frame, int Index, ulong Value, PageType Type);
    }
}
