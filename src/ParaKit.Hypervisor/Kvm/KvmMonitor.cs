using System.Diagnostics;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;

namespace ParaKit.Hypervisor.Kvm;

/// <summary>
/// The user of one KVM machine: serves its port accesses with the devices of a simulated machine, whose clock follows the host's, and injects their
/// interrupts.
/// </summary>
internal sealed class KvmMonitor(Machine devices, KvmVirtualMachine machine, CancellationToken cancellation)
{
    private const uint EmulationFailed = 1;
    private const byte Unclaimed = 0xff;

    private readonly Stopwatch _time = new();

    /// <summary>Exits by reason.</summary>
    public ExitLog Exits { get; } = new(devices.Clock);

    /// <summary>Interrupts injected.</summary>
    public long Injections { get; private set; }

    /// <summary>Runs the guest until something ends it; afterwards the simulated processor shows its state.</summary>
    /// <returns>How its machine stopped, or null if it was cancelled.</returns>
    public ProcessorExit? Run(out bool wasCancelled)
    {
        KvmStateTransfer.Enter(ref devices.Processor.State, machine);
        using var alarm = new VcpuAlarm();
        _time.Start();
        var end = RunToEnd();
        wasCancelled = end is null;
        KvmStateTransfer.Leave(machine, devices.Processor);
        return end;
    }

    private ProcessorExit? RunToEnd()
    {
        while (!cancellation.IsCancellationRequested)
        {
            CatchUp();
            PrepareInterrupt();
            Exits.Close();
            var exit = machine.Run();
            if (exit != KvmExit.Interrupted && Serve(exit) is { } end)
            {
                Exits.Close();
                return end;
            }
        }

        Exits.Close();
        return null;
    }

    private bool CatchUp()
    {
        devices.Clock.AdvanceToNanoseconds((ulong)_time.Elapsed.TotalNanoseconds);
        return devices.CatchUp() != long.MaxValue;
    }

    private void PrepareInterrupt()
    {
        ref var shared = ref machine.Shared;
        if (devices.InterruptRequested && shared.ReadyForInterruptInjection != 0 && shared.InterruptFlag != 0)
        {
            machine.Inject(devices.AcknowledgeInterrupt());
            Injections++;
        }

        shared.RequestInterruptWindow = devices.InterruptRequested ? (byte)1 : (byte)0;
    }

    private ProcessorExit? Serve(KvmExit exit)
    {
        Exits.Open(Exits.Observer is null ? 0 : machine.Registers.Rip, isUser: false);
        CatchUp();
        Exits.Count(NameOf(exit));
        switch (exit)
        {
            case KvmExit.Io:
                return AccessPorts();
            case KvmExit.Halt:
                return WaitForInterrupt();
            case KvmExit.Mmio:
                AccessNothing();
                return null;
            case KvmExit.InterruptWindowOpen:
                return null;
            case KvmExit.Shutdown:
                return new ProcessorExit(ExitReason.Shutdown) { Message = "KVM reports a shutdown." };
            case KvmExit.InternalError:
                return ExplainInternalError();
            default:
                return new ProcessorExit(ExitReason.Shutdown) { Message = $"KVM left with exit reason {(uint)exit}." };
        }
    }

    private static string NameOf(KvmExit exit) => exit switch
    {
        KvmExit.Io => ExitNames.PortAccess,
        KvmExit.Halt => ExitNames.Halt,
        KvmExit.Mmio => "MemoryAccess",
        KvmExit.InterruptWindowOpen => ExitNames.InterruptWindow,
        _ => ExitNames.Other,
    };

    private ProcessorExit? AccessPorts()
    {
        ref var shared = ref machine.Shared;
        var (port, width, isWrite) = (shared.Port, (int)shared.Width, shared.IsWrite != 0);
        var data = machine.PortData;
        for (var offset = 0; offset < data.Length; offset += width)
        {
            var element = data.Slice(offset, width);
            if (isWrite)
            {
                devices.Ports.Write(port, width, Read(element));
            }
            else
            {
                Write(element, devices.Ports.Read(port, width));
            }
        }

        return devices.TryTakePowerOff(out var code) ? new ProcessorExit(ExitReason.PowerOff) { ExitCode = code } : null;
    }

    private static uint Read(ReadOnlySpan<byte> bytes)
    {
        uint value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private static void Write(Span<byte> bytes, uint value)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>Nothing is beyond the end of memory: it reads as ones, and what is written is lost.</summary>
    private unsafe void AccessNothing()
    {
        ref var shared = ref machine.Shared;
        if (shared.MmioIsWrite == 0)
        {
            fixed (byte* data = shared.MmioData)
            {
                new Span<byte>(data, sizeof(ulong)).Fill(Unclaimed);
            }
        }
    }

    private ProcessorExit? WaitForInterrupt()
    {
        if (machine.Shared.InterruptFlag == 0)
        {
            return new ProcessorExit(ExitReason.Halt);
        }

        while (!devices.InterruptRequested && !cancellation.IsCancellationRequested)
        {
            if (!CatchUp())
            {
                return new ProcessorExit(ExitReason.Halt);
            }

            Thread.Sleep(1);
        }

        return null;
    }

    /// <summary>
    /// A KVM that must emulate the kernel, because the host has no virtualization for it, knows no SSE. That is the host's lack, not the guest's fault.
    /// </summary>
    private ProcessorExit ExplainInternalError()
    {
        var suberror = machine.Shared.Suberror;
        KvmStateTransfer.Leave(machine, devices.Processor);
        var instruction = KvmInstruction.At(devices.Processor, out var usesVectors);
        var message = $"KVM internal error, suberror {suberror}, at {instruction}.";
        return suberror == EmulationFailed && usesVectors
            ? throw new TechniqueUnavailableException($"The host's KVM emulates kernel code and cannot execute SSE instructions in it ({message[..^1]}).")
            : new ProcessorExit(ExitReason.Unimplemented) { Message = message };
    }
}
