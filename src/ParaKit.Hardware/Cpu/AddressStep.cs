namespace ParaKit.Hardware.Cpu;

/// <summary>The pseudo-instruction in front of operands whose address has four terms or wraps at 32 bits.</summary>
internal static unsafe class AddressStep
{
    public static DecodedInstruction* Compute(CpuState* cpu, DecodedInstruction* op)
    {
        ulong address = MemoryOperand.Address(cpu, op);
        if ((op->Flags & DecodedFlags.Address32) != 0)
        {
            address = (uint)address;
        }

        cpu->ComputedAddress = address + *(ulong*)((byte*)cpu + op->Second);
        return op + 1;
    }
}
