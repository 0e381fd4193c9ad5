using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;
using static ParaKit.Hypervisor.Memory.PageTableEntries;

namespace ParaKit.Hypervisor.Tests.Memory;

/// <summary>
/// Three domains on one memory make random requests about each other's frames, and give frames to each other. After each request all memory is scanned: no table maps
/// a frame that is not its owner's, nothing that has a type is writable, and every count is right.
/// </summary>
public sealed class SeveralDomainsPagingTests
{
    private const int Frames = 24;
    private const int Domains = 3;
    private const int Steps = 600;

    [Fact]
    public void RandomRequests_KeepDomainsApart()
    {
        var (accepted, given) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            using var world = new World(seed);
            for (var step = 0; step < Steps; step++)
            {
                world.Step();
                world.Check($"seed {seed}, step {step}");
            }

            (accepted, given) = (accepted + world.Accepted, given + world.Given);
        }

        Assert.True(accepted > 40 * Steps / 10 && given > 100, $"{accepted} requests accepted, {given} frames given: not enough happens.");
    }

    private sealed class World : IDisposable
    {
        private readonly Random _random;
        private readonly PhysicalMemory _memory = new(Frames * PhysicalMemory.FrameBytes);
        private readonly FrameTable _frames = new(Frames);
        private readonly DirectPaging[] _paging;

        public World(int seed)
        {
            _random = new Random(seed);
            _paging = [.. Enumerable.Range(0, Domains).Select(_ => new DirectPaging(_frames, _memory))];
            for (ulong frame = 1; frame < Frames; frame++)
            {
                _frames.Assign(frame, Id((int)(frame % Domains)));
            }
        }

        public int Accepted { get; private set; }

        public int Given { get; private set; }

        public void Step()
        {
            var domain = _random.Next(Domains);
            var (paging, id) = (_paging[domain], Id(domain));
            var (frame, other) = ((ulong)_random.Next(Frames + 1), (ulong)_random.Next(Frames + 1));
            var result = _random.Next(10) switch
            {
                0 or 1 => paging.Pin(frame, id, PageType.L1Table + (byte)_random.Next(2)),
                2 => paging.Unpin(frame, id),
                3 => paging.Fill(frame, id, _random.Next(2) == 0 ? null : other),
                4 => Give(domain, frame),
                _ => paging.Update((frame << FrameShift) + ((ulong)_random.Next(3) * 8), Make(other, Flags()), id, _random.Next(4) == 0),
            };
            Accepted += result == Errno.None ? 1 : 0;
        }

        public void Check(string where) => new FrameScan(_memory, _frames, where).Check([]);

        public void Dispose() => _memory.Dispose();

        private static DomainId Id(int domain) => new((ushort)(domain + 1));

        private ulong Flags() => (_random.Next(5)) switch { 0 => 0, 1 => Present, 2 => Present | User, _ => Present | Writable | User };

        private Errno Give(int domain, ulong frame)
        {
            var receiver = Id(_random.Next(Domains));
            if (!_paging[domain].IsUnused(frame, Id(domain)))
            {
                return Errno.EBUSY;
            }

            _paging[domain].Give(frame, receiver);
            Given++;
            return Errno.None;
        }
    }
}
