using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.MemoryPolicies;
using ParaKit.Hypervisor.Overcommit;

namespace ParaKit.Hypervisor.Tests.Overcommit;

/// <summary>
/// Random histories of several guests on few frames: reads, writes, balloons, paging, sharing, sampling, clones, ends. After each step every guest reads what it wrote,
/// and a scan of everything finds each frame used as often as it is counted.
/// </summary>
public sealed class OvercommitModelTests
{
    private const int Pages = 24;
    private const int Frames = 40;
    private const int Steps = 400;

    public static TheoryData<string> Hashes => ["full", "last byte", "none"];

    [Theory]
    [MemberData(nameof(Hashes))]
    public void RandomHistories_KeepContentsAndCounts(string hash)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var world = new World(seed, hash);
            for (var step = 0; step < Steps; step++)
            {
                world.Step();
                world.Check($"seed {seed}, step {step}");
            }

            Assert.True(hash != "full" || seed > 0 || world.Pool.Sharing.Scanned > 0);
        }
    }

    /// <summary>The histories are not all of things that do not happen.</summary>
    [Fact]
    public void Histories_DoEverything()
    {
        SortedDictionary<string, long> sums = [];
        long collisions = 0, stale = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            using var world = new World(seed, "last byte");
            for (var step = 0; step < Steps; step++)
            {
                world.Step();
            }

            foreach (var (name, count) in world.AllCounters)
            {
                sums[name] = sums.GetValueOrDefault(name) + count;
            }

            (collisions, stale) = (collisions + world.Pool.Sharing.Collisions, stale + world.Pool.Sharing.StaleHints);
        }

        Assert.All(sums, sum => Assert.True(sum.Value > 50, sum.ToString()));
        Assert.True(collisions > 30 && stale > 10, $"{collisions} collisions, {stale} stale hints");
    }

    /// <summary>What a processor remembers. Using a translation that was to be forgotten is what must not happen.</summary>
    private sealed class Translations(GuestPages pages) : ITranslations
    {
        private readonly Dictionary<Pfn, (Mfn Frame, bool IsWritable)> _known = [];

        public Mfn Access(Pfn page, bool isWrite)
        {
            if (!_known.TryGetValue(page, out var known) || (isWrite && !known.IsWritable))
            {
                pages.Provide(page, isWrite);
                known = (pages.Memory[page]!.Value, !pages.Memory.IsShared(page));
                _known[page] = known;
            }

            Assert.Equal(pages.Memory[page], known.Frame);
            Assert.True(!isWrite || pages[page] == PageState.Private);
            return known.Frame;
        }

        public void Revoke(Pfn page, Mfn frame)
        {
            Assert.Equal(pages.Memory[page], frame);
            _known.Remove(page);
        }
    }

    private sealed class Guest
    {
        public Guest(DomainId id, FramePool pool, ulong salt)
        {
            Pages = new GuestPages(id, pool, OvercommitModelTests.Pages, salt) { Charges = (new VirtualClock(1_000_000_000), 1) };
            Processor = new Translations(Pages);
            Pages.Translations = Processor;
        }

        public GuestPages Pages { get; }

        public Translations Processor { get; }

        /// <summary>The byte that each page is full of.</summary>
        public byte[] Contents { get; init; } = new byte[OvercommitModelTests.Pages];
    }

    private sealed class World : IDisposable
    {
        private readonly Random _random;
        private readonly List<Guest> _guests = [];
        private readonly List<GuestPageCounters> _ended = [];
        private ushort _next = 1;

        public World(int seed, string hash)
        {
            _random = new Random(seed);
            Pool = new FramePool(new MachineMemory(Frames), new SharesPolicy(), pages => new MemoryClaim(1 + (pages.Id.Value % 3), 2, Pages, pages.Resident, 1), seed);
            Pool.Sharing.Hash = hash switch { "full" => Pool.Sharing.Hash, "last byte" => bytes => (ulong)(bytes[^1] & 3), _ => _ => 0 };
            Add();
            Add();
        }

        public FramePool Pool { get; }

        public IEnumerable<KeyValuePair<string, long>> AllCounters => _guests.Select(g => g.Pages.Counters).Concat(_ended).SelectMany(c => c.Snapshot());

        public void Step()
        {
            var guest = _guests[_random.Next(_guests.Count)];
            var number = _random.Next(Pages);
            var page = new Pfn((ulong)number);
            switch (_random.Next(20))
            {
                case < 6:
                    var value = (byte)_random.Next(6);
                    Pool.Writable(guest.Processor.Access(page, isWrite: true)).Fill(value);
                    guest.Contents[number] = value;
                    break;
                case < 9:
                    guest.Processor.Access(page, isWrite: false);
                    break;
                case < 14:
                    Pool.Sharing.Scan(guest.Pages, page);
                    break;
                case 14:
                    Pool.TryPageOut(guest.Pages);
                    break;
                case 15:
                    guest.Contents[number] = guest.Pages.TryBalloon(page) ? (byte)0 : guest.Contents[number];
                    break;
                case 16:
                    guest.Pages.TryReclaim(page);
                    break;
                case 17:
                    guest.Pages.Sample(5, _random);
                    break;
                case 18 when _guests.Count < 4:
                    Clone(guest);
                    break;
                case 19 when _guests.Count > 2:
                    End(guest);
                    break;
            }
        }

        public void Check(string where)
        {
            foreach (var guest in _guests)
            {
                for (var i = 0; i < Pages; i++)
                {
                    if (guest.Pages.Memory[new Pfn((ulong)i)] is { } frame)
                    {
                        Assert.True(Pool.Contents(frame).IndexOfAnyExcept(guest.Contents[i]) < 0, $"Guest {guest.Pages.Id.Value}, page {i}: {where}.");
                    }
                }
            }

            CheckFrames(where);
        }

        public void Dispose() => Pool.Dispose();

        /// <summary>Counts all uses of all frames anew.</summary>
        private void CheckFrames(string where)
        {
            var uses = new Dictionary<Mfn, List<(Guest Guest, Pfn Page)>>();
            foreach (var guest in _guests)
            {
                var resident = 0;
                for (ulong i = 0; i < Pages; i++)
                {
                    var page = new Pfn(i);
                    var frame = guest.Pages.Memory[page];
                    Assert.True(frame is not null == guest.Pages[page] is PageState.Private or PageState.Shared, where);
                    if (frame is { } there)
                    {
                        resident++;
                        (uses.TryGetValue(there, out var list) ? list : uses[there] = []).Add((guest, page));
                    }
                }

                Assert.True(resident == guest.Pages.Resident, where);
            }

            foreach (var (frame, users) in uses)
            {
                var references = Pool.Sharing.References(frame);
                Assert.True(references == 0 ? users.Count == 1 : users.Count == references, $"Frame {frame}: {users.Count} uses, {references} counted: {where}.");
                Assert.True(users.TrueForAll(use => (use.Guest.Pages[use.Page] == PageState.Shared) == (references > 0)), where);
            }

            Assert.True(Pool.Free + uses.Count == Frames, $"{Pool.Free} free and {uses.Count} used of {Frames}: {where}.");
            Assert.True(uses.Keys.Count(frame => Pool.Sharing.References(frame) > 0) == Pool.Sharing.SharedFrames, where);
        }

        private Guest Add(byte[]? contents = null)
        {
            var guest = new Guest(new DomainId(_next++), Pool, salt: 0) { Contents = contents ?? new byte[Pages] };
            _guests.Add(guest);
            Pool.Add(guest.Pages);
            return guest;
        }

        private void Clone(Guest original) => PageCloning.Copy(original.Pages, Add([.. original.Contents]).Pages, Pool);

        private void End(Guest guest)
        {
            _guests.Remove(guest);
            _ended.Add(guest.Pages.Counters);
            Pool.Sharing.Drop(guest.Pages);
            Pool.Remove(guest.Pages);
        }
    }
}
