using System;

namespace ParaKit.Guest;

/// <summary>Stores before a call of the method are visible to the other side before stores after it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WriteBarrierAttribute : Attribute
{
}

/// <summary>The method sends an event to the other side, which costs a hypercall here and a wake-up there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NotifiesPeerAttribute : Attribute
{
}

/// <summary>
/// The method publishes entries of a ring and returns true if the other side has asked to be notified of them. Xen public/io/ring.h,
/// "RING_PUSH_REQUESTS_AND_CHECK_NOTIFY".
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NotifyCheckAttribute : Attribute
{
}

/// <summary>The method takes an entry from a ring or finds it empty. Before its caller sleeps it makes a <see cref="FinalCheckAttribute">final check</see>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TakesEntryAttribute : Attribute
{
}

/// <summary>
/// The method asks the other side for a notification of the next entry of a ring, and then returns true if there is one already: who
/// does not look again may sleep for ever. Xen public/io/ring.h, "RING_FINAL_CHECK_FOR_REQUESTS".
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FinalCheckAttribute : Attribute
{
}

/// <summary>
/// The returned or <c>out</c> value is a grant: the caller ends it or hands it over. A method that returns bool has granted nothing when
/// that is false.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class AcquiresGrantAttribute : Attribute
{
}

/// <summary>The call ends the grant, which must not be used afterwards. If the method returns bool, false means that the grant still holds.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EndsGrantAttribute : Attribute
{
}
