using ParaKit.Hypervisor.Block;

namespace ParaKit.Hypervisor.Tests.Devices;

public sealed class VirtualBlockDeviceTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    /// <summary>Against a table of every sector.</summary>
    [Fact]
    public void Translation_IsThatOfATable()
    {
        File.WriteAllBytes(_path, new byte[512 * 200]);
        using var file = new BlockFile(_path, isReadOnly: false);
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            BlockExtent[] extents = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new BlockExtent(file, (ulong)random.Next(150), (ulong)random.Next(1, 20), random.Next(3) == 0))];
            var table = extents.SelectMany(e => Enumerable.Range(0, (int)e.Sectors).Select(i => (e, Sector: e.Start + (ulong)i))).ToArray();
            var device = new VirtualBlockDevice(extents);
            Assert.Equal((ulong)table.Length, device.Sectors);
            for (var i = 0; i < 50; i++)
            {
                var (sector, count, isWrite) = ((ulong)random.Next(table.Length + 3), (ulong)random.Next(12), random.Next(2) == 0);
                var exists = sector + count <= (ulong)table.Length;
                var wanted = exists ? table[(int)sector..(int)(sector + count)] : [];
                var isAllowed = exists && !(isWrite && wanted.Any(w => w.e.IsReadOnly));
                Assert.Equal(isAllowed, device.TryTranslate(sector, count, isWrite, out var parts));
                if (isAllowed)
                {
                    Assert.Equal(wanted.Select(w => w.Sector), parts.SelectMany(p => Enumerable.Range(0, (int)p.Count).Select(k => p.Sector + (ulong)k)));
                }
            }
        }
    }

    [Theory]
    [InlineData(ulong.MaxValue, 1UL)]
    [InlineData(1UL, ulong.MaxValue)]
    [InlineData(10UL, 1UL)]
    public void Overflow_IsOutside(ulong sector, ulong count)
    {
        File.WriteAllBytes(_path, new byte[512 * 10]);
        using var file = new BlockFile(_path, isReadOnly: true);
        Assert.False(new VirtualBlockDevice([new BlockExtent(file, 0, 10, IsReadOnly: true)]).TryTranslate(sector, count, isWrite: false, out _));
    }
}
