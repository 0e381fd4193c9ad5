using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Interrupts"/>: event channels with the two-level bit maps of the shared info page.</summary>
public static unsafe class ParavirtualInterrupts
{
    // Interrupt line + 1 of each bound port, 0 for unbound ones.
    private static readonly byte[] s_lineOfPort = new byte[SharedInfo.EventChannelCount];

    /// <summary>Counterpart of <see cref="Interrupts.Initialize"/>.</summary>
    public static void Initialize()
    {
    }

    /// <summary>Counterpart of <see cref="Interrupts.Open"/>.</summary>
    public static void Open(int line, Virq virq)
    {
        Hypercall.Require(-(long)EventChannel.BindVirq(virq, out EventChannel channel), "binding of a virtual interrupt");
        channel.DeliverAs(line);
    }

    /// <summary>Counterpart of <see cref="Interrupts.TryTake"/>.</summary>
    public static bool TryTake(TrapFrame* frame, out int line)
    {
        line = -1;
        if (frame->Vector != TrapFrame.EventVector)
        {
            return false;
        }

        VcpuInfo* vcpu = Domain.Vcpu;
        vcpu->EventUpcallPending = 0;
        Interlocked.MemoryBarrier();
        SharedInfo* shared = Domain.Shared;
        while (PendingEvents.TryTake(ref vcpu->EventPendingSelector, shared->EventPending, shared->EventMask, out uint port))
        {
            line = s_lineOfPort[port] - 1;
            if (line >= 0)
            {
                if (line == Timer.Line)
                {
                    ParavirtualTimer.ArmNext();
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>Delivers events of <paramref name="port"/> as interrupt line <paramref name="line"/>.</summary>
    internal static void Bind(uint port, int line) => s_lineOfPort[port] = (byte)(line + 1);
}
