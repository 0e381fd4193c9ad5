using System;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>The first network interface: natively an NE2000 card, by programmed input and output; on Xen the first virtual interface.</summary>
public static unsafe class Ethernet
{
    /// <summary>Pages of the direct map that the driver takes.</summary>
    public const int PageCount = NetworkDevice.PageCount;

    /// <summary>Interrupt line of the interface.</summary>
    public const int Line = 9;

    /// <summary>Finds it. Called once, before anything else here.</summary>
    /// <param name="pages"><see cref="PageCount"/> pages of the direct map, one after the other; they stay the driver's.</param>
    /// <param name="hardware">Its Ethernet address.</param>
    /// <returns>False if there is no interface.</returns>
    [Sensitive("network set-up", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "grant table, XenStore and two rings with the back end", Paravirtual = typeof(ParavirtualEthernet))]
    public static bool TryInitialize(void* pages, out ulong hardware) => Ne2000.TryInitialize((byte*)pages, out hardware);

    /// <summary>Sends a frame, or copies it into a buffer from which it is sent.</summary>
    /// <param name="frame">The frame without check sequence.</param>
    /// <returns>False if there is no room for it, or its length is none that a frame can have.</returns>
    [Sensitive("packet out", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "a request in the ring", Paravirtual = typeof(ParavirtualEthernet))]
    public static bool TrySend(ReadOnlySpan<byte> frame) => Ne2000.TrySend(frame);

    /// <summary>Takes the next frame that has come.</summary>
    /// <param name="length">Bytes of it.</param>
    /// <returns>The frame, valid until the next call; null if there is none.</returns>
    [Sensitive("packet in", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "an answer in the ring, and a page exchanged for another", Paravirtual = typeof(ParavirtualEthernet))]
    public static byte* Receive(out int length) => Ne2000.Receive(out length);

    /// <summary>
    /// Interrupts from now on, at <see cref="Line"/>, when frames come or have been sent. A handler calls <see cref="Receive"/> until there is nothing: what comes
    /// after that interrupts again.
    /// </summary>
    [Sensitive("interrupts of the network", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "an event channel that is not masked any more", Paravirtual = typeof(ParavirtualEthernet))]
    public static void EnableInterrupts()
    {
        Ne2000.EnableInterrupts();
        InterruptController.Unmask(Line);
    }

    /// <summary>Waits until something may have come, or been sent; the card is polled and so it does not wait.</summary>
    /// <param name="until">Time stamp at which to give up; <see cref="ulong.MaxValue"/> for never.</param>
    [MaySleep]
    [Sensitive("wait for packets", Sensitivity.Platform, Deprivileged = "nothing: the card is polled", Becomes = "hypercall sched_op(SCHEDOP_poll)", Paravirtual = typeof(ParavirtualEthernet))]
    public static void Wait(ulong until)
    {
    }
}
