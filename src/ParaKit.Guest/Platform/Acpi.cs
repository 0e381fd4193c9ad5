using ParaKit.Abi;

namespace ParaKit.Guest;

/// <summary>The ACPI tables, as far as they say which processors there are. ACPI Specification 6.5, "Multiple APIC Description Table (MADT)".</summary>
internal static unsafe class Acpi
{
    // What boot page tables map; firmware's tables are below the end of memory.
    private const ulong MappedBytes = 1UL << 30;

    /// <summary>Finds the identifiers of the local APICs of processors that can be used.</summary>
    /// <param name="root">Physical address of the root pointer.</param>
    /// <param name="identifiers">Takes them.</param>
    /// <param name="most">How many it can take.</param>
    /// <returns>How many there are; 0 without a table.</returns>
    internal static int FindProcessors(ulong root, uint* identifiers, int most)
    {
        AcpiTableHeader* table = IsMapped(root, AcpiRootPointer.ShortLength) ? FindTable((AcpiRootPointer*)PageTable.ToVirtual(root)) : null;
        return table == null ? 0 : ReadProcessors(table, identifiers, most);
    }

    private static AcpiTableHeader* FindTable(AcpiRootPointer* root)
    {
        if (root->Signature != AcpiRootPointer.SignatureValue)
        {
            return null;
        }

        bool isExtended = root->Revision >= AcpiRootPointer.ExtendedRevision && root->ExtendedTable != 0;
        AcpiTableHeader* list = TableAt(isExtended ? root->ExtendedTable : root->Table);
        int width = isExtended ? sizeof(ulong) : sizeof(uint);
        for (uint at = AcpiTableHeader.Bytes; list != null && at + width <= list->Length; at += (uint)width)
        {
            byte* place = (byte*)list + at;
            AcpiTableHeader* table = TableAt(isExtended ? *(ulong*)place : *(uint*)place);
            if (table != null && table->Signature == AcpiTableHeader.ProcessorsSignature)
            {
                return table;
            }
        }

        return null;
    }

    private static int ReadProcessors(AcpiTableHeader* table, uint* identifiers, int most)
    {
        int count = 0;
        byte* end = (byte*)table + table->Length;
        for (byte* at = (byte*)table + AcpiTableHeader.Bytes + AcpiProcessor.Offset; at + sizeof(AcpiProcessor) <= end && at[1] >= 2; at += at[1])
        {
            var processor = (AcpiProcessor*)at;
            if (processor->Type == AcpiProcessor.TypeValue && (processor->Flags & AcpiProcessor.Enabled) != 0 && count < most)
            {
                identifiers[count++] = processor->ApicId;
            }
        }

        return count;
    }

    private static AcpiTableHeader* TableAt(ulong physical)
    {
        if (!IsMapped(physical, AcpiTableHeader.Bytes))
        {
            return null;
        }

        var table = (AcpiTableHeader*)PageTable.ToVirtual(physical);
        return IsMapped(physical, table->Length) ? table : null;
    }

    private static bool IsMapped(ulong physical, ulong length) => physical != 0 && physical < MappedBytes && length <= MappedBytes - physical;
}
