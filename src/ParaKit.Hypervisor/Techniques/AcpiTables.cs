using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParaKit.Abi;
using ParaKit.Hardware;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>What firmware says of a machine's processors: the ACPI table of local APICs, and the way to it. ACPI Specification 6.5, "Multiple APIC Description Table (MADT)".</summary>
internal static class AcpiTables
{
    private const ulong Root = 0x6000;
    private const ulong ExtendedTable = 0x6040;
    private const ulong Processors = 0x6080;
    private const uint HasInterruptControllers8259 = 1;

    /// <summary>Writes them into low memory.</summary>
    /// <returns>Physical address of the root pointer; 0 without tables, for a machine with one processor.</returns>
    public static ulong Write(PseudoPhysicalMemory memory, int processors)
    {
        if (processors == 1)
        {
            return 0;
        }

        WriteTable(memory, Processors, AcpiTableHeader.ProcessorsSignature, ProcessorsOf(processors));
        WriteTable(memory, ExtendedTable, AcpiTableHeader.ExtendedSignature, BitConverter.GetBytes(Processors));
        var root = new AcpiRootPointer
        {
            Signature = AcpiRootPointer.SignatureValue,
            Revision = AcpiRootPointer.ExtendedRevision,
            Length = (uint)Unsafe.SizeOf<AcpiRootPointer>(),
            ExtendedTable = ExtendedTable,
        };
        var bytes = MemoryMarshal.AsBytes(new Span<AcpiRootPointer>(ref root));
        root.Checksum = Checksum(bytes[..AcpiRootPointer.ShortLength]);
        root.ExtendedChecksum = Checksum(bytes);
        memory.Write(Root, bytes);
        return Root;
    }

    private static byte[] ProcessorsOf(int count)
    {
        var bytes = new byte[AcpiProcessor.Offset + (count * Unsafe.SizeOf<AcpiProcessor>())];
        BitConverter.TryWriteBytes(bytes, (uint)MachineBuilder.LocalApicAddress);
        BitConverter.TryWriteBytes(bytes.AsSpan(sizeof(uint)), HasInterruptControllers8259);
        var entries = MemoryMarshal.Cast<byte, AcpiProcessor>(bytes.AsSpan(AcpiProcessor.Offset));
        for (byte i = 0; i < count; i++)
        {
            entries[i] = new AcpiProcessor { Type = AcpiProcessor.TypeValue, Length = (byte)Unsafe.SizeOf<AcpiProcessor>(), Number = i, ApicId = i, Flags = AcpiProcessor.Enabled };
        }

        return bytes;
    }

    private static void WriteTable(PseudoPhysicalMemory memory, ulong address, uint signature, ReadOnlySpan<byte> content)
    {
        var header = new AcpiTableHeader { Signature = signature, Length = (uint)(AcpiTableHeader.Bytes + content.Length), Revision = 1 };
        var bytes = MemoryMarshal.AsBytes(new Span<AcpiTableHeader>(ref header));
        header.Checksum = (byte)(Checksum(bytes) + Checksum(content));
        memory.Write(address, bytes);
        memory.Write(address + AcpiTableHeader.Bytes, content);
    }

    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }

        return (byte)-sum;
    }
}
