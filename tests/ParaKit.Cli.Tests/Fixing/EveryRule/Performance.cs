using ParaKit.Guest;
using ParaKit.Guest.Xen;

internal static unsafe class Performance
{
    internal static void Run([PageTableEntry] ulong* table, ulong address)
    {
        for (int i = 0; i < 8; i++)
        {
            PageTable.Write(table + i, 0); // PK0301 PK0001
        }

        if ((PageTable.Read(table) & PageTable.Present) == 0) // PK0001
        {
            PageTable.Write(table, address | PageTable.Present); // PK0001
            X86.Invlpg(address); // PK0302 PK0001
        }

        for (uint i = 0; i < 8; i++)
        {
            Hypercall.FpuTaskswitch(i & 1); // PK0304
        }
    }
}
