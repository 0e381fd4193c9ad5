using System;
using ParaKit.Abi;

namespace ParaKit.Guest;

/// <summary>
/// The method handles an exception (Intel SDM vol. 3A, "Exception and Interrupt Vectors"). It is internal or public, static, takes a
/// <see cref="TrapFrame"/> pointer and returns nothing, or the frame that continues. The generator writes <c>kernel_trap</c> from all
/// handlers; <c>KernelEntries.Load</c> makes the processor, or Xen, lead there.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TrapHandlerAttribute : Attribute
{
    /// <summary>Handles every vector that has no handler of its own.</summary>
    public TrapHandlerAttribute()
    {
    }

    /// <summary>Handles one vector.</summary>
    /// <param name="vector">0 to 255, without those of interrupt lines (<see cref="Interrupts.FirstVector"/>).</param>
    public TrapHandlerAttribute(int vector)
    {
    }

    /// <summary>Whether user mode may raise the exception itself, by INT n or INT3.</summary>
    public bool FromUser { get; set; }
}

/// <summary>
/// The method handles a device interrupt, taken and acknowledged already: an interrupt line natively, the event channel bound to that
/// line on Xen. It is internal or public, static, may take a <see cref="TrapFrame"/> pointer and then the line, and returns nothing, or
/// the frame that continues.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EventHandlerAttribute : Attribute
{
    /// <summary>Handles every line that has no handler of its own.</summary>
    public EventHandlerAttribute()
    {
    }

    /// <summary>Handles one line.</summary>
    /// <param name="line">The interrupt line, such as <see cref="Timer.Line"/>.</param>
    public EventHandlerAttribute(int line)
    {
    }

    /// <summary>
    /// The virtual interrupt that is bound to the line on Xen; natively the line is opened for the device that it belongs to. <c>KernelEntries.Load</c>
    /// does both. Without it the line is opened by its device's driver, as by <see cref="Timer.Start"/> and
    /// <see cref="Ethernet.EnableInterrupts"/>, or by <see cref="Xen.EventChannel.DeliverAs"/>.
    /// </summary>
    public Virq Virq { get; set; }
}

/// <summary>
/// The method serves system calls, which arrive by SYSCALL in every mode. It is internal or public, static, takes a
/// <see cref="TrapFrame"/> pointer and returns nothing, or the frame that continues.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SystemCallEntryAttribute : Attribute
{
}
