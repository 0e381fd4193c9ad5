using System;

namespace ParaKit.Abi;

/// <summary>
/// Objects of this type lie in memory that another domain can change at any time. What is read from a field once may be something else
/// the next time, so values are copied to a local before they are checked and used. The analyzers hold all code to that.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class SharedMemoryAttribute : Attribute
{
}

/// <summary>
/// The field counts what one side has put into a ring. It runs freely, so it is masked before it chooses a slot. In a
/// <see cref="SharedMemoryAttribute">shared</see> structure a store to it publishes what was put before. Xen public/io/ring.h.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ProducerIndexAttribute : Attribute
{
}

/// <summary>The field counts what one side has taken from a ring. It runs freely, so it is masked before it chooses a slot.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ConsumerIndexAttribute : Attribute
{
}

/// <summary>The field of a shared ring says at which producer index its reader wants to be notified. Xen public/io/ring.h.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class EventIndexAttribute : Attribute
{
}
