using System.Text;
using ParaKit.Abi;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Hypercalls;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>A host with one domain, for tests that look inside or make hypercalls without guest code.</summary>
internal sealed class TestHost : IDisposable
{
    public const ulong MemoryBytes = 8 << 20;
    private const long InstructionLimit = 2_000_000;

    private readonly StringBuilder _console = new();

    public TestHost(KernelImage image, ulong memoryBytes = MemoryBytes, int vcpus = 1)
    {
        Host = new HypervisorHost(memoryBytes, CostProfile.Default);
        Domain = Host.Build(image, memoryBytes, "test command line", bytes => _console.Append(Encoding.ASCII.GetString(bytes)), vcpus);
        Layout = DomainLayout.Plan(image, Notes(image), memoryBytes >> 12);
    }

    public HypervisorHost Host { get; }

    public Domain Domain { get; }

    public DomainLayout Layout { get; }

    public string Console => _console.ToString();

    /// <summary>How often <see cref="Call"/> made a hypercall again.</summary>
    public int Continuations { get; private set; }

    public ref readonly FrameInfo Info(ulong machineFrame) => ref Host.Frames[machineFrame];

    /// <summary>A domain whose code does nothing; for direct hypercalls.</summary>
    public static TestHost Idle() => new(MicroGuest.Build(guest => guest.Shutdown()));

    /// <summary>Builds a guest and runs it to its end.</summary>
    public static TestHost Run(Action<MicroGuest> body, out RunEnd end, long limit = InstructionLimit)
    {
        var host = new TestHost(MicroGuest.Build(body));
        end = host.RunOn(1, limit);
        return host;
    }

    /// <summary>Runs the domain to its end on a number of processors.</summary>
    public RunEnd RunOn(int cpus, long limit = InstructionLimit)
    {
        var domain = new ScheduledDomain(Domain, new RunLimits(limit, default), new SchedulingParameters());
        var clock = Host.Machine.Clock;
        var processors = new SharedProcessors([.. Enumerable.Range(0, cpus).Select(i => new SimulatedCpu(i, i == 0 ? clock : new VirtualClock(clock.FrequencyHz), Schedulers.Make("round-robin")))]);
        processors.Add(domain, buildCycles: 0);
        while (processors.TryStep(VirtualTimers.Never))
        {
        }

        return domain.End ?? RunEnd.Deadlocked;
    }

    /// <summary>Builds a guest, runs it and expects it to power itself off.</summary>
    public static TestHost RunToShutdown(Action<MicroGuest> body)
    {
        var host = Run(body, out var end);
        Assert.Null(host.Domain.CrashReason);
        Assert.Equal(RunEnd.DomainEnded, end);
        Assert.Equal(DomainState.ShutDown, host.Domain.State);
        return host;
    }

    /// <summary>Machine frame behind an address of the image or of the initial mapping.</summary>
    public ulong MachineFrame(ulong address) => Domain.Frames[MicroGuest.FrameOf(address)];

    public ulong MachineAddress(ulong address) => (MachineFrame(address) << 12) + (address % 4096);

    public ulong Read(ulong address) => Host.Machine.Memory.Read<ulong>(MachineAddress(address));

    public void Write<T>(ulong address, T value)
        where T : unmanaged => Host.Machine.Memory.Write(MachineAddress(address), value);

    /// <summary>A value stored by <see cref="MicroGuest.Report"/>.</summary>
    public long Result(int index) => (long)Read(MicroGuest.Results + ((ulong)index * 8));

    /// <summary>Makes a hypercall as if the guest's kernel had.</summary>
    public long Call(HypercallNumber number, params ReadOnlySpan<ulong> arguments)
    {
        var context = new HypercallContext
        {
            Domain = Domain,
            Number = (ulong)number,
            Argument1 = arguments.Length > 0 ? arguments[0] : 0,
            Argument2 = arguments.Length > 1 ? arguments[1] : 0,
            Argument3 = arguments.Length > 2 ? arguments[2] : 0,
            Argument4 = arguments.Length > 3 ? arguments[3] : 0,
            Argument5 = arguments.Length > 4 ? arguments[4] : 0,
        };
        var result = HypercallTable.Invoke(ref context);
        if (!context.WantsContinuation)
        {
            return result;
        }

        Continuations++;
        return Call(number, context.Argument1, context.Argument2, context.Argument3, context.Argument4, context.Argument5);
    }

    /// <summary>Makes a hypercall whose last argument is a structure, which is put into the scratch area.</summary>
    public long CallWith<T>(HypercallNumber number, T argument, params ReadOnlySpan<ulong> before)
        where T : unmanaged
    {
        Write(MicroGuest.Data, argument);
        return Call(number, [.. before, MicroGuest.Data]);
    }

    public static long Fails(Errno error) => -(long)error;

    public void Dispose() => Host.Dispose();

    private static XenNotes Notes(KernelImage image) =>
        XenNotes.TryParse(image, out var notes) ? notes : throw new InvalidOperationException("no notes");
}
