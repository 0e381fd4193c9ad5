using System.Runtime;
using Internal.Runtime.CompilerHelpers;

namespace Internal.Runtime;

/// <summary>Finds the method behind an interface call. The linker's dispatch stub calls it with the object and the call's cell.</summary>
internal static unsafe class InterfaceDispatch
{
    private const int CellSize = 16;
    private const nint RelativeTag = 3;

    // Slots at and above this number report ambiguous or removed default implementations.
    private const ushort FirstSpecialSlot = 0xfffe;

    /// <summary>
    /// A cell is { stub, interface }, where the interface is a pointer or, tagged with 3, relative to its own field;
    /// cells of one method are followed by a terminator { 0, slot number }.
    /// </summary>
    [RuntimeExport("pk_resolve_interface")]
    internal static nint Resolve(object instance, byte* cell)
    {
        nint encoded = *(nint*)(cell + 8);
        var type = (MethodTable*)((encoded & RelativeTag) == RelativeTag
            ? (nint)(cell + 8) + (int)(encoded & ~RelativeTag)
            : encoded & ~RelativeTag);
        byte* terminator = cell;
        while (*(nint*)terminator != 0)
        {
            terminator += CellSize;
        }

        return Find(instance.m_pEEType, type, *(ushort*)(terminator + 8));
    }

    private static nint Find(MethodTable* self, MethodTable* wanted, ushort slot)
    {
        // Whoever implements the very interface comes before whoever implements one that can stand for it.
        nint code = Find(self, wanted, slot, varies: false);
        if (code == 0 && MethodTable.HasVariance(wanted))
        {
            code = Find(self, wanted, slot, varies: true);
        }

        if (code == 0)
        {
            ThrowHelpers.Fail("an interface method has no implementation");
        }

        return code;
    }

    private static nint Find(MethodTable* self, MethodTable* wanted, ushort slot, bool varies)
    {
        for (MethodTable* type = self; type != null; type = type->_relatedType)
        {
            if (MethodTable.HasDispatchMap(type) && TryMap(type, wanted, slot, varies, out ushort implementation))
            {
                return implementation < type->_usNumVtableSlots
                    ? MethodTable.VirtualSlots(self)[implementation]
                    : MethodTable.SealedSlot(type, implementation - type->_usNumVtableSlots);
            }
        }

        return 0;
    }

    /// <summary>The map: four counts (standard, default, static, static default), then { interface, slot, implementation }.</summary>
    private static bool TryMap(MethodTable* type, MethodTable* wanted, ushort slot, bool varies, out ushort implementation)
    {
        ushort* map = MethodTable.DispatchMap(type);
        int count = map[0] + map[1];
        MethodTable** interfaces = MethodTable.Interfaces(type);
        ushort* entry = map + 4;
        for (int i = 0; i < count; i++, entry += 3)
        {
            MethodTable* found = interfaces[entry[0]];
            if (entry[1] == slot && entry[2] < FirstSpecialSlot && (found == wanted || (varies && TypeCast.VariesTo(found, wanted))))
            {
                implementation = entry[2];
                return true;
            }
        }

        implementation = 0;
        return false;
    }
}
