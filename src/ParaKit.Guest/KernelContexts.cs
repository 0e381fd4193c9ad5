using System;

namespace ParaKit.Guest;

/// <summary>
/// The method runs, or is entered, with interrupts or events masked and leaves them so. Nothing that it reaches may sleep: on Xen a
/// domain that blocks with its event mask set never sees the event it waits for (public/sched.h, "SCHEDOP_block").
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EventsMaskedAttribute : Attribute
{
}

/// <summary>The method may wait for an interrupt or event, like <see cref="X86.Hlt"/>: it must not be reached with them masked.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MaySleepAttribute : Attribute
{
}

/// <summary>Neither the method nor anything that it reaches takes memory from the managed heap, which is never collected.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NoAllocationAttribute : Attribute
{
}

/// <summary>
/// The method runs on behalf of an exception, interrupt or event, on whatever stack was current (Intel SDM vol. 3A, "Interrupt and
/// Exception Handling"): nothing that it reaches may allocate from the managed heap, sleep, or recurse without bound.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InterruptContextAttribute : Attribute
{
}
