using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Drivers;

/// <summary>What types, fields and methods mean to a split driver, by their attributes.</summary>
internal sealed class DriverApi
{
    private static readonly Dictionary<string, DriverRoles> s_roles = new()
    {
        [GuestApi.SharedMemoryAttribute] = DriverRoles.SharedMemory,
        [GuestApi.ProducerIndexAttribute] = DriverRoles.ProducerIndex,
        [GuestApi.ConsumerIndexAttribute] = DriverRoles.ConsumerIndex,
        [GuestApi.EventIndexAttribute] = DriverRoles.EventIndex,
        [GuestApi.WriteBarrierAttribute] = DriverRoles.WriteBarrier,
        [GuestApi.NotifiesPeerAttribute] = DriverRoles.NotifiesPeer,
        [GuestApi.NotifyCheckAttribute] = DriverRoles.NotifyCheck,
        [GuestApi.TakesEntryAttribute] = DriverRoles.TakesEntry,
        [GuestApi.FinalCheckAttribute] = DriverRoles.FinalCheck,
        [GuestApi.MaySleepAttribute] = DriverRoles.MaySleep,
        [GuestApi.AcquiresGrantAttribute] = DriverRoles.AcquiresGrant,
        [GuestApi.EndsGrantAttribute] = DriverRoles.EndsGrant,
        [GuestApi.DoesNotReturnAttribute] = DriverRoles.DoesNotReturn,
    };

    private readonly ConcurrentDictionary<ISymbol, DriverRoles> _roles = new(SymbolEqualityComparer.Default);

    /// <summary>What a symbol is declared to be; a method also gets what its parameters are, a field what its type is.</summary>
    internal DriverRoles RolesOf(ISymbol symbol) => _roles.GetOrAdd(symbol.OriginalDefinition, static definition => definition switch
    {
        IMethodSymbol method => method.Parameters.Aggregate(Declared(method) | WellKnown(method), static (roles, parameter) => roles | Declared(parameter)),
        IFieldSymbol { IsStatic: false, ContainingType: { } type } field => Declared(field) | OfField(type),
        _ => Declared(definition),
    });

    internal bool Is(ISymbol symbol, DriverRoles role) => (RolesOf(symbol) & role) != 0;

    private static DriverRoles OfField(INamedTypeSymbol type) =>
        (Declared(type) & DriverRoles.SharedMemory) |
        (type.GetMembers().Any(static member => member is IFieldSymbol && (Declared(member) & DriverRoles.EventIndex) != 0) ? DriverRoles.HasEvents : DriverRoles.None);

    private static DriverRoles Declared(ISymbol symbol)
    {
        DriverRoles roles = DriverRoles.None;
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && s_roles.TryGetValue(type.ToDisplayString(), out DriverRoles role))
            {
                roles |= role;
            }
        }

        return roles;
    }

    private static DriverRoles WellKnown(IMethodSymbol method) => method.ContainingType is { Name: "Interlocked" or "Volatile" or "Thread" } type && IsThreading(type)
        ? (type.Name, method.Name) switch
        {
            ("Interlocked", _) or ("Thread", "MemoryBarrier") or ("Volatile", "WriteBarrier") => DriverRoles.WriteBarrier,
            ("Volatile", "Read") => DriverRoles.VolatileRead,
            ("Volatile", "Write") => DriverRoles.VolatileWrite,
            _ => DriverRoles.None,
        }
        : DriverRoles.None;

    private static bool IsThreading(INamedTypeSymbol type) => type.ContainingNamespace.ToDisplayString() == "System.Threading";
}

/// <summary>What a symbol means to a split driver.</summary>
[Flags]
internal enum DriverRoles
{
    None = 0,
    SharedMemory = 1 << 0,
    ProducerIndex = 1 << 1,
    ConsumerIndex = 1 << 2,
    EventIndex = 1 << 3,
    HasEvents = 1 << 4,
    WriteBarrier = 1 << 5,
    NotifiesPeer = 1 << 6,
    NotifyCheck = 1 << 7,
    TakesEntry = 1 << 8,
    FinalCheck = 1 << 9,
    MaySleep = 1 << 10,
    AcquiresGrant = 1 << 11,
    EndsGrant = 1 << 12,
    DoesNotReturn = 1 << 13,
    VolatileRead = 1 << 14,
    VolatileWrite = 1 << 15,
}
