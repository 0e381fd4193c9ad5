using System.Buffers.Binary;

namespace ParaKit.Image.Linking;

/// <summary>
/// Tables that native images carry ready-made: descriptor table and the page tables that map the first GiB both at 0 and at the kernel's
/// base, so that the boot code has nothing to compute. Address 0 leads nowhere: a null reference faults.
/// </summary>
internal static class BootData
{
    internal const string PageTables = "pk_boot_page_tables";
    internal const string Gdt = "pk_boot_gdt";
    internal const string GdtPointer = "pk_boot_gdt_pointer";
    internal const string GdtPointerPhysical = "pk_boot_gdt_pointer_physical";

    internal const int PageTablesSize = 5 * (int)KernelLayout.PageSize;
    internal const int GdtSize = 24;
    internal const int GdtPointerSize = 16;

    private const ulong PresentWritable = 3;
    private const ulong LargePage = 0x83;
    private const ulong LargePageSize = 2 << 20;
    private const int EntryCount = 512;
    private const int TopSlotOfKernel = 511;
    private const int GigabyteSlotOfKernel = 510;

    private static ReadOnlySpan<ulong> Descriptors => [0, 0x00af9a000000ffff, 0x00cf92000000ffff];

    internal static byte[] BuildPageTables(ulong address)
    {
        byte[] tables = new byte[PageTablesSize];
        ulong physical = KernelLayout.ToPhysical(address);
        ulong Table(int index) => (physical + ((ulong)index * KernelLayout.PageSize)) | PresentWritable;
        void Write(int table, int slot, ulong entry) => BootData.Write(tables, (table * EntryCount) + slot, entry);

        Write(0, 0, Table(1));
        Write(0, TopSlotOfKernel, Table(1));
        Write(1, 0, Table(3));
        Write(1, GigabyteSlotOfKernel, Table(2));
        for (int i = 0; i < EntryCount; i++)
        {
            ulong large = ((ulong)i * LargePageSize) | LargePage;
            Write(2, i, large);
            Write(3, i, i == 0 ? Table(4) : large);
            Write(4, i, i == 0 ? 0 : ((ulong)i * KernelLayout.PageSize) | PresentWritable);
        }

        return tables;
    }

    internal static byte[] BuildGdt()
    {
        byte[] table = new byte[GdtSize];
        for (int i = 0; i < Descriptors.Length; i++)
        {
            Write(table, i, Descriptors[i]);
        }

        return table;
    }

    internal static byte[] BuildGdtPointer(ulong table)
    {
        byte[] pointer = new byte[GdtPointerSize];
        BinaryPrimitives.WriteUInt16LittleEndian(pointer, GdtSize - 1);
        BinaryPrimitives.WriteUInt64LittleEndian(pointer.AsSpan(2), table);
        return pointer;
    }

    private static void Write(byte[] table, int index, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(index * sizeof(ulong)), value);
}
