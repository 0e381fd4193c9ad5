using ParaKit.Abi;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>Kernels that only run, sleep and end, for tests of what becomes of their time.</summary>
internal static class WorkloadGuest
{
    /// <summary>Instructions take long, so that little has to be simulated for much time.</summary>
    public static readonly CostProfile Costs = CostProfile.Default with { Instruction = 20 };

    /// <summary>Never sleeps.</summary>
    public static readonly KernelImage Hog = MicroGuest.Build(guest =>
    {
        var loop = guest.CreateLabel();
        guest.Place(ref loop, "loop");
        guest.jmp(loop);
    });

    /// <summary>Ends at once.</summary>
    public static readonly KernelImage Short = MicroGuest.Build(guest => guest.Shutdown());

    /// <summary>Sleeps for ever.</summary>
    public static readonly KernelImage Sleeper = MicroGuest.Build(guest =>
    {
        guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0);
        guest.Shutdown();
    });

    /// <summary>Runs for so many instructions, then sleeps for so many nanoseconds (or yields, for 0), for so many rounds.</summary>
    public static KernelImage Bursts(int instructions, int sleep, int rounds) => MicroGuest.Build(guest =>
    {
        const ulong Poll = MicroGuest.Data + 0x400;
        var (round, run) = (guest.CreateLabel(), guest.CreateLabel());
        guest.mov(ebx, rounds);
        guest.Place(ref round, "round");
        guest.mov(ecx, Math.Max(1, instructions / 2));
        guest.Place(ref run, "run");
        guest.dec(ecx);
        guest.jnz(run);
        if (sleep == 0)
        {
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Yield, 0);
        }
        else
        {
            // The default cost profile has one cycle per nanosecond.
            guest.rdtsc();
            guest.shl(rdx, 32);
            guest.or(rax, rdx);
            guest.add(rax, sleep);
            guest.mov(r11, Poll);
            guest.mov(__qword_ptr[r11], 0);
            guest.mov(__qword_ptr[r11 + 8], 0);
            guest.mov(__qword_ptr[r11 + 16], rax);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Poll, Poll);
        }

        guest.dec(ebx);
        guest.jnz(round);
        guest.Shutdown();
    });

    /// <summary>A request with little memory.</summary>
    public static RunRequest Request(KernelImage image) => new(image) { MemoryBytes = TestHost.MemoryBytes };
}
