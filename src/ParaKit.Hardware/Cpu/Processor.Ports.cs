namespace ParaKit.Hardware.Cpu;

// I/O ports as the instructions see them.
public sealed unsafe partial class Processor
{
    private const uint TssPermissionMapPointer = 102;

    internal uint ReadPort(DecodedInstruction* op, ushort port, int width)
    {
        BeginPortAccess(op);
        return Ports.Read(port, width);
    }

    internal void WritePort(DecodedInstruction* op, ushort port, int width, uint value)
    {
        BeginPortAccess(op);
        Ports.Write(port, width, value);
    }

    /// <summary>Looks at the permission bit map of the TSS; false also after noting a page fault.</summary>
    internal bool IsPortPermitted(ushort port, int width)
    {
        if (_cpu->Tr.Limit < TssPermissionMapPointer + 1
            || !TrySystemRead(_cpu->Tr.Base + TssPermissionMapPointer, out ulong pointer))
        {
            return false;
        }

        // Two bytes are read even if the bits are in one; both must be inside the TSS.
        uint offset = (ushort)pointer + ((uint)port / 8);
        if (offset + 1 > _cpu->Tr.Limit || !TrySystemRead(_cpu->Tr.Base + offset, out ulong bits))
        {
            return false;
        }

        uint mask = ((1u << width) - 1) << (port & 7);
        return ((uint)bits & 0xffff & mask) == 0;
    }

    /// <summary>Devices see the time at which the instruction executes.</summary>
    private void BeginPortAccess(DecodedInstruction* op)
    {
        CyclesAt(op);
        Counters.PortAccesses++;
        Clock.Charge(Costs.PortAccess);
        PortsTouched = true;
    }
}
