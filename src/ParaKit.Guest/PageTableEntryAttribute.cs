using System;

namespace ParaKit.Guest;

/// <summary>
/// The pointer leads to entries of page tables. They are written by <see cref="PageTable.Write"/> only, which becomes a hypercall where
/// the tables belong to a hypervisor; the analyzers report plain stores through such a pointer.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.ReturnValue)]
public sealed class PageTableEntryAttribute : Attribute
{
}
