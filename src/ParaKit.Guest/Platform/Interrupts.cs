using ParaKit.Abi;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>Device interrupts: two 8259 controllers natively, event channels on Xen.</summary>
public static unsafe class Interrupts
{
    /// <summary>Vector of interrupt line 0.</summary>
    public const int FirstVector = 0x20;

    /// <summary>Number of interrupt lines.</summary>
    public const int LineCount = 16;

    // Marks a frame whose interrupt was taken.
    private const ulong Taken = ulong.MaxValue;

    /// <summary>Prepares the controllers, with those lines masked that nobody has opened.</summary>
    [Sensitive("interrupt controller set-up", Sensitivity.Platform, Deprivileged = "#GP(0): port output", Becomes = "nothing: event channels start unbound", Paravirtual = typeof(ParavirtualInterrupts))]
    public static void Initialize() => InterruptController.Initialize(FirstVector);

    /// <summary>Opens a line. On Xen a virtual interrupt is bound to it, which natively is some device's.</summary>
    /// <param name="line">0 to <see cref="LineCount"/> - 1.</param>
    /// <param name="virq">What arrives on Xen; of the first virtual processor. Bound already, it is an error that ends the kernel.</param>
    [Sensitive("interrupt line set-up", Sensitivity.Platform, Deprivileged = "#GP(0): port output", Becomes = "hypercall event_channel_op(EVTCHNOP_bind_virq)", Paravirtual = typeof(ParavirtualInterrupts))]
    public static void Open(int line, Virq virq) => InterruptController.Unmask(line);

    /// <summary>
    /// Takes and acknowledges the next device interrupt that <paramref name="frame"/> stands for. Call until it returns false.
    /// </summary>
    /// <param name="frame">The frame given to <c>kernel_trap</c>.</param>
    /// <param name="line">The interrupt line.</param>
    [Sensitive("interrupt acknowledgement", Sensitivity.Platform, Deprivileged = "#GP(0): port output", Becomes = "a scan of shared_info.evtchn_pending", Paravirtual = typeof(ParavirtualInterrupts))]
    public static bool TryTake(TrapFrame* frame, out int line)
    {
        line = (int)(frame->Vector - FirstVector);
        if (frame->Vector < FirstVector || frame->Vector >= FirstVector + LineCount)
        {
            return false;
        }

        InterruptController.EndOfInterrupt(line);
        frame->Vector = Taken;
        return true;
    }
}
