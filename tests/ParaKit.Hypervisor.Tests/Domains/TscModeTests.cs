using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Domains;

/// <summary>What RDTSC shows in each mode, and that the clock page goes with it.</summary>
public sealed class TscModeTests
{
    private const ulong Built = 3_000_000;

    [Theory]
    [InlineData(TscMode.Native, Built, 0)]
    [InlineData(TscMode.Offset, 0, 0)]
    [InlineData(TscMode.Emulated, 0, 2)]
    public void Counter_BeginsWhereTheModeSays(TscMode mode, ulong begin, long exits)
    {
        using var host = new ParavirtHost(new HostOptions());
        host.Run(Built);
        var guest = host.Create(new RunRequest(MicroGuest.Build(Body)) { MemoryBytes = TestHost.MemoryBytes, TscMode = mode });
        Assert.True(host.RunToEnd(default));
        Assert.Equal(GuestStatus.ShutDown, guest.Status);
        Assert.Equal(exits, guest.Result.Exits.GetValueOrDefault("GeneralProtection"));
        var (first, second, stamp, time) = (Result(0), Result(1), Result(2), Result(3));
        Assert.InRange(first, begin, begin + 20_000);
        Assert.InRange(second - first, 1000ul, 5000ul);
        // One nanosecond a cycle: the distance of counter and system time is the same now as when the page was written.
        Assert.InRange(time - stamp, Built - begin, Built - begin + 20_000);

        ulong Result(int index)
        {
            var address = guest.Domain.Frames[MicroGuest.FrameOf(MicroGuest.Results)] << 12;
            return host.Memory.Read<ulong>(address + ((ulong)index * 8));
        }
    }

    private static void Body(MicroGuest guest)
    {
        var loop = guest.CreateLabel();
        guest.MapSharedInfo();
        Read(guest);
        guest.mov(ecx, 500);
        guest.Place(ref loop, "loop");
        guest.dec(ecx);
        guest.jnz(loop);
        Read(guest);
        guest.mov(r12, MicroGuest.SharedInfoAddress);
        guest.mov(rax, __qword_ptr[r12 + 40]);
        guest.Report();
        guest.mov(rax, __qword_ptr[r12 + 48]);
        guest.Report();
        guest.Shutdown();
    }

    private static void Read(MicroGuest guest)
    {
        guest.rdtsc();
        guest.shl(rdx, 32);
        guest.or(rax, rdx);
        guest.Report();
    }
}
